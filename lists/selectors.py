"""Reads of the lists."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.enums import MeasureKind, Severity
from catalog.models import Measure, Memorandum, MemorandumVersion, RuleProfile
from catalog.selectors import (
    answering_units,
    current_holders,
    held_by,
    measures_for,
    responsible_units,
    work_calendar,
)
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.identifiers import is_same_document, is_uscc, normalise_code
from lists.enums import ON_THE_LIST, WAS_PUBLISHED, DocumentType, ListKind, NameSource
from lists.matching.search import Match, explained, find_names, read_differences
from lists.models import (
    CreditList,
    Entry,
    EntryQuerySet,
    ListImport,
    Notice,
    RelatedPerson,
    Subject,
    SubjectName,
    Subscription,
)
from lists.models.credit_list import CreditListQuerySet
from lists.models.notice import NoticeQuerySet
from lists.rules import TermRule, disclosed_until
from lists.services.feed import ENTRY_BODY_SOURCE

_MEASURES_OF_KIND: dict[str, str] = {ListKind.RED: MeasureKind.REWARD, ListKind.BLACK: MeasureKind.SANCTION}


def measures_for_list(credit_list: CreditList, unit: Unit | None = None) -> QuerySet[Measure]:
    """The measures that apply to a list: rewards to a red one, sanctions to a black one; with `unit`, only its own.

    Rule 2: none without a legal basis, severe ones only on serious lists. Bases are prefetched.
    """
    measures = measures_of(credit_list.kind, credit_list.memoranda.all(), is_serious=credit_list.is_serious, unit=unit)
    return measures.order_by("version__memorandum__number", "code")


def measures_of(
    kind: str, memoranda: Iterable[Memorandum] | QuerySet[Memorandum], *, is_serious: bool, unit: Unit | None = None
) -> QuerySet[Measure]:
    """As `measures_for_list`, for a list that is not kept yet."""
    measures = measures_for(memoranda, on=clock.today(), unit=unit).filter(kind=_MEASURES_OF_KIND.get(kind, ""))
    return measures if is_serious else measures.exclude(severity=Severity.SEVERE)


def lists_for_unit(unit: Unit) -> CreditListQuerySet:
    """The lists that concern a unit: it cooperates, being responsible for a measure that applies, or subscribes."""
    today = clock.today()
    measures = measures_for(Memorandum.objects.all(), on=today, unit=unit).prefetch_related(None).order_by()
    held = list(measures.values_list("kind", "severity", "version__memorandum").distinct())
    subscribed = Subscription.objects.valid(today).filter(unit__in=held_by(unit.pk, today))
    concerned = Q(pk__in=subscribed.values("credit_list"))
    for list_kind in _MEASURES_OF_KIND:
        for is_serious in (True, False):
            memoranda = {
                memorandum for kind, severity, memorandum in held if applies(list_kind, is_serious, kind, severity)
            }
            concerned |= Q(kind=list_kind, is_serious=is_serious, memoranda__in=memoranda)
    return CreditList.objects.filter(pk__in=CreditList.objects.filter(concerned).values("pk"))


@dataclass(frozen=True)
class ListEffect:
    """What a change does to the cooperation on a list: units that join and that leave.

    `credit_list`: None for one that is opened. `staying`: units that cooperate no more and are sent the list all the
    same: they subscribe, or initiate it.
    """

    credit_list: CreditList | None
    joining: list[Unit]
    staying: list[Unit]
    leaving: list[Unit]


def effects_of_version(version: MemorandumVersion) -> list[ListEffect]:
    """The lists that rest on the memorandum, and the cooperation before and after this version comes into force.

    As the units are today. A constant number of queries.
    """
    today, lists = clock.today(), list(version.memorandum.lists.prefetch_related("memoranda", "initiating_units"))
    resting_on = {memorandum.pk for one in lists for memorandum in one.memoranda.all()}
    in_force = _Answered(measures_for(Memorandum.objects.filter(pk__in=resting_on), on=today))
    to_come = _Answered(version.measures.select_related("version"))
    subscribing = _subscribing(lists)
    units = {unit.pk: unit for unit in Unit.objects.active(today)}
    effects = []
    for one in lists:
        own = {unit.pk for unit in one.initiating_units.all()}
        memoranda = {memorandum.pk for memorandum in one.memoranda.all()}
        before = in_force.units(one, memoranda) - own
        answering = in_force.units(one, memoranda - {version.memorandum_id}) | to_come.units(one, memoranda)
        after, sent = answering - own, answering | subscribing[one.pk]
        some = (after - before, (before - after) & sent, before - after - sent)
        effects.append(ListEffect(one, *([units[pk] for pk in units if pk in keys] for keys in some)))
    return effects


class _Answered:
    """Measures with the units that answer for them."""

    def __init__(self, measures: QuerySet[Measure]) -> None:
        self._measures = list(measures.prefetch_related(None))
        self._units = answering_units(measures, clock.today())

    def units(self, credit_list: CreditList, memoranda: set[int]) -> set[int]:
        return set[int]().union(
            *(
                self._units[measure.pk]
                for measure in self._measures
                if measure.version.memorandum_id in memoranda and reaches(credit_list, measure)
            )
        )


def reaches(credit_list: CreditList, measure: Measure) -> bool:
    return applies(credit_list.kind, credit_list.is_serious, measure.kind, measure.severity)


def applies(list_kind: str, is_serious: bool, measure_kind: str, severity: str) -> bool:
    """Rewards are for red lists, sanctions for black ones; severe ones for serious lists alone (rule 2)."""
    return _MEASURES_OF_KIND.get(list_kind) == measure_kind and (is_serious or severity != Severity.SEVERE)


def cooperating_units(credit_list: CreditList) -> QuerySet[Unit]:
    """配合单位: the active units responsible for a measure that applies to the list, except those that initiate it."""
    measures = measures_for_list(credit_list).prefetch_related(None)
    return responsible_units(measures, clock.today()).exclude(initiated_lists=credit_list)


def is_answered_by(credit_list: CreditList, unit: Unit) -> bool:
    """Whether the unit, or its successor, answers for a measure that applies to the list, and is sent it for that."""
    today = clock.today()
    measures = measures_for_list(credit_list).prefetch_related(None)
    return responsible_units(measures, today).filter(pk=current_holders(today).get(unit.pk, unit.pk)).exists()


def subscribing_units(credit_list: CreditList) -> QuerySet[Unit]:
    """The active units that follow the list by subscription, also as successors."""
    return Unit.objects.filter(pk__in=_subscribing([credit_list])[credit_list.pk])


def _subscribing(lists: Iterable[CreditList]) -> dict[int, set[int]]:
    """By list. Two queries."""
    today, subscribing = clock.today(), {one.pk: set[int]() for one in lists}
    holders = current_holders(today)
    subscribed = Subscription.objects.valid(today).filter(credit_list__in=subscribing).order_by()
    for list_id, unit_id in subscribed.values_list("credit_list", "unit"):
        if unit_id in holders:
            subscribing[list_id].add(holders[unit_id])
    return subscribing


def told_units(credit_list: CreditList) -> QuerySet[Unit]:
    """Who learns of every change: the cooperating units and those that subscribe."""
    subscribing = subscribing_units(credit_list).exclude(initiated_lists=credit_list).values("pk")
    return Unit.objects.filter(Q(pk__in=cooperating_units(credit_list).values("pk")) | Q(pk__in=subscribing))


def in_force_counts(credit_lists: Iterable[CreditList], most: int = 100_000) -> dict[int, int]:
    """How many entries of each list are in force, by list id; counting stops at `most` + 1. One query."""
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT list.id, counted.n
            FROM unnest(%s::bigint[]) AS list(id), LATERAL (
                SELECT count(*) AS n FROM (
                    SELECT 1 FROM lists_entry entry
                    WHERE entry.credit_list_id = list.id AND entry.state = 'PUBLISHED'
                      AND entry.term_from <= %s AND entry.term_to >= %s
                    LIMIT %s
                ) at_most
            ) counted
            """,
            [[credit_list.pk for credit_list in credit_lists], today, today, most + 1],
        )
        return dict(cursor.fetchall())


