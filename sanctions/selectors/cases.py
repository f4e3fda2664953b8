"""Reads of typical cases and bulletins: by the units, the coordinator, the audit and the public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import NotFound
from lists.enums import EntryState
from lists.models import CreditList, RelatedPerson, Subject
from sanctions.anonymity import Hidden
from sanctions.enums import BulletinState, CaseState, Outcome
from sanctions.models import Bulletin, CaseReport, Execution
from sanctions.models.bulletin import BulletinQuerySet
from sanctions.models.case import WRONG_EXITS, CaseReportQuerySet
from sanctions.models.execution import ExecutionQuerySet


def cases_visible_to(actor: Actor) -> CaseReportQuerySet:
    """With what a line shows, and `flaw`."""
    return with_party(CaseReport.objects.visible_to(actor)).select_related("bulletin", "adopted_by")


def case_for(pk: int, actor: Actor) -> CaseReport:
    """`not_found` when this actor may not see it."""
    case = cases_visible_to(actor).select_related("made_by", "made_by_client").filter(pk=pk).first()
    if case is None:
        raise NotFound
    return case


def with_party(cases: CaseReportQuerySet) -> CaseReportQuerySet:
    return cases.with_flaw().select_related("unit", "execution__hit", "execution__entry__credit_list")


def executions_for_cases(actor: Actor) -> ExecutionQuerySet:
    """Of the actor's unit, valid, with measures applied to one party, and not a case yet; nor on a wrong entry."""
    live = CaseReport.objects.filter(execution=OuterRef("pk")).exclude(state=CaseState.WITHDRAWN)
    return (
        Execution.objects.of_unit(actor)
        .valid()
        .filter(~Exists(live), outcome=Outcome.APPLIED, entry__isnull=False)
        .exclude(entry__state=EntryState.PURGED)
        .exclude(entry__exit_reason__in=WRONG_EXITS)
        .select_related("unit", "hit", "entry__credit_list", "entry__subject", "entry__unit")
        .prefetch_related("measures__bases", "liftings")
    )


def with_makes_case(executions: ExecutionQuerySet, actor: Actor) -> ExecutionQuerySet:
    """`makes_case`: whether a case can be made of it."""
    return executions.annotate(makes_case=Exists(executions_for_cases(actor).filter(pk=OuterRef("pk"))))


def hidden_of(case: CaseReport) -> Hidden:
    """What the text of a case may not say: the persons' names and numbers, and what leads to a person it is about."""
    return _hidden(case, case.entry.subject, case.entry.related_persons.all())


def hidden_of_all(cases: Iterable[CaseReport]) -> Hidden:
    """What the words of a bulletin may not say: neither persons nor parties, so that they stay when a case must go.

    Two queries, however many cases.
    """
    cases = list(cases)
    subjects = Subject.objects.prefetch_related("names").in_bulk([case.entry.subject_id for case in cases])
    persons: dict[object, list[RelatedPerson]] = {}
    for person in RelatedPerson.objects.filter(entry__in=[case.entry.pk for case in cases]).order_by("pk"):
        persons.setdefault(person.entry_id, []).append(person)
    each = [_hidden(case, subjects[case.entry.subject_id], persons.get(case.entry.pk, [])) for case in cases]
    return Hidden(
        names=frozenset().union(*(one.names | one.named for one in each)),
        numbers=frozenset().union(*(one.numbers for one in each)),
    )


def _hidden(case: CaseReport, subject: Subject, persons: Iterable[RelatedPerson]) -> Hidden:
    bearers = list(persons)
    names = {person.name for person in bearers}
    parties = {case.entry.subject_name, subject.name, *(known.name for known in subject.names.all())}
    documents: list[Subject | RelatedPerson] = [subject, *bearers]
    numbers = {one.masked_number for one in documents} | {crypto.unseal(one.sealed_number) for one in documents}
    if case.is_of_a_person:
        numbers |= {case.entry.document_number, subject.code or ""}
        return Hidden(frozenset(names | parties), frozenset(numbers))
    return Hidden(frozenset(names - parties), frozenset(numbers), named=frozenset(parties))


def bulletins_visible_to(actor: Actor) -> BulletinQuerySet:
    return Bulletin.objects.visible_to(actor).select_related("unit")


def bulletin_for(pk: int, actor: Actor) -> Bulletin:
    """`not_found` when this actor may not see it."""
    found = bulletins_visible_to(actor).select_related("made_by", "issued_by").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def cases_of(bulletin: Bulletin) -> CaseReportQuerySet:
    """In the order in which they were adopted, with `flaw`: one that has a flaw is not shown."""
    return with_party(CaseReport.objects.filter(bulletin=bulletin)).order_by("adopted_at", "pk")


def cases_to_collect(bulletin: Bulletin | None = None) -> CaseReportQuerySet:
    """Adopted, without a flaw, and in no bulletin, or in this draft already."""
    free = CaseReport.objects.filter(Q(bulletin=None) | Q(bulletin=bulletin), state=CaseState.ADOPTED)
    return with_party(free).sound().order_by("adopted_at", "pk")


def public_bulletins() -> BulletinQuerySet:
    """Those that anybody may know of, the newest first."""
    return Bulletin.objects.public().select_related("unit").order_by("-year", "-serial")


def public_cases(bulletin: Bulletin) -> QuerySet[CaseReport]:
    """The cases of organisations, each with `flaw` and `is_open`: one that is not open is shown as a note alone.

    Natural persons are not among them (rule 7).
    """
    is_open = Exists(CaseReport.objects.open_to_the_public().filter(pk=OuterRef("pk")))
    return cases_of(bulletin).of_organisations().annotate(is_open=is_open)


@dataclass(frozen=True)
class CaseReportFigures:
    """Of a period: cases reported and adopted, bulletins issued."""

    reported: int
    adopted: int
    bulletins: int


def case_report_figures(
    *, since: date, until: date, unit: Unit | None = None, credit_list: CreditList | None = None
) -> CaseReportFigures:
    """Both days counted; the cases of one unit, or about one list, where it is given. Two queries."""
    begin, end = clock.start_of(since), clock.start_of(until + timedelta(days=1))
    about = {"unit": unit, "execution__entry__credit_list": credit_list}
    counted = CaseReport.objects.filter(**{name: value for name, value in about.items() if value}).aggregate(
        reported=Count("pk", filter=Q(reported_at__gte=begin, reported_at__lt=end)),
        adopted=Count("pk", filter=Q(adopted_at__gte=begin, adopted_at__lt=end)),
    )
    issued = Bulletin.objects.filter(state=BulletinState.ISSUED, issued_at__gte=begin, issued_at__lt=end)
    return CaseReportFigures(**counted, bulletins=issued.count())
