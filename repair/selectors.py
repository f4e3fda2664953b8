"""Reads of repair applications."""

from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import open_moves
from jinan_credit.kernel import clock
from jinan_credit.kernel.workflow import Move
from lists.enums import ListKind
from lists.models import CreditList, Entry
from lists.selectors import repairable_on
from repair.enums import RepairState
from repair.models import RepairApplication, RepairMove, RepairQuerySet
from repair.workflow import REPAIR


def possible_from(entry: Entry) -> date | None:
    """The first day on which repair of this entry can be applied for; None for a red list, which has none."""
    return repairable_on(entry)


@dataclass(frozen=True)
class Hindrance:
    """Why an entry cannot be repaired now, and until when (None: for good)."""

    code: str
    words: str
    until: date | None = None


def hindrance_of(entry: Entry, applicant_index: str = "", person_index: str = "") -> Hindrance | None:
    """What stands in the way of a repair; with an applicant also what only concerns him.

    `person_index`: of a related person who applies for himself. What was refused to the party is not refused to him,
    nor the other way round.
    """
    general = _of_list(entry) or _of_term(entry)
    return general or (_of_applicant(entry, applicant_index, person_index) if applicant_index else None)


def _of_list(entry: Entry) -> Hindrance | None:
    if entry.credit_list.kind == ListKind.RED:
        return Hindrance("red_list_not_repairable", _("A red list is an honour; there is nothing to repair."))
    if entry.credit_list.no_repair_basis:
        words = _("The law excludes credit repair of this entry (%(basis)s). It leaves the list when its term is over.")
        return Hindrance("repair_excluded", words % {"basis": entry.credit_list.no_repair_basis})
    return None


def _of_term(entry: Entry) -> Hindrance | None:
    earliest = possible_from(entry)
    if earliest is None or earliest <= clock.today():
        return None
    words = _("Repair of this entry is possible from %(earliest)s.") % {"earliest": earliest}
    return Hindrance("repair_too_early", words, earliest)


def _of_applicant(entry: Entry, applicant_index: str, person_index: str) -> Hindrance | None:
    before = RepairApplication.objects.of_same(entry, applicant_index, person_index)
    barring = before.barring(clock.today()).order_by("-barred_until").first()
    if barring is not None:
        words = _("False material was handed in before. New applications are barred until %(until)s.")
        return Hindrance("repair_barred", words % {"until": barring.barred_until}, barring.barred_until)
    same = RepairApplication.objects.filter(entry=entry, person_index=person_index)
    refused = same.filter(again_from__gt=clock.today()).order_by("-again_from").first()
    if refused is not None:
        words = _("Repair of this entry was refused. It may be applied for again from %(day)s.")
        return Hindrance("repair_refused_before", words % {"day": refused.again_from}, refused.again_from)
    return None


def documents_for(credit_list: CreditList, rules: RuleProfile) -> list[str]:
    """What has to be enclosed: what the list says, else what the rules say for all lists."""
    return list(credit_list.repair_documents or rules["documents"])


def open_moves_of(application: RepairApplication, by: Actor) -> list[Move]:
    """The buttons of the case page."""
    moves = open_moves(REPAIR, state=application.state, by=by, made_by=[application.verified_by_id])
    closed = set()
    if application.entry_id is None:
        closed.add("accept")
    if application.supplement_asked_on is not None or application.is_overdue:
        closed.add("ask_supplement")
    return [move for move in moves if move.name not in closed]


def is_barred(application: RepairApplication, by: Actor) -> bool:
    """True when the decision is open and this person's role could take it, but he verified himself."""
    return (
        application.state == RepairState.VERIFIED
        and by.user is not None
        and by.user.pk == application.verified_by_id
        and bool(open_moves(REPAIR, state=application.state, by=by))
    )


def waiting_for(actor: Actor) -> RepairQuerySet:
    """Those of which this person may take the next step; nobody decides what he verified himself."""
    waits = Q(pk__in=[])
    if actor.may(Act.VERIFY_REPAIRS):
        waits |= Q(state__in=(RepairState.SUBMITTED, RepairState.ACCEPTED))
    if actor.may(Act.APPROVE_REPAIRS):
        waits |= Q(state=RepairState.VERIFIED) & ~Q(verified_by=actor.user)
    return RepairApplication.objects.visible_to(actor).filter(waits, unit=actor.unit)


def counts_for(actor: Actor) -> dict[str, int]:
    """The unit's open work by what it waits for."""
    mine = RepairApplication.objects.visible_to(actor)
    counted: dict[str, Any] = mine.aggregate(
        to_accept=Count("pk", filter=Q(state=RepairState.SUBMITTED)),
        to_verify=Count("pk", filter=Q(state=RepairState.ACCEPTED)),
        to_decide=Count("pk", filter=Q(state=RepairState.VERIFIED)),
        overdue=Count("pk", filter=Q(pk__in=mine.overdue().values("pk"))),
        due_soon=Count("pk", filter=Q(pk__in=mine.due_soon().values("pk"))),
        escalated=Count("pk", filter=Q(pk__in=mine.escalated().values("pk"))),
    )
    return counted


@dataclass(frozen=True)
class Figures:
    """Of the applications that a unit received in a year; not to be accepted is a decision too, with a day of its own.

    `median_wd`: working days from receipt to the decision.
    """

    year: int
    received: int
    decided: int
    in_time: int
    approved: int
    median_wd: float | None


def figures_for(actor: Actor, year: int) -> Figures:
    """Two queries, however many applications."""
    refusals = RepairMove.objects.filter(of=OuterRef("pk"), to_state=RepairState.NOT_ACCEPTED).order_by("-pk")
    received = RepairApplication.objects.visible_to(actor).filter(received_on__year=year)
    received = received.annotate(
        refused_from=Subquery(refusals.values("from_state")[:1]),
        decided_on=Coalesce(TruncDate("approved_at"), Subquery(refusals.values(day=TruncDate("at"))[:1])),
    )
    decided = Q(decided_on__isnull=False)
    lapsed = Q(refused_from=RepairState.SUPPLEMENT_ASKED)
    approved = Q(approved_at__isnull=False, decided_on__lte=F("decide_due_on"))
    in_time = approved | Q(approved_at=None, decided_on__lte=F("accept_due_on")) | lapsed
    counts: dict[str, Any] = received.aggregate(
        received=Count("pk"),
        decided=Count("pk", filter=decided),
        in_time=Count("pk", filter=decided & in_time),
        approved=Count("pk", filter=Q(state=RepairState.APPROVED)),
    )
    calendar = work_calendar()
    days = [
        calendar.working_days_between(received_on, decided_on)
        for received_on, decided_on in received.filter(decided).order_by().values_list("received_on", "decided_on")
    ]
    return Figures(year, **counts, median_wd=median(days) if days else None)
