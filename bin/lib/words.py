"""What the commands say to the person in front of them."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Trouble(Exception):
    """Something is missing or broken that a person must put right. The message says what to do."""


def say(line: str = "") -> None:
    print(line, flush=True)


def complain(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Say what takes a while, and how long it took."""
    say(f"… {what}")
    started = time.monotonic()
    yield
    took = time.monotonic() - started
    if took >= 2:
        say(f"  took {took:.0f} s")


def tail(log: Path, lines: int = 30) -> str:
    """The last lines of a log, indented; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - 64 * 1024))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
