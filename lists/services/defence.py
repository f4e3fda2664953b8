"""The party is heard before the listing: notice, service, statement and defence, answer (拟列入告知, 陈述申辩)."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from lists.enums import EntryState, NoticeKind
from lists.models import DefenceStatement, Entry, EntryQuerySet, Notice
from lists.models.notice import NoticeQuerySet
from lists.services.hindrances import COMPLETE, WITHOUT_NOTICE
from lists.services.notices import issue_notices_of_proposal
from lists.services.outcomes import LeftOut, Outcome
from lists.services.steps import among, move_entries

RULES = "notice"
HEARD = (EntryState.NOTIFIED, EntryState.IN_REVIEW, EntryState.RETURNED)
"""A statement that comes late is kept too; it holds the entry up until it is answered."""


@transaction.atomic
def notify_entries(*, entries: EntryQuerySet, by: Actor) -> Outcome:
    """Give notice of the proposed listing of drafts, and of returned entries, one notice each.

    Refusals: `act_not_allowed`, `nothing_selected`, `rule_profile_missing`. Left out, and refused when nothing else is
    left: `move_not_open`, `notice_not_required`, `field_required`, `subject_ceased`, `basis_fell`.
    """
    outcome, notified = move_entries(name="notify", entries=entries, by=by, hindrances=(WITHOUT_NOTICE, *COMPLETE))
    notified.exclude(defence_until=None).update(defence_until=None, defence_is_provisional=False)
    issue_notices_of_proposal(entries=notified, by=by)
    return outcome


def notices_to_serve(entries: EntryQuerySet) -> NoticeQuerySet:
    """The notices of notified entries whose service is not recorded: of each entry the last one."""
    waiting = entries.filter(state=EntryState.NOTIFIED, defence_until=None).order_by().values("pk")
    of_them = Notice.objects.filter(entry__in=waiting, kind=NoticeKind.PROPOSED_LISTING).order_by()
    last = of_them.values("entry").annotate(last=Max("pk")).values("last")
    return Notice.objects.filter(pk__in=last, served_on=None)


@transaction.atomic
def record_service(*, notices: NoticeQuerySet, served_on: date, how: str, by: Actor) -> Outcome:
    """Keep when and how notices were served. From a notice of proposed listing the days for statement and defence run.

    Refusals: `act_not_allowed`, `person_needed`, `how_missing`, `served_in_future`, `nothing_selected`,
    `rule_profile_missing`. Left out, and refused when nothing else is left: `notice_served_already`,
    `served_before_issue`.
    """
    _require_person(by)
    if not how.strip():
        raise InvalidInput("how_missing", _("Say how the notice was served."), field="served_how")
    _require_past(served_on, "served_in_future", "served_on")
    rows = list(
        notices.filter(unit__in=by.units)
        .order_by("pk")
        .select_for_update(of=("self",))
        .values_list("pk", "entry_id", "entry__subject_name", "served_on", "issued_on", "kind")
    )
    outcome, ids = Outcome(), list[int]()
    proposals: dict[date, dict[int, UUID]] = {}
    for pk, entry_id, name, was_served_on, issued_on, kind in rows:
        if was_served_on is not None:
            why = _("The service of this notice is recorded already.")
            outcome.leave_out([LeftOut(entry_id, name, "notice_served_already", why)])
        elif served_on < issued_on:
            why = _("The notice was issued later than this day.")
            outcome.leave_out([LeftOut(entry_id, name, "served_before_issue", why)])
        else:
            ids.append(pk)
            if kind == NoticeKind.PROPOSED_LISTING:
                proposals.setdefault(issued_on, {})[pk] = entry_id
    serving = {"served_on": served_on, "served_how": how.strip()[:200], "served_by": by.user}
    outcome.done = Notice.objects.filter(pk__in=ids).update(**serving)
    for issued_on, served in sorted(proposals.items()):
        _begin_defence(served, issued_on, served_on)
    return outcome.or_refusal()


@transaction.atomic
def record_statement(*, entry: Entry, received_on: date, content: str, by: Actor) -> DefenceStatement:
    """Keep what the party stated against the proposed listing.

    Refusals: `act_not_allowed`, `person_needed`, `entry_not_found` (another unit's), `move_not_open` (the
    party was not told, or the listing is decided), `received_in_future`, `content_missing`.
    """
    person = _require_person(by)
    locked = _lock(entry, by)
    if locked.state not in HEARD or not locked.notices.filter(kind=NoticeKind.PROPOSED_LISTING).exists():
        raise DomainError(
            "move_not_open", _("A statement belongs between the notice of a proposed listing and its publication.")
        )
    if not content.strip():
        raise InvalidInput("content_missing", _("Give what was stated."), field="content")
    _require_past(received_on, "received_in_future", "received_on")
    return DefenceStatement.objects.create(
        entry=locked, received_on=received_on, content=content.strip(), recorded_by=person, recorded_at=clock.now()
    )


@transaction.atomic
def answer_statement(*, statement: DefenceStatement, is_adopted: bool, answer: str, by: Actor) -> DefenceStatement:
    """Answer a statement with reasons. One that is adopted holds the draft up until it is revised, or discarded.

    Refusals: `act_not_allowed`, `person_needed`, `entry_not_found` (another unit's), `statement_answered`,
    `answer_missing`.
    """
    _require_person(by)
    _lock(statement.entry, by)
    locked = DefenceStatement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    if locked.answered_at is not None:
        raise DomainError("statement_answered", _("This statement is answered already."))
    if not answer.strip():
        raise InvalidInput("answer_missing", _("Give the answer and its reasons."), field="answer")
    locked.is_adopted, locked.answer = is_adopted, answer.strip()
    locked.answered_by, locked.answered_at = by.user, clock.now()
    locked.save()
    return locked


def days_for_defence(issued_on: date) -> int:
    """Working days, by the rules of the day on which the notice was issued."""
    return int(RuleProfile.objects.for_case(RULES, issued_on)["defence_wd"])


def _begin_defence(served: dict[int, UUID], issued_on: date, served_on: date) -> None:
    """The day after receipt is day 1; the numbers are those of the day on which the notice was issued.

    `served`: notices and their entries. An earlier notice than an entry's last begins nothing.
    """
    last = (
        Notice.objects.filter(kind=NoticeKind.PROPOSED_LISTING)
        .extra(where=["lists_notice.entry_id = ANY(%s::uuid[])"], params=[list(served.values())])
        .order_by()
        .values("entry")
        .annotate(last=Max("pk"))
        .values_list("last", "entry")
    )
    told = [entry for notice, entry in last if notice in served]
    until = work_calendar().due_on(served_on, days_for_defence(issued_on))
    begun = among(told).filter(state=EntryState.NOTIFIED)
    begun.update(defence_until=until.on, defence_is_provisional=until.provisional)


def _lock(entry: Entry, by: Actor) -> Entry:
    """Whoever submits or publishes the entry at the same moment waits, and then sees the statement."""
    locked = Entry.objects.select_for_update(of=("self",)).filter(pk=entry.pk, unit=by.unit).first()
    if locked is None:
        raise NotFound("entry_not_found", _("There is no such entry."))
    return locked


def _require_person(by: Actor) -> User:
    """Service and statements are recorded by a person, who answers for it."""
    by.require(Act.DRAFT_ENTRIES)
    if by.user is None:
        raise NotAllowed("person_needed", _("Only a person records this, not a machine."))
    return by.user


def _require_past(day: date, code: str, field: str) -> None:
    if day > clock.today():
        raise InvalidInput(code, _("This day has not come yet."), field=field)
