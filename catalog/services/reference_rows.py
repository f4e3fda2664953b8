"""Reading a YAML file of reference data, and writing its rows by natural key.

A file is a list of mappings. Each row is checked field by field against its model; a refusal names file, row and field.
Other apps load their own files with the same tools.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _

from jinan_credit.kernel.errors import InvalidInput

T = TypeVar("T", bound=models.Model)


class Outcome(IntEnum):
    SAME = 0
    CHANGED = 1
    NEW = 2


@dataclass
class Report:
    """What became of the rows of each file; `tell` hears the line of a file as soon as it is read."""

    tell: Callable[[str], None] | None = None
    counts: dict[str, Counter[Outcome]] = field(default_factory=dict)

    def add(self, file: str, outcomes: Iterable[Outcome]) -> None:
        self.counts.setdefault(file, Counter()).update(outcomes)
        if self.tell:
            self.tell(self._line(file))

    @property
    def changes(self) -> int:
        return sum(count[Outcome.NEW] + count[Outcome.CHANGED] for count in self.counts.values())

    def lines(self) -> list[str]:
        return [self._line(file) for file in self.counts]

    def _line(self, file: str) -> str:
        count = self.counts[file]
        return f"{file}: {count[Outcome.NEW]} new, {count[Outcome.CHANGED]} changed, {count[Outcome.SAME]} same"


@dataclass(frozen=True)
class Row:
    file: str
    number: int
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def some(self, *names: str) -> dict[str, Any]:
        """The named fields that the row gives; the model's defaults stand for the others."""
        return {name: self.values[name] for name in names if name in self.values}

    def refusal(self, name: str, why: str) -> InvalidInput:
        """`reference_invalid`, naming file, row and field."""
        return InvalidInput(
            "reference_invalid",
            _("%(file)s, row %(row)d, field “%(field)s”: %(why)s")
            % {"file": self.file, "row": self.number, "field": name, "why": why},
            field=name,
            file=self.file,
            row=self.number,
        )

    def find(self, name: str, among: Mapping[Any, T]) -> T | None:
        """What the field names, or None where it is empty."""
        return self._known(name, self.values[name], among) if self.values.get(name) is not None else None

    def find_all(self, name: str, among: Mapping[Any, T]) -> list[T]:
        """What the list in the field names; empty where it is absent."""
        wanted = self.values.get(name) or []
        if not isinstance(wanted, list):
            raise self.refusal(name, _("a list is expected"))
        return [self._known(name, key, among) for key in wanted]

    def _known(self, name: str, key: Any, among: Mapping[Any, T]) -> T:
        if not isinstance(key, str | int) or key not in among:
            raise self.refusal(name, _("“%(value)s” is not known") % {"value": key})
        return among[key]


def read_rows(path: Path, *, key: Collection[str], required: Collection[str], optional: Collection[str]) -> list[Row]:
    """The rows of a file. `key`: the fields that identify a row; they too are required.

    Refusals: `reference_invalid` for a file that is no YAML list of mappings, an unknown or missing field, a key twice.
    """
    seen: dict[tuple[Any, ...], int] = {}
    rows = []
    for number, values in enumerate(_parsed(path), start=1):
        row = Row(path.name, number, values if isinstance(values, dict) else {})
        if not isinstance(values, dict):
            raise row.refusal("-", _("a mapping of fields is expected"))
        for name in values:
            if name not in {*key, *required, *optional}:
                raise row.refusal(str(name), _("this field is not known here"))
        for name in [*key, *required]:
            if values.get(name) in (None, "", []):
                raise row.refusal(name, _("this field is missing"))
        identity = tuple(str(values[name]) for name in key)
        if identity in seen:
            raise row.refusal(", ".join(key), _("row %(row)d says the same") % {"row": seen[identity]})
        seen[identity] = number
        rows.append(row)
    return rows


