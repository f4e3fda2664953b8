"""`python -m bench [FIGURE …] [--scale 0.1]`: measures and prints a table. No figure named: all of bench/running.py.

Needs DATABASE_URL (a role that may create databases) and the other variables of docs/settings.md, or `.local/env`.
"""

import argparse
import os
import sys
from time import perf_counter

from bench.database import throw_away_database
from bench.report import Figure, table
from bench.running import MODULES, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"{', '.join(MODULES)}; all when none is named")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the full size; 0.1 for a first look")
    asked = parser.parse_args()
    if unknown := set(asked.figures) - set(MODULES):
        parser.error(f"there is no figure {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    figures: list[Figure] = []
    before = os.getloadavg()[0]
    try:
        with throw_away_database():
            for name in asked.figures or MODULES:
                started = perf_counter()
                figures += run(name, asked.scale)
                print(f"{name}: done in {perf_counter() - started:.0f} s", file=sys.stderr)
    finally:
        after = os.getloadavg()[0]
        print(f"{os.cpu_count()} cores, scale {asked.scale:g}, load before {before:.1f}, after {after:.1f}\n")
        print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