def reminder_days() -> list[int]:
    """How many days ahead a term's end is announced, the nearest first; none where the catalogue gives no such rule."""
    profile = RuleProfile.objects.valid(clock.today()).filter(code="term-reminder").first()
    return sorted(profile["days"]) if profile is not None else []


def ending_counts(unit: Unit, most: int) -> dict[int, int]:
    """How many entries of a unit end within each of the reminder's days; counting stops at `most` + 1. Two queries."""
    days = reminder_days()
    if not days:
        return {}
    soon = Entry.objects.filter(unit=unit).ending_within(days[-1])
    ends = list(soon.order_by("term_to").values_list("term_to", flat=True)[: most + 1])
    today = clock.today()
    return {within: sum(1 for end in ends if (end - today).days <= within) for within in days}


def repairable_on(entry: Entry) -> date | None:
    """The first day on which repair of this entry can be applied for; None before publication and on a red list."""
    if entry.credit_list.kind == ListKind.RED or entry.published_at is None:
        return None
    profile = entry.term_rule or RuleProfile.objects.for_case(entry.credit_list.term_profile, clock.today())
    return TermRule(profile.parameters).repairable_on(entry.document_on, entry.dishonesty_class)


@dataclass(frozen=True)
class TermFacts:
    """The days that the rules give an entry. `rule` gave the term, its cap and the day of repair; `disclosure_rule`
    the last day on which the entry is kept. A day that the rules do not give is None."""

    term_from: date
    term_to: date
    rule: RuleProfile | None
    cap_on: date | None
    repairable_on: date | None
    disclosure_rule: RuleProfile
    purge_on: date
    working_days_left: int
    is_provisional: bool


