"""What the calendar does to hearings and to proposals after a fallen basis: days counted anew, silence escalated."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from catalog.services.escalation import write_escalations
from jinan_credit.accounts.enums import EscalationStep
from jinan_credit.accounts.services.staff_messages import Told, tell_each
from jinan_credit.kernel.workdays import WorkCalendar, counted_anew
from lists import events
from lists.enums import NoticeKind
from lists.models import Entry, EntryProposal, EntryProposalEscalation, Notice
from lists.services import defence, orders
from lists.services.fallen_basis import fallen_basis_page

_DATES_OF_DEFENCE = ("defence_until", "defence_is_provisional")
_DATES_OF_PROPOSAL = ("due_on", "due_is_provisional")


def keep_days() -> None:
    """By the system, every hour. Idempotent; what an outage left out is caught up.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    settle_days()
    escalate_overdue()


@transaction.atomic
def settle_days() -> int:
    """Count the provisional days of hearings and of open proposals anew, by the calendar known now. Returns how many
    have another day, or one that is no longer provisional. Refusals: `rule_profile_missing`."""
    calendar = work_calendar()
    entries = defences_counted_anew(calendar, locked=True)
    Entry.objects.bulk_update(entries, _DATES_OF_DEFENCE, batch_size=1_000)
    proposals = proposals_counted_anew(calendar, locked=True)
    EntryProposal.objects.bulk_update(proposals, _DATES_OF_PROPOSAL, batch_size=1_000)
    return len(entries) + len(proposals)


@transaction.atomic
def escalate_overdue() -> int:
    """The unit's head learns of what SD art. 40 wanted decided and is not, later the coordinator. A unit is told once
    of each day missed, however many entries rest on the document. Returns how many steps were new."""
    finished = EntryProposalEscalation.objects.filter(
        of=OuterRef("pk"), due_on=OuterRef("due_on"), step=EscalationStep.COORDINATOR
    ).order_by()
    overdue = EntryProposal.objects.overdue().filter(~Exists(finished)).select_related("entry").order_by("pk")
    rules = cache(_rules_of_fallen_basis)
    steps = write_escalations(
        EntryProposalEscalation,
        overdue.select_for_update(of=("self",)),
        lambda proposal: rules(proposal.learned_on),
    )
    _tell_heads(steps)
    return len(steps)


def defences_counted_anew(calendar: WorkCalendar, *, locked: bool = False) -> list[Entry]:
    """Those that have another day by this calendar, or one that is no longer provisional; with it, not saved.

    A day that the party was told stays its day: it comes later, never earlier.
    """
    heard = Entry.objects.filter(
        defence_is_provisional=True, defence_until__isnull=False, state__in=defence.HEARD
    ).order_by("pk")
    entries = list(heard.select_for_update(of=("self",)) if locked else heard)
    notices = Notice.objects.filter(entry__in=entries, kind=NoticeKind.PROPOSED_LISTING, served_on__isnull=False)
    served = {notice.entry_id: notice for notice in notices.order_by("pk")}
    limit = cache(defence.days_for_defence)

    def count(entry: Entry) -> None:
        notice = served.get(entry.pk)
        if notice is None or notice.served_on is None or entry.defence_until is None:
            return
        due = calendar.due_on(notice.served_on, limit(notice.issued_on))
        entry.defence_until, entry.defence_is_provisional = max(entry.defence_until, due.on), due.provisional

    return counted_anew(entries, _DATES_OF_DEFENCE, count)


def proposals_counted_anew(calendar: WorkCalendar, *, locked: bool = False) -> list[EntryProposal]:
    proposals = EntryProposal.objects.fallen_basis().filter(due_is_provisional=True).order_by("pk")
    rules = cache(_rules_of_fallen_basis)

    def count(proposal: EntryProposal) -> None:
        if proposal.learned_on is not None:
            due = calendar.due_on(proposal.learned_on, rules(proposal.learned_on)["basis_fell_wd"])
            proposal.due_on, proposal.due_is_provisional = due.on, due.provisional

    return counted_anew(proposals.select_for_update(of=("self",)) if locked else proposals, _DATES_OF_PROPOSAL, count)


def _rules_of_fallen_basis(learned_on: date) -> RuleProfile:
    return RuleProfile.objects.for_case(orders.RULES, learned_on)


def _tell_heads(steps: Iterable[EntryProposalEscalation]) -> None:
    late = Counter((step.of.unit_id, step.due_on) for step in steps if step.step == EscalationStep.UNIT_HEAD)
    tell_each(
        events.BASIS_LATE,
        [
            Told(unit, fallen_basis_page(), uuid4().hex, {"count": count, "day": due_on})
            for (unit, due_on), count in late.items()
        ],
    )
