"""The versions of an entry side by side, from what the units were told. Document numbers are left out."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import DataProfile
from lists.enums import ChangeReason, Disclosure, DishonestyClass, ExitReason, Mark, PersonRole, SubjectKind
from lists.models import Change, Entry
from lists.selectors import render_body

_REASONS: dict[str, Any] = {**dict(ChangeReason.choices), **dict(ExitReason.choices)}


@dataclass(frozen=True)
class Line:
    """One value in the old and the new version."""

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


def versions_of(entry: Entry, old: str, new: str) -> Versions:
    """`old` and `new` are version numbers as typed in the URL; the last two where they are none. One query."""
    changes = list(Change.objects.filter(entry=entry).select_related("publication__credit_list").order_by("-version"))
    for change in changes:
        change.reason_in_words = _REASONS.get(change.reason, change.reason)  # type: ignore[attr-defined]
    told = {str(change.version): change for change in changes if change.body is not None}
    latest = list(told.values())[:2]
    newer = told.get(new) or (latest[0] if latest else None)
    older = told.get(old) or (latest[1] if len(latest) > 1 else None)
    if newer is None or older is None or newer is older:
        return Versions(changes, None, None, [])
    return Versions(changes, older, newer, _lines(_flat(older), _flat(newer)))


def _flat(change: Change) -> dict[Any, str]:
    body = render_body(change.body or {}, DataProfile.MASKED)
    persons = "、".join(f"{PersonRole(one['role']).label} {one['name']}" for one in body["related_persons"])
    return {
        _("Name"): body["subject"]["name"],
        _("Kind of subject"): str(SubjectKind(body["subject"]["kind"]).label),
        _("Unified social credit code"): body["subject"]["code"] or "",
        _("Related persons"): persons,
        _("Deciding unit"): body["decided_by"],
        _("Basis"): body["basis"],
        _("Document number of the decision"): body["document"]["number"],
        _("Date of the document"): body["document"]["on"],
        _("Decided on"): body["decided_on"],
        _("Term from"): body["term"]["from"],
        _("Term to"): body["term"]["to"],
        _("Grounds"): body["grounds"],
        _("Dishonesty class"): _label(DishonestyClass, body["dishonesty_class"]),
        _("Disclosure"): _label(Disclosure, body["disclosure"]),
        _("Marks"): "、".join(str(_label(Mark, mark)) for mark in body["marks"]),
    }


def _label(enum: Any, value: str | None) -> str:
    return str(dict(enum.choices).get(value, value or ""))


def _lines(old: dict[Any, str], new: dict[Any, str]) -> list[Line]:
    return [Line(label, old.get(label, ""), value) for label, value in new.items()]