def _parsed(path: Path) -> list[Any]:
    file = Row(path.name, 0, {})
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise file.refusal("-", _("the file cannot be read (%(why)s)") % {"why": error.strerror}) from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: bytes or a date that cannot be
        raise file.refusal("-", _("the file is no YAML (%(why)s)") % {"why": " ".join(str(error).split())}) from error
    if not isinstance(content, list):
        raise file.refusal("-", _("the file must be a list of rows"))
    return content


@dataclass
class Saved(Generic[T]):
    """A row and its object in the database."""

    row: Row
    object: T
    outcome: Outcome

    def set(self, **values: Any) -> None:
        """Write fields of the object, if they differ. Refusals: `reference_invalid`."""
        if _differing(self.row, self.object, values):
            _save(self.row, self.object)
            self.outcome = max(self.outcome, Outcome.CHANGED)

    def set_related(self, name: str, others: Iterable[models.Model]) -> None:
        """Write a many-to-many field, if it differs."""
        manager, wanted = getattr(self.object, name), {other.pk for other in others}
        present = set() if self.outcome is Outcome.NEW else {other.pk for other in manager.all()}
        if wanted != present:
            manager.set(wanted)
            self.outcome = max(self.outcome, Outcome.CHANGED)


class Table(Generic[T]):
    """The rows that a model has, by natural key, read with one query (and one more for each field to prefetch)."""

    def __init__(self, model: type[T], key: str, *prefetch: str) -> None:
        self.model, self.key = model, key.split()
        self._objects = {
            tuple(getattr(obj, name) for name in self.key): obj
            for obj in model._default_manager.prefetch_related(*prefetch)
        }

    def save(self, row: Row, **values: Any) -> Saved[T]:
        """Create or change the object that the row's key identifies; an equal one is not written.

        Refusals: `reference_invalid` for a value that the model does not take or that breaks a constraint.
        """
        new = self.model()
        key = {name: _cleaned(row, new, name, values.get(name, row.get(name))) for name in self.key}
        identity = tuple(key.values())
        saved = _written(row, self._objects.get(identity), new, {**key, **values})
        self._objects[identity] = saved.object
        return saved


def save_row(row: Row, model: type[T], key: Mapping[str, Any], values: Mapping[str, Any]) -> Saved[T]:
    """As `Table.save`, with a query for each row."""
    new = model()
    key = {name: _cleaned(row, new, name, raw) for name, raw in key.items()}
    return _written(row, model._default_manager.filter(**key).first(), new, {**key, **values})


def _written(row: Row, found: T | None, new: T, values: Mapping[str, Any]) -> Saved[T]:
    if found is not None:
        saved = Saved(row, found, Outcome.SAME)
        saved.set(**values)
        return saved
    _differing(row, new, values)
    _save(row, new)
    return Saved(row, new, Outcome.NEW)


def _differing(row: Row, obj: models.Model, values: Mapping[str, Any]) -> bool:
    differs = False
    for name, raw in values.items():
        value = _cleaned(row, obj, name, raw)
        differs = differs or getattr(obj, name) != value if not obj._state.adding else True
        setattr(obj, name, value)
    return differs


def _cleaned(row: Row, obj: models.Model, name: str, raw: Any) -> Any:
    described = obj._meta.get_field(name)
    if not isinstance(described, models.Field) or described.is_relation:
        return raw
    try:
        return described.clean(raw, obj)
    except ValidationError as error:
        raise row.refusal(name, " ".join(error.messages)) from error


def _save(row: Row, obj: models.Model) -> None:
    try:
        obj.save()
    except IntegrityError as error:
        # "Key (name)=(…) already exists." for a unique field; a rule of the database bears a sentence as its name.
        found = _KEY.search(str(error))
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        why = " ".join(str(error).split())
        raise row.refusal(found.group(1) if found else constraint or "-", why) from error


_KEY = re.compile(r"Key \(([a-z_]+)\)=")
