"""`bin/up`: from a fresh clone to a running house; `bin/up --check`: the same on throw-away data, and its story."""

import argparse
import os
import sys
import unicodedata
from typing import Any

import chapters  # noqa: F401 - its steps join the story
import house as houses
import installing
import programs
import story
from house import House
from places import LOCAL, ROOT, Place, remove, throw_away
from processes import Stopped
from services import free_port, port_is_free
from words import Trouble, complain, say


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/up", description=__doc__)
    parser.add_argument("--check", action="store_true", help="throw-away data and free ports; walk the story; stop")
    options = parser.parse_args(arguments)
    try:
        with houses.stopped_by_signals():
            _install()
            return _check() if options.check else _up()
    except Stopped:
        say("\nStopped.")
        return 130 if options.check else 0
    except Trouble as trouble:
        complain(f"\n{trouble}")
        return 1


def _install() -> None:
    installing.install_python("base", "local")
    installing.install_front_end()
    houses.compile_messages()


def _up() -> int:
    place = Place(LOCAL).make()
    with houses.only_one(place), houses.opened(place, port=_wanted_port(), durable=True) as house:
        houses.fill(house)
        _start(house)
        _greet(house)
        house.crew.watch()
    return 0


def _check() -> int:
    place = throw_away()
    try:
        with houses.opened(place, port=free_port(), durable=False, own_keys_only=True) as house:
            houses.fill(house, only_empty=True)
            _start(house)
            held = story.walk(house)
    finally:
        remove(place)
    return 0 if held else 1


def _start(house: House) -> None:
    say("… starting web, workers, beat")
    house.crew.start(*programs.of_the_house(house))
    house.crew.wait_until_ready(within=120)
    house.crew.start(*programs.around_it(house))
    house.crew.wait_until_ready(within=60)


def _wanted_port() -> int:
    raw = os.environ.get("PORT", "8000")
    if not (raw.isascii() and raw.isdigit() and 0 < int(raw) < 65536):
        raise Trouble(f"PORT is {raw!r}. Expected: a number from 1 to 65535.")
    if not port_is_free(int(raw)):
        raise Trouble(f"Port {raw} is in use. Choose another: PORT={int(raw) % 65535 + 1} bin/up")
    return int(raw)


def _greet(house: House) -> None:
    say(f"\nJinan Credit answers at {house.address}/\n")
    users: list[dict[str, Any]] = house.demonstration.get("users", [])
    if users:
        say("Demonstration accounts:")
        rows = [(str(user["role"]), str(user["name"]), str(user["password"])) for user in users]
        for line in _table([("role", "name", "password"), *rows]):
            say(f"  {line}")
    say(f"\nLogs: {_short(house)}/logs · Ctrl-C stops everything.")
    sys.stdout.flush()


def _short(house: House) -> str:
    folder = house.place.folder
    return str(folder.relative_to(ROOT)) if folder.is_relative_to(ROOT) else str(folder)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)) for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
