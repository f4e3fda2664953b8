"""A notice as a letter: what was frozen at its issue, in words. The template only lays it out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.enums import MeasureCategory
from jinan_credit.kernel.wording import listed
from lists.enums import Disclosure, DishonestyClass, DocumentType, ExitReason, ListKind, NoticeKind, PersonRole
from lists.models import Entry, Notice
from lists.services.corrections import PERSONS

TITLES = {
    NoticeKind.PROPOSED_LISTING: gettext_lazy("Notice of the proposed listing on “%(list)s”"),
    NoticeKind.LISTING: gettext_lazy("Notice of the decision to list on “%(list)s”"),
    NoticeKind.CORRECTION: gettext_lazy("Notice of the correction of an entry on “%(list)s”"),
    NoticeKind.REMOVAL: gettext_lazy("Notice of removal from “%(list)s”"),
}
_CHOICES: dict[str, Any] = {"dishonesty_class": DishonestyClass, "disclosure": Disclosure}


@dataclass(frozen=True)
class Correction:
    label: str | Promise
    old: str
    new: str


class Letter:
    """One notice to be shown or printed. Needs `wording`."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self._own: dict[str, Any] = notice.content
        self._common: dict[str, Any] = notice.wording.content

    @property
    def template(self) -> str:
        return f"lists/notice_form_{self.notice.wording.form}.html"

    @property
    def is_emptied(self) -> bool:
        """The disclosure limit is over: what it said about the party is deleted."""
        return not self._own

    @property
    def title(self) -> str:
        return str(TITLES[NoticeKind(self.notice.kind)]) % {"list": self._common["list"]["name"]}

    @property
    def unit(self) -> str:
        return self.notice.wording.issuer

    @property
    def name(self) -> str:
        return str(self._own["subject"]["name"])

    @property
    def identifier(self) -> str:
        """What kind of number, and the number: a code in full, a personal document masked."""
        subject = self._own["subject"]
        of_type = subject.get("document_type")
        label = DocumentType(of_type).label if of_type else _("Unified social credit code")
        return _("%(label)s: %(value)s") % {"label": label, "value": subject.get("identifier", "")}

    @property
    def is_red(self) -> bool:
        return bool(self._common["list"]["kind"] == ListKind.RED)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the listing rests on, line by line; what is not given has no line."""
        document = self._own["document"]
        of_class = self._own.get("dishonesty_class")
        lines = [
            (_("Grounds"), self._own.get("grounds")),
            (_("Facts"), self._own.get("facts")),
            (_("Basis"), self._own.get("basis")),
            (_("Basis of the list"), self._common["list"]["legal_basis"]),
            (
                _("Decision document"),
                _("%(number)s of %(day)s") % {"number": document["number"], "day": in_words(document["on"])},
            ),
            (_("Dishonesty class"), str(DishonestyClass(of_class).label) if of_class else ""),
        ]
        return [(label, value) for label, value in lines if value]

    @property
    def term_from(self) -> str:
        return in_words(self._own["term"]["from"])

    @property
    def term_to(self) -> str:
        return in_words(self._own["term"]["to"])

    @property
    def rule(self) -> dict[str, Any] | None:
        """The rule that gave the term."""
        return _with_citation(self._common["rules"].get(self._own.get("rule")))

    @property
    def measures(self) -> list[tuple[str, list[str]]]:
        """By category, in the order of the memoranda within it."""
        order = list(MeasureCategory.values)
        ordered = sorted(self._common["measures"], key=lambda measure: order.index(measure["category"]))
        groups = groupby(ordered, key=lambda measure: measure["category"])
        return [
            (str(MeasureCategory(category).label), [one["content"] for one in measures])
            for category, measures in groups
        ]

    @property
    def publication(self) -> dict[str, str]:
        return {**self._common["publication"], "on": in_words(self._common["publication"]["on"])}

    @property
    def defence(self) -> dict[str, Any] | None:
        return _with_citation(self._common.get("defence"))

    @property
    def objection(self) -> dict[str, Any]:
        return self._common["objection"]

    @property
    def remedies(self) -> dict[str, Any] | None:
        return _with_citation(self._common.get("remedies"))

    @property
    def repair(self) -> dict[str, Any] | None:
        """How repair is applied for; None on a red list, and where the rule knows no day from which it is possible."""
        return _with_citation(self._common["repair"]) if self._own.get("repairable_on") else None

    @property
    def repairable_on(self) -> str:
        return in_words(self._own["repairable_on"])

    @property
    def corrections(self) -> list[Correction]:
        return list(self._corrections())

    def _corrections(self) -> Iterator[Correction]:
        for change in self._own.get("changes", []):
            if change["field"] == PERSONS:
                yield Correction(_("Related persons"), *(_named(change[side]) for side in ("old", "new")))
                continue
            label = Entry._meta.get_field(change["field"]).verbose_name  # type: ignore[union-attr]
            old, new = (_value(change["field"], change.get(side)) for side in ("old", "new"))
            yield Correction(label, old, new)

    @property
    def exit_reason(self) -> str:
        return str(ExitReason(self._own["exit_reason"]).label)

    @property
    def exit_on(self) -> str:
        return in_words(self._own["exit_on"])

    @property
    def issued_on(self) -> str:
        return in_words(self.notice.issued_on)

    @property
    def remedies_until(self) -> tuple[date, date] | None:
        """The last days for reconsideration and for suit, counted from the day of service."""
        served_on, remedies = self.notice.served_on, self.remedies
        if served_on is None or remedies is None:
            return None
        return (
            served_on + timedelta(days=remedies["reconsideration_days"]),
            served_on + relativedelta(months=remedies["suit_months"]),
        )


def _with_citation(rule: dict[str, Any] | None) -> dict[str, Any] | None:
    """With `cited`: the law in brackets, or nothing where no law gives the number."""
    if rule is None:
        return None
    return {**rule, "cited": _(" (%(basis)s)") % {"basis": rule["basis"]} if rule["basis"] else ""}


def in_words(day: str | date) -> str:
    """2026年11月25日, as letters write it."""
    return date_format(date.fromisoformat(day) if isinstance(day, str) else day, "DATE_FORMAT")


def _named(persons: list[dict[str, str]]) -> str:
    return listed(f"{PersonRole(one['role']).label} {one['name']}" for one in persons) or "—"


def _value(field: str, value: Any) -> str:
    if value in (None, ""):
        return "—"
    if field in _CHOICES:
        return str(_CHOICES[field](value).label)
    return in_words(value) if field.endswith(("_on", "_from", "_to")) else str(value)