def term_facts(entry: Entry) -> TermFacts:
    """What the rules say about an entry's term today. At most three queries.

    `working_days_left` counts to the last day of the term, negative when it is over; `is_provisional` where the holiday
    plan of that year is not known yet. `purge_on` is the day on which the entry is deleted.
    """
    calendar, today = work_calendar(), clock.today()
    profile, kept = entry.term_rule, RuleProfile.objects.for_case("disclosure", today)
    until = disclosed_until(
        entry.act_ended_on or entry.document_on, kept["limit_years"], entry.exit_on or entry.term_to
    )
    return TermFacts(
        term_from=entry.term_from,
        term_to=entry.term_to,
        rule=profile,
        cap_on=TermRule(profile.parameters).cap_on(entry.document_on, entry.dishonesty_class) if profile else None,
        repairable_on=repairable_on(entry),
        disclosure_rule=kept,
        purge_on=until + timedelta(days=1),
        working_days_left=calendar.working_days_between(today, entry.term_to),
        is_provisional=calendar.is_provisional(entry.term_to),
    )


@dataclass(frozen=True)
class ErrorKind:
    """One kind of error in a list file: how many rows have it, and the first of them as (row, error)."""

    column: str
    code: str
    count: int
    first: list[tuple[int, dict[str, Any]]]


def import_errors(list_import: ListImport) -> list[ErrorKind]:
    """The errors of an import grouped by column and code, the most frequent first. Counted when it was checked."""
    return [
        ErrorKind(kind["column"], kind["code"], kind["count"], [(row, error) for row, error in kind["first"]])
        for kind in list_import.error_kinds
    ]


@dataclass(frozen=True)
class Meant:
    """An entry, and the related person who applies for himself, by his blind index; "" for the listed party."""

    entry: Entry
    person_index: str = ""


def entry_meant(credit_list: CreditList, document_number: str, identifier: str) -> Meant | None:
    """The entry in force with this document number whose subject or related person has this identifier."""
    code = normalise_code(identifier)
    indexes = [] if is_uscc(code) else [crypto.blind_index(kind, code) for kind in DocumentType]
    subjects = Subject.objects.with_code(code) if is_uscc(code) else Subject.objects.filter(number_index__in=indexes)
    entries = Entry.objects.in_force().filter(credit_list=credit_list)
    for entry in entries.filter(subject__in=subjects).order_by("pk"):
        if is_same_document(entry.document_number, document_number):
            return Meant(entry)
    persons = RelatedPerson.objects.filter(number_index__in=indexes, entry__in=entries).order_by("entry")
    for person in persons.select_related("entry"):
        if is_same_document(person.entry.document_number, document_number):
            return Meant(person.entry, person.number_index)
    return None


