"""A whole house with real processes, broken again and again by a seed, and what must hold all the same.

`python -m tests.chaos --faults 220 --seed 7`; the short run is a test. Read from the top:

    plan        which fault strikes whom, when and for how long: drawn by the seed alone
    faults      the table of faults: how each begins, how it ends, whether a batch may come twice because of it
    world       PostgreSQL and Redis, broken and mended; `programs`: web, workers, beats, push_loop and the two below
    publishers  a process that publishes through the services and writes down what was committed
    receivers   a unit's own system, with the faults that it is ordered to show; `copies`: its SQLite file
    feeds       our side, replayed change by change
    invariants  what must hold
    run         strikes by the plan, watches meanwhile, settles, judges
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bin" / "lib"))
