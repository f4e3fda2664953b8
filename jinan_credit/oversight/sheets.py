"""Figures as sheets: one shape for a page, its file, its print and the report to the city government."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from jinan_credit.accounts.templatetags.values import count, money, rate

Value = int | float | Decimal | str | None
Given = Value | tuple[Value, str]
"""A figure alone, or with the address of its rows."""


class Kind(Enum):
    """How a figure is written."""

    COUNT = "count"
    RATE = "rate"
    DAYS = "days"
    MONEY = "money"
    TEXT = "text"


@dataclass(frozen=True)
class Column:
    label: str
    kind: Kind = Kind.COUNT

    @property
    def is_number(self) -> bool:
        return self.kind != Kind.TEXT


@dataclass(frozen=True)
class Cell:
    """A figure, and the address of the rows that it counts."""

    column: Column
    value: Value
    url: str = ""

    @property
    def text(self) -> str:
        if self.value is None or self.value == "":
            return "—"
        if isinstance(self.value, str):
            return self.value
        if self.column.kind == Kind.RATE:
            return rate(float(self.value))
        if self.column.kind == Kind.MONEY:
            return money(Decimal(self.value))
        return count(int(self.value)) if self.value == int(self.value) else f"{self.value:,.1f}"

    @property
    def whole(self) -> str:
        """A rate in whole per cents, for a narrow cell."""
        return "—" if self.value is None or isinstance(self.value, str) else f"{float(self.value):.0%}"

    @property
    def shade(self) -> str:
        """Of a rate: the class that colours it by tenths, 0 to 10; the number stands in it as well."""
        return "" if self.value is None or isinstance(self.value, str) else f"shade-{int(float(self.value) * 10)}"


@dataclass(frozen=True)
class Line:
    name: str
    cells: Sequence[Cell]
    url: str = ""


@dataclass(frozen=True)
class Sheet:
    """`first` is the head of the names; `note` says what a reader could misunderstand."""

    code: str
    title: str
    first: str
    columns: Sequence[Column]
    lines: Sequence[Line] = field(default_factory=list)
    total: Line | None = None
    note: str = ""
    is_heat_map: bool = False

    @property
    def all_lines(self) -> Sequence[Line]:
        return [*self.lines, *([self.total] if self.total else [])]


def line(name: str, columns: Sequence[Column], values: Iterable[Given], url: str = "") -> Line:
    given = (value if isinstance(value, tuple) else (value, "") for value in values)
    return Line(name, [Cell(column, *one) for column, one in zip(columns, given, strict=True)], url)


def data_of(sheet: Sheet) -> dict[str, Any]:
    """A sheet as JSON keeps it: all but the addresses. `sheet_of` reads it back."""

    def of_line(one: Line) -> dict[str, Any]:
        """Each figure with its kind: the lines of one column may differ in theirs."""
        return {"name": one.name, "cells": [[cell.column.kind.value, _plain(cell.value)] for cell in one.cells]}

    return {
        "code": sheet.code,
        "title": sheet.title,
        "first": sheet.first,
        "columns": [[column.kind.value, column.label] for column in sheet.columns],
        "lines": [of_line(one) for one in sheet.lines],
        "total": of_line(sheet.total) if sheet.total else None,
        "note": sheet.note,
    }


def sheet_of(data: dict[str, Any]) -> Sheet:
    columns = [Column(label, Kind(kind)) for kind, label in data["columns"]]

    def line_of(one: dict[str, Any]) -> Line:
        cells = zip(columns, one["cells"], strict=True)
        return Line(one["name"], [_cell(column.label, Kind(kind), value) for column, (kind, value) in cells])

    return Sheet(
        code=data["code"],
        title=data["title"],
        first=data["first"],
        columns=columns,
        lines=[line_of(one) for one in data["lines"]],
        total=line_of(data["total"]) if data["total"] else None,
        note=data["note"],
    )


def _plain(value: Value) -> int | float | str | None:
    return str(value) if isinstance(value, Decimal) else value


def _cell(label: str, kind: Kind, value: Any) -> Cell:
    is_sum = kind == Kind.MONEY and value is not None
    return Cell(Column(label, kind), Decimal(value) if is_sum else value)