def other_listed_entries(entry: Entry, by: Actor) -> EntryQuerySet:
    """The same subject's other entries that are still on a list, as far as the actor may see them.

    Shown where a subject has ceased: they cannot stay either.
    """
    others = Entry.objects.visible_to(by).filter(subject=entry.subject_id, state__in=ON_THE_LIST)
    return others.exclude(pk=entry.pk).select_related("credit_list", "unit")


def entries_of(*, code: str = "", document_type: str = "", document_number: str = "") -> EntryQuerySet:
    """Entries by identifier, an earlier code too, in whatever state. Index look-ups, however many entries there are."""
    if code:
        return Entry.objects.filter(subject__in=Subject.objects.with_code(code))
    return entries_with_number(crypto.blind_index(document_type, document_number))


def entries_with_number(index: str) -> EntryQuerySet:
    """Entries of the person with this blind index, also as related person."""
    listed = Entry.objects.filter(subject__number_index=index).order_by().values("pk")
    # The second condition names the index, which holds those with a number, also where a plan knows no value.
    related = RelatedPerson.objects.filter(number_index=index, number_index__gt="").order_by().values("entry")
    return Entry.objects.filter(pk__in=listed.union(related))


def names_known(entry: Entry, by: Actor) -> QuerySet[SubjectName]:
    """What the subject is and was called, as far as this actor may know it: by a change that was recorded, or by an
    entry that he sees. To a draft's number one learns no name: else any number typed would give one away.
    """
    if entry.state not in WAS_PUBLISHED:
        return SubjectName.objects.none()
    seen = Entry.objects.visible_to(by).filter(subject=OuterRef("subject"), subject_name=OuterRef("name"))
    recorded = Q(recorded_at__isnull=False) | Q(source=NameSource.FORMER)
    return entry.subject.names.filter(recorded | Exists(seen))


def entry_bodies(entries: EntryQuerySet, profile: DataProfile) -> dict[Any, dict[str, Any]]:
    """The present state of entries by id, as readers of the feed with this data profile get it."""
    ids = list(entries.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTRY_BODY_SOURCE} WHERE entry.id = ANY(%s::uuid[])", [ids])
        return {row[0]: render_body(json.loads(row[2]), profile) for row in cursor.fetchall()}


def render_body(body: dict[str, Any], profile: DataProfile) -> dict[str, Any]:
    """A stored body with its document numbers unsealed (full) or left out (masked)."""
    return {
        **body,
        "subject": _render_holder(body["subject"], profile),
        "related_persons": [_render_holder(person, profile) for person in body["related_persons"]],
    }


def _render_holder(holder: dict[str, Any], profile: DataProfile) -> dict[str, Any]:
    sealed = holder["document_number"]
    return {**holder, "document_number": crypto.unseal(sealed) if sealed and profile == DataProfile.FULL else None}


_READ_AS = str.maketrans("OIL", "011")


def notice_with_code(typed: str) -> Notice | None:
    """The notice whose verification code was typed, in whatever spelling; O is read as 0, I and L as 1. One look-up."""
    code = normalise_code(typed).translate(_READ_AS)
    return Notice.objects.select_related("wording").filter(verification_code=code).first()


def notices_of_case(receipt_number: str) -> NoticeQuerySet:
    """The letters of an objection or repair, the first first. Who may see the case may see them."""
    return Notice.objects.filter(case_number=receipt_number).select_related("wording").order_by("pk")


def names_like(text: str, *, limit: int = 30) -> list[Match]:
    """Subjects that bear or bore a name like `text`, the likeliest first, each with what differs. A name suggests."""
    return find_names(text, limit=limit)


def subjects_named(text: str, *, most: int = 1_000, with_persons: bool = True) -> list[int]:
    """Ids of the subjects that someone who typed `text` may mean, the likeliest first; at most `most`."""
    found = find_names(text, limit=most, with_persons=with_persons)
    return [match.subject_id for match in found if match.is_likely]


def explain_differences(stored: list[list[str]]) -> str:
    """In what a name that was kept with a screening differs from the one asked for, in the reader's language."""
    return explained(read_differences(stored))
