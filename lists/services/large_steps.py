"""A step with more entries than a person should wait for in the browser: asked for, taken by a worker, told in the
inbox. It is judged when it is taken, by the services that take it for a few; its person must still hold the act."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import require_right
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput
from jinan_credit.kernel.nudges import nudge
from lists import events, tasks
from lists.enums import EntryState, LargeStepKind, LargeStepStatus
from lists.finding import matching
from lists.models import CreditList, Entry, EntryProposal, EntryQuerySet, LargeStep, own_work
from lists.services.defence import notify_entries
from lists.services.entries import discard_entries, return_entries, submit_entries
from lists.services.hindrances import hindered, unhindered
from lists.services.import_reversal import reverse_import
from lists.services.job_progress import taken
from lists.services.outcomes import LeftOut, Outcome
from lists.services.proposal_batches import approve_proposals
from lists.services.publications import hindrances_of_publishing, publish_entries
from lists.workflow import EDITABLE, ENTRY, PROPOSAL

MOST_AT_ONCE = 5_000
"""Entries with which a step is taken while its person waits: about a second."""
MOST_ATTEMPTS = 5
OF_A_REVIEWER = (LargeStepKind.RETURN, LargeStepKind.PUBLISH, LargeStepKind.APPROVE_ALIKE)
_LOCK = 0x535445


@dataclass(frozen=True)
class Chosen:
    """What a step is about, so that a worker can choose it again: all that match the filters `query` among the unit's
    drafts, or in review among those that came together; or one import; or a proposal and all alike."""

    query: str = ""
    credit_list: CreditList | None = None
    from_import_id: int | None = None
    submitted_by_id: int | None = None
    proposal: EntryProposal | None = None


@transaction.atomic
def request_large_step(kind: LargeStepKind, chosen: Chosen, *, expected: int, by: Actor, reason: str = "") -> LargeStep:
    """Have a worker take a step with what was chosen, `expected` entries. Where this very step is under way already,
    that one.

    Refusals: `act_not_allowed`, `reason_missing`.
    """
    _require(kind, by=by, reason=reason)
    assert by.user is not None, "only people choose on a page"
    assert by.unit is not None, "whose entries could they have chosen else?"
    Unit.objects.select_for_update(no_key=True).get(pk=by.unit.pk)  # of two at once the second sees the first
    about = {"kind": kind, **vars(chosen)}
    known = LargeStep.objects.under_way().filter(unit=by.unit, **about).first()
    if known is not None:
        return known
    step = LargeStep.objects.create(
        unit=by.unit,
        made_by=by.user,
        made_at=clock.now(),
        language=translation.get_language() or settings.LANGUAGE_CODE,
        expected=expected,
        reason=reason,
        **about,
    )
    nudge(tasks.take_large_step, step.pk)
    return step


def _require(kind: LargeStepKind, *, by: Actor, reason: str) -> None:
    if kind == LargeStepKind.UNDO_IMPORT:
        by.require(Act.DRAFT_ENTRIES)
        if not reason.strip():
            raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
        return
    move = PROPOSAL["approve"] if kind == LargeStepKind.APPROVE_ALIKE else ENTRY[kind]
    require_right(move, by=by, reason=reason)


def take_large_step(pk: int) -> None:
    """Job: take the step, wholly and once. What is refused as a whole changes nothing, and its page says why."""
    try:
        with taken(LargeStep.objects.under_way(), pk, lock=_LOCK) as job:
            if job is not None:
                _take(job[0])
    except DomainError as refusal:
        _refuse(pk, refusal)


def _take(step: LargeStep) -> None:
    with translation.override(step.language):
        if step.attempts >= MOST_ATTEMPTS:
            raise DomainError(
                "step_stopped",
                _("This step stopped %(times)s times; nothing was changed. Take it with fewer entries.")
                % {"times": MOST_ATTEMPTS},
            )
        outcome = _WAYS[LargeStepKind(step.kind)](step, Actor(user=step.made_by))
    step.status, step.done, step.left_out_count = LargeStepStatus.DONE, outcome.done, outcome.left_out_count
    step.left_out = [{"entry": str(one.entry_id), "code": one.code, "why": one.why} for one in outcome.left_out]
    step.leased_until = None
    step.save(update_fields=["status", "done", "left_out_count", "left_out", "publication", "leased_until"])
    _tell(step)


@transaction.atomic
def _refuse(pk: int, refusal: DomainError) -> None:
    for step in LargeStep.objects.under_way().filter(pk=pk).select_for_update():
        with translation.override(step.language):
            step.status, step.refusal, step.leased_until = LargeStepStatus.REFUSED, str(refusal), None
        step.left_out_count = step.expected
        step.save(update_fields=["status", "refusal", "left_out_count", "leased_until"])
        _tell(step)


def _tell(step: LargeStep) -> None:
    """Those of the unit who take such steps."""
    tell_staff(
        events.MANY_IN_REVIEW if step.kind in OF_A_REVIEWER else events.MANY_DRAFTS,
        units=[step.unit_id],
        link=reverse("large_step", args=[step.pk]),
        about=f"large step {step.pk}",
        count=step.done,
        left_out=step.left_out_count,
    )


def outcome_of(step: LargeStep) -> Outcome:
    """What came of it, with the names that the entries have now. One query."""
    left_out = Entry.objects.in_bulk([one["entry"] for one in step.left_out])
    names = {str(entry.pk): entry.subject_name for entry in left_out.values()}
    told = [LeftOut(one["entry"], names.get(one["entry"], ""), one["code"], one["why"]) for one in step.left_out]
    return Outcome(step.done, told, step.left_out_count)


# Each step, with as many entries as there are --------------------------------------------------------------------

Step = Callable[[EntryQuerySet, Actor, str], Outcome]
STEPS: dict[str, Step] = {
    LargeStepKind.SUBMIT: lambda entries, by, reason: submit_entries(entries=entries, by=by),
    LargeStepKind.NOTIFY: lambda entries, by, reason: notify_entries(entries=entries, by=by),
    LargeStepKind.DISCARD: lambda entries, by, reason: discard_entries(entries=entries, by=by, reason=reason),
    LargeStepKind.RETURN: lambda entries, by, reason: return_entries(entries=entries, by=by, reason=reason),
}


def require_same_count(expected: int, now: int) -> None:
    """What is confirmed must be what was shown. Refusal: `selection_changed`."""
    if expected != now:
        raise DomainError(
            "selection_changed",
            _("Meanwhile other entries match: %(now)s now. Go back and look again before you confirm.") % {"now": now},
        )


def _move(step: LargeStep, by: Actor) -> Outcome:
    entries = _entries(step, by)
    require_same_count(step.expected, entries.count())
    return STEPS[step.kind](entries, by, step.reason)


def _publish(step: LargeStep, by: Actor) -> Outcome:
    assert step.credit_list is not None, "see Chosen"
    entries, hindrances = _entries(step, by), hindrances_of_publishing(step.credit_list)
    outcome = hindered(entries, hindrances)
    ready = unhindered(entries, hindrances) if outcome.left_out else entries
    require_same_count(step.expected, ready.count())
    step.publication = publish_entries(credit_list=step.credit_list, entries=ready, by=by)
    outcome.done = step.publication.count
    return outcome


def _entries(step: LargeStep, by: Actor) -> EntryQuerySet:
    among = Entry.objects.filter(unit=step.unit)
    if step.credit_list is None:
        among = among.filter(state__in=EDITABLE)
    else:
        came_together = {"credit_list": step.credit_list, "from_import": step.from_import_id}
        among = among.filter(state=EntryState.IN_REVIEW, submitted_by=step.submitted_by_id, **came_together)
        among = among.exclude(own_work(by.user))
    return matching(step.query, among, by)


def _undo_import(step: LargeStep, by: Actor) -> Outcome:
    assert step.from_import is not None, "see Chosen"
    reversal = reverse_import(list_import=step.from_import, by=by, reason=step.reason).reversal or {}
    return Outcome(sum(count for what, count in reversal.items() if what not in ("gone", "left")))


def _approve_alike(step: LargeStep, by: Actor) -> Outcome:
    assert step.proposal is not None, "see Chosen"
    alike = EntryProposal.objects.visible_to(by).alike(step.proposal)
    require_same_count(step.expected, alike.count())
    return approve_proposals(proposals=alike, by=by)


_WAYS: dict[LargeStepKind, Callable[[LargeStep, Actor], Outcome]] = {
    **{LargeStepKind(kind): _move for kind in STEPS},
    LargeStepKind.PUBLISH: _publish,
    LargeStepKind.UNDO_IMPORT: _undo_import,
    LargeStepKind.APPROVE_ALIKE: _approve_alike,
}
