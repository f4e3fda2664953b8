"""A figure and the table of figures."""

import resource
from collections.abc import Iterable
from dataclasses import dataclass


class Unsteady(Exception):
    """What did not hold over time, a line each."""


@dataclass(frozen=True)
class Figure:
    """`floor` is the same work done as barely as possible, measured in the same run; both in `unit`.

    `memory` is the process's peak in MiB; `aim` what we set ourselves.
    """

    name: str
    measured: float
    unit: str
    floor: float | None = None
    more_is_better: bool = True
    aim: str = ""
    memory: int | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the floor's time the work takes."""
        if not self.floor or not self.measured:
            return None
        return self.floor / self.measured if self.more_is_better else self.measured / self.floor


def peak_memory() -> int:
    """MiB that this process held at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def table(figures: Iterable[Figure]) -> str:
    head = ["figure", "measured", "aim", "floor", "times the floor", "peak memory"]
    rows = [head, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _cells(figure: Figure) -> list[str]:
    return [
        figure.name,
        _amount(figure.measured, figure.unit),
        figure.aim,
        _amount(figure.floor, figure.unit) if figure.floor else "",
        f"{figure.ratio:.1f}" if figure.ratio else "",
        f"{figure.memory} MiB" if figure.memory else "",
    ]


def _amount(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 1000 else f"{value:,.2f} {unit}"
