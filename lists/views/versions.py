"""The versions of an entry side by side: its values from the history, its related persons from what units were told.

Document numbers are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jinan_credit.accounts.enums import DataProfile
from jinan_credit.kernel.wording import listed
from lists.enums import ChangeReason, EntryState, ExitReason, PersonRole, RemovalReason
from lists.models import Change, Entry
from lists.selectors import render_body

SHOWN_AT_ONCE = 10
_REASONS: dict[str, Any] = {
    **dict(ChangeReason.choices),
    **dict(ExitReason.choices),
    **dict(RemovalReason.choices),
}
_COMPARED = (
    "state",
    "subject_name",
    "subject_kind",
    "basis_kind",
    "basis",
    "document_number",
    "document_on",
    "decided_on",
    "act_ended_on",
    "dishonesty_class",
    "term_from",
    "term_to",
    "grounds",
    "facts",
    "disclosure",
    "marks",
    "exit_on",
    "exit_reason",
)


@dataclass(frozen=True)
class Line:
    """One value in the old and the new version, in words."""

    label: str | Promise
    old: str
    new: str

    @property
    def differs(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True)
class Versions:
    """`all` the changes of the entry, newest first; `lines` the two chosen ones, value by value."""

    all: list[Change]
    old: Change | None
    new: Change | None
    lines: list[Line]

    @property
    def recent(self) -> list[Change]:
        return self.all[:SHOWN_AT_ONCE]

    @property
    def earlier(self) -> list[Change]:
        return self.all[SHOWN_AT_ONCE:]

    @property
    def changed(self) -> int:
        return sum(line.differs for line in self.lines)


def versions_of(entry: Entry, old: str, new: str) -> Versions:
    """`old` and `new` are version numbers as typed in the URL; the last two where they are none. Two queries."""
    if entry.state == EntryState.PURGED:
        return Versions([], None, None, [])
    changes = list(Change.objects.filter(entry=entry).select_related("publication__credit_list").order_by("-version"))
    for change in changes:
        change.reason_in_words = _REASONS.get(change.reason, change.reason)  # type: ignore[attr-defined]
    known = {str(change.version): change for change in changes}
    newer = known.get(new) or (changes[0] if changes else None)
    older = known.get(old) or (changes[1] if len(changes) > 1 else None)
    if newer is None or older is None or newer is older:
        return Versions(changes, None, None, [])
    return Versions(changes, older, newer, _lines(entry, changes, older, newer))


def _lines(entry: Entry, changes: list[Change], old: Change, new: Change) -> list[Line]:
    history: Any = Entry._meta.get_field("events").related_model
    kept = {
        event.version: event
        for event in history.objects.filter(pgh_obj=entry.pk, version__in=(old.version, new.version))
        .order_by("version", "-pgh_id")
        .distinct("version")
    }
    values = [_values(kept.get(change.version), _told(changes, change.version)) for change in (old, new)]
    return [Line(label, values[0][label], values[1][label]) for label in values[0]]


def _told(changes: list[Change], version: int) -> dict[str, Any]:
    """What the units knew at a version: the body of the last change that had one."""
    body = next((change.body for change in changes if change.version <= version and change.body is not None), None)
    return render_body(body, DataProfile.MASKED) if body is not None else {}


def _values(event: Any, body: dict[str, Any]) -> dict[str, str]:
    values = {label_of(name): in_words(name, getattr(event, name, None)) for name in _COMPARED}
    persons = listed(f"{PersonRole(one['role']).label} {one['name']}" for one in body.get("related_persons", []))
    return {**values, _("Related persons"): persons}


def label_of(name: str) -> str:
    return str(capfirst(Entry._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def in_words(name: str, value: Any) -> str:
    """A value of an entry's field as people read it."""
    if value in (None, ""):
        return ""
    field: Any = Entry._meta.get_field(name)
    choices = dict(getattr(field, "base_field", field).flatchoices or ())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return listed(choices.get(one, one) for one in value)
    return str(choices.get(value, value))
