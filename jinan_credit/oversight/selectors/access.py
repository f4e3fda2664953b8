"""Who saw what about whom: the logs of access of all rooms as one, the newest first."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import SignInLock, SignInLockLift, Unit, User
from jinan_credit.exchange.models import Download
from jinan_credit.kernel import clock
from jinan_credit.kernel.masking import Audience, name_for
from jinan_credit.oversight.models import AuditExport
from lists.models import EntryExport, NumberHandout, NumberReveal, NumberSearch
from objections.models import ReporterLook
from sanctions.enums import PartyKind
from sanctions.models import Screening, ScreeningBatch


@dataclass(frozen=True)
class Asked:
    """What the filters leave. An empty one leaves all."""

    kind: str = ""
    person: str = ""
    unit: Unit | None = None
    subject: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, order=True)
class Place:
    """Where a row stands: by time, then by kind and key."""

    at: datetime
    kind: int
    key: Any


@dataclass(frozen=True)
class Access:
    place: Place
    kind: str | Promise
    who: str
    unit: str
    about: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class _Log:
    """One log: its rows, where each of its facts stands, and what is shown of a row."""

    name: str | Promise
    rows: Callable[[], QuerySet[Any]]
    about: Callable[[Any], str]
    subject: tuple[str, ...]
    reasons: tuple[str, ...] = ("reason",)
    outcome: Callable[[Any], Any] = field(default=lambda row: "")
    at: str = "at"
    persons: tuple[str, ...] = ("by",)
    who: Callable[[Any], Any] = field(default=lambda row: row.by)

    def of(self, asked: Asked) -> QuerySet[Any]:
        found = self.rows()
        if asked.person:
            found = found.filter(_of_persons(found.model, self.persons, asked.person))
        if asked.unit:
            found = found.filter(unit=asked.unit)
        if asked.subject:
            found = found.filter(_any(self.subject, asked.subject))
        if asked.reason:
            found = found.filter(_any(self.reasons, asked.reason))
        if asked.since:
            found = found.filter(**{f"{self.at}__gte": clock.start_of(asked.since)})
        if asked.until:
            found = found.filter(**{f"{self.at}__lt": clock.start_of(asked.until + timedelta(days=1))})
        return found.order_by(f"-{self.at}", "-pk")


def _of_persons(log: type[Model], fields: tuple[str, ...], text: str) -> Q:
    """Who bears the name is looked up first: few people and systems, where the log has millions of rows."""
    return reduce(or_, (Q(**{f"{name}__in": _bearing(log, name, text)}) for name in fields))


def _bearing(log: type[Model], field: str, text: str) -> list[int]:
    people = log._meta.get_field(field).related_model
    names = ("username", "display_name") if people is User else ("name",)
    return list(people._default_manager.filter(_any(names, text)).values_list("pk", flat=True))  # type: ignore[union-attr]


def _any(paths: tuple[str, ...], text: str) -> Q:
    return reduce(or_, (Q(**{f"{path}__icontains": text}) for path in paths), Q(pk__in=[]))


def _of_reveal(row: NumberReveal) -> str:
    whose = row.person or row.subject
    return f"{name_for(Audience.FILE, whose.name, is_person=True)} {whose.masked_number}".strip()


def _of_screening(row: Screening) -> str:
    name = name_for(Audience.FILE, row.party_name, is_person=row.party_kind == PartyKind.PERSON)
    return f"{name} {row.identifier}".strip()


def _of_handout(row: NumberHandout) -> str:
    numbers = _("Identity document numbers of persons: %(count)s") % {"count": f"{row.number_count:,}"}
    return _joined(row.get_way_display(), " – ".join(place for place in (row.after, row.up_to) if place), numbers)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _until(lock: SignInLock) -> str:
    return gettext("After %(count)s wrong passwords, until %(until)s") % {
        "count": settings.AXES_FAILURE_LIMIT,
        "until": f"{clock.in_jinan(lock.ends_at):%Y-%m-%d %H:%M}",
    }


LOGS = {
    "reveals": _Log(
        _("Identity document number shown"),
        lambda: NumberReveal.objects.select_related("subject", "by", "unit", "person"),
        about=_of_reveal,
        subject=("subject__name", "subject__code", "person__name"),
    ),
    "searches": _Log(
        _("Search by number"),
        lambda: NumberSearch.objects.select_related("by", "unit"),
        about=lambda row: row.masked_number,
        outcome=lambda row: _("Entries found: %(count)s") % {"count": f"{row.found:,}"},
        subject=("masked_number",),
    ),
    "handouts": _Log(
        _("Identity document numbers given to a unit"),
        lambda: NumberHandout.objects.select_related("client", "by", "unit", "credit_list"),
        about=lambda row: str(row.credit_list),
        outcome=_of_handout,
        reasons=(),
        subject=("credit_list__name", "credit_list__code"),
        persons=("by", "client"),
        who=lambda row: row.by or row.client,
    ),
    "screenings": _Log(
        _("Screening"),
        lambda: Screening.objects.select_related("unit", "by", "by_client"),
        about=_of_screening,
        outcome=lambda row: row.get_result_display(),
        reasons=("matter_name", "matter_reference", "purpose"),
        subject=("party_name", "party_code", "masked_number"),
        at="screened_at",
        persons=("by", "by_client"),
        who=lambda row: row.officer,
    ),
    "batches": _Log(
        _("Batch of parties screened"),
        lambda: ScreeningBatch.objects.select_related("unit", "by", "by_client"),
        about=lambda row: _("Parties: %(count)s") % {"count": f"{row.row_count:,}"},
        outcome=lambda row: _("With hits: %(count)s") % {"count": f"{row.hit_count:,}"},
        subject=(),
        reasons=("matter_name", "matter_reference", "purpose"),
        at="made_at",
        persons=("by", "by_client"),
        who=lambda row: row.by or row.by_client,
    ),
    "exports": _Log(
        _("File of entries"),
        lambda: EntryExport.objects.select_related("made_by", "unit"),
        about=lambda row: row.filters,
        outcome=lambda row: _("Rows: %(count)s") % {"count": f"{row.row_count or 0:,}"},
        subject=("filters",),
        at="made_at",
        persons=("made_by",),
        who=lambda row: row.made_by,
    ),
    "downloads": _Log(
        _("Changes of a list taken as a file"),
        lambda: Download.objects.select_related("by", "unit", "credit_list"),
        about=lambda row: str(row.credit_list),
        outcome=lambda row: _("Changes: %(count)s") % {"count": f"{row.change_count:,}"},
        subject=("credit_list__name", "credit_list__code"),
    ),
    "looks": _Log(
        _("Reporter's identity viewed"),
        lambda: ReporterLook.objects.select_related("tip_off", "by", "unit"),
        about=lambda row: row.tip_off.receipt_number,
        subject=("tip_off__receipt_number",),
    ),
    "audit": _Log(
        _("File of the audit"),
        lambda: AuditExport.objects.select_related("by", "unit"),
        about=lambda row: f"{row.get_page_display()} {row.filters}".strip(),
        subject=("filters",),
    ),
    "locks": _Log(
        _("Sign-in locked"),
        lambda: SignInLock.objects.select_related("user", "unit"),
        about=lambda row: row.network,
        outcome=_until,
        reasons=(),
        subject=("network",),
        persons=("user",),
        who=lambda row: row.user or _("Unknown user name"),
    ),
    "lifts": _Log(
        _("Lock of sign-in lifted"),
        lambda: SignInLockLift.objects.select_related("by", "unit", "lock__user"),
        about=lambda row: f"{row.lock.user} {row.lock.network}",
        subject=("lock__user__username", "lock__user__display_name", "lock__network"),
    ),
}
_CODES = list(LOGS)


def accesses(asked: Asked, before: Place | None = None, *, per_fetch: int = 1_000) -> Iterator[Access]:
    """The rows of every log that the filters leave, merged; each log is read `per_fetch` rows at a time."""
    chosen = [asked.kind] if asked.kind in LOGS else _CODES
    logs = (_rows_of(code, asked, before, per_fetch) for code in chosen)
    return heapq.merge(*logs, key=lambda row: row.place, reverse=True)


def _rows_of(code: str, asked: Asked, before: Place | None, per_fetch: int) -> Iterator[Access]:
    log, number = LOGS[code], _CODES.index(code)
    while True:
        found = log.of(asked)
        if before is not None:
            found = found.filter(_behind(log.at, number, before))
        part = list(found[:per_fetch])
        for row in part:
            before = Place(getattr(row, log.at), number, row.pk)
            who, unit, outcome = str(log.who(row) or ""), str(row.unit or ""), str(log.outcome(row))
            reason = _joined(*(getattr(row, name) for name in log.reasons))
            yield Access(before, log.name, who, unit, log.about(row), outcome, reason)
        if len(part) < per_fetch:
            return


def _behind(at: str, number: int, before: Place) -> Q:
    """Of one log's rows those that stand behind a place."""
    earlier, same = Q(**{f"{at}__lt": before.at}), Q(**{at: before.at})
    if number < before.kind:
        return earlier | same
    return earlier | (same & Q(pk__lt=before.key)) if number == before.kind else earlier


def written(place: Place) -> str:
    return f"{place.at.isoformat()}~{_CODES[place.kind]}~{place.key}"


def place_of(text: str) -> Place | None:
    """None for what names no place."""
    try:
        at, code, key = text.split("~")
        log = LOGS[code]
        return Place(datetime.fromisoformat(at), _CODES.index(code), log.rows().model._meta.pk.to_python(key))
    except (ValueError, KeyError, ValidationError):
        return None
