"""Feedback: what a unit did, or did not, against or for a listed party. It reaches the initiating unit (P §四(二))."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.enums import Severity
from catalog.models import Measure
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import files_or_nothing
from jinan_credit.accounts.moves import make_move, make_moves, require_move, require_right
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from jinan_credit.kernel.uploads import CleanFile
from lists.models import CreditList, Entry
from sanctions.enums import HitState, MatchedAs, Outcome, ScreeningState
from sanctions.models import Execution, Hit, HitMove, Screening, ScreeningMove, UnitTask, UnitTaskMove
from sanctions.rules import checked_day
from sanctions.selectors.duties import own_measures
from sanctions.selectors.findings import listed_within
from sanctions.selectors.releases import releases_reached
from sanctions.selectors.unit_tasks import entries_of_task
from sanctions.services.attachments import keep_attachments
from sanctions.services.periodic_feedback import settle_period
from sanctions.services.promises import GivenPromise, keep_promises_with
from sanctions.services.told_tasks import listing_tasks, reopen_releases, tell_tasks
from sanctions.services.unit_tasks import acted_for, lock_own_task, lock_task_to_act
from sanctions.workflow import HIT, SCREENING, UNIT_TASK


@dataclass(frozen=True)
class Report:
    """What an officer reports. `measures`: ids of the unit's own measures; `amount` in CNY.

    `promise`: what a rewarded party promised because material was missing.
    """

    outcome: str
    performed_on: date
    measures: Collection[int] = ()
    reason: str = ""
    matter: str = ""
    amount: Decimal | None = None
    note: str = ""
    attachments: Sequence[CleanFile] = ()
    promise: GivenPromise | None = None


@dataclass(frozen=True)
class About:
    """What a report is about, and those of its measures that were taken there."""

    measures: Collection[int]
    hit: Hit | None = None
    task: UnitTask | None = None
    entry: Entry | None = None
    matter: str = ""


@files_or_nothing()
def answer_hit(*, hit: Hit, report: Report, by: Actor) -> Execution:
    """Answer a hit once: measures applied, or not applied with the reason.

    The unit's task of the publication that listed the entry counts as fed back, when it is signed.
    Refusals: `not_found` for another unit's hit; `already_answered`; `act_not_allowed`; `measures_missing`;
    `measures_not_applied`; `measure_not_own`; `measure_too_severe` (rule 2); `reason_missing`; `day_in_future`;
    `entry_not_in_force` on the day of a measure (rule 1); those of attachments and of a promise.
    """
    locked = _lock_hit(hit, by)
    require_open(locked, by)
    _check(report, locked.entry.credit_list, locked.matched_as, by)
    return answer_locked(hits=[locked], measures={locked.pk: report.measures}, report=report, by=by)[0]


def _require_listed(hits: Sequence[Hit], performed_on: date) -> None:
    """What was found need not be in force any more when the measure is applied (rule 1)."""
    about = {hit.entry_id for hit in hits}
    in_force = set(listed_within(Entry.objects.filter(pk__in=about), performed_on).values_list("pk", flat=True))
    left = next((hit for hit in hits if hit.entry_id not in in_force), None)
    if left is not None:
        raise DomainError(
            "entry_not_in_force",
            _("On that day %(entry)s was not in force, so no measure rests on it.") % {"entry": left.entry},
            field="performed_on",
        )


def require_open(hit: Hit, by: Actor) -> None:
    """A locked hit may be answered. Refusals: `already_answered`, `act_not_allowed`."""
    if hit.state == HitState.ANSWERED:
        raise DomainError("already_answered", _("This hit has been answered. Cancel that answer first, with a reason."))
    require_move(HIT, "answer", state=hit.state, by=by)


def answer_locked(
    *, hits: Sequence[Hit], measures: Mapping[int, Collection[int]], report: Report, by: Actor
) -> list[Execution]:
    """Locked open hits answered by one report that was checked, each with its measures. As many statements for one hit
    as for a hundred."""
    if report.outcome == Outcome.APPLIED:
        _require_listed(hits, report.performed_on)
    made = _write(
        report,
        by,
        [
            About(measures[hit.pk], hit=hit, entry=hit.entry, matter=report.matter or hit.screening.matter_name)
            for hit in hits
        ],
    )
    make_moves(HitMove, hits, HIT, "answer", by=by)
    tell_tasks(made, by=by)
    return made


@files_or_nothing()
def enforce(*, entry: Entry, report: Report, by: Actor) -> Execution:
    """What a unit did about an entry without a query and without being asked: an honour revoked, say (P §三(二)1).

    The unit's task of the publication that listed the entry counts as fed back, when it is signed.
    Refusals: `not_found` for an entry that does not concern the unit; `entry_not_in_force` on the day of the measure;
    else as `answer_hit`.
    """
    by.require(Act.SIGN_TASKS)
    concerned = Entry.objects.visible_to(by).select_related("credit_list").filter(pk=entry.pk).first()
    if concerned is None or by.unit is None or not own_measures(concerned.credit_list, by.unit):
        raise NotFound
    _check(report, concerned.credit_list, MatchedAs.SUBJECT, by)
    if not listed_within(Entry.objects.filter(pk=concerned.pk), report.performed_on).exists():
        raise DomainError("entry_not_in_force", _("On that day the entry was not in force, so no measure rests on it."))
    made = _write(report, by, [About(report.measures, entry=concerned, matter=report.matter)])
    tell_tasks(made, by=by)
    return made[0]


@files_or_nothing()
def feed_back(*, task: UnitTask, report: Report, by: Actor, entry: Entry | None = None) -> Execution:
    """Report on a publication, or on one `entry` of it; where it has one only, on that. Or for a period of a list.

    May be repeated.

    A measure is reported as late as it may be, but rests on an entry that was in force on the day it was applied.

    Refusals: `not_found`; `claimed_by_another`; `move_not_open` before signing; `entry_not_in_publication`, or
    was never published on the list of the period; `entry_not_in_force` on the day of a measure; else as `answer_hit`.
    """
    locked = lock_task_to_act(task, by)
    about = _entry_of(locked, entry)
    require_move(UNIT_TASK, "feed_back", state=locked.state, by=by)
    _check(report, locked.credit_list, MatchedAs.SUBJECT, by)
    _require_in_force(report, locked, about)
    (execution,) = _write(report, by, [About(report.measures, task=locked, entry=about, matter=report.matter)])
    make_move(UnitTaskMove, locked, UNIT_TASK, "feed_back", by=by, acted_for=acted_for(locked, by=by))
    settle_period(execution=execution)
    reopen_releases(execution, releases_reached(execution))
    return execution


@transaction.atomic
def cancel_execution(*, execution: Execution, by: Actor, reason: str) -> Execution:
    """Cancel an answer or a feedback; its row stays. The hit reopens, and its screening if it was closed.

    Refusals: `not_found`; `already_cancelled`; `act_not_allowed`; `reason_missing`.
    """
    try:
        locked = Execution.objects.of_unit(by).select_for_update(of=("self",)).get(pk=execution.pk)
    except Execution.DoesNotExist:
        raise NotFound from None
    require_right(HIT["reopen"], by=by, reason=reason)
    if locked.is_cancelled:
        raise DomainError("already_cancelled", _("This feedback has already been cancelled."))
    locked.cancelled_at, locked.cancelled_by = clock.now(), by.user
    locked.cancelled_by_client = None if by.user else by.client
    locked.cancel_reason = reason.strip()
    locked.save()
    if locked.hit is not None:
        _reopen(locked.hit, by, reason)
    _void_feedback(locked, by, reason)
    settle_period(execution=locked, reason=reason)
    return locked


def _lock_hit(hit: Hit, by: Actor) -> Hit:
    own = Hit.objects.visible_to(by).select_related("screening", "entry__credit_list")
    try:
        return own.select_for_update(of=("self",)).get(pk=hit.pk)
    except Hit.DoesNotExist:
        raise NotFound from None


def _entry_of(task: UnitTask, entry: Entry | None) -> Entry | None:
    entries = entries_of_task(task)
    if entry is None:
        return entries.get() if task.publication is not None and task.publication.count == 1 else None
    found = entries.filter(pk=entry.pk).first()
    if found is None:
        raise InvalidInput("entry_not_in_publication", _("This entry is not part of the publication."), field="entry")
    return found


def _require_in_force(report: Report, task: UnitTask, entry: Entry | None) -> None:
    """Why nothing was applied may be said of any day. On the day an entry left it was in force until it did."""
    if report.outcome != Outcome.APPLIED:
        return
    entries = entries_of_task(task)
    about = entries.filter(pk=entry.pk) if entry is not None else entries
    if not listed_within(about, report.performed_on).exists():
        raise DomainError(
            "entry_not_in_force",
            _("On that day the entry was not in force, so no measure rests on it.")
            if entry is not None
            else _("On that day none of these entries was in force, so no measure rests on them."),
            field="performed_on",
        )


def _check(report: Report, credit_list: CreditList, matched_as: str, by: Actor) -> None:
    check_words(report)
    if report.outcome == Outcome.APPLIED:
        _require_own(set(report.measures), credit_list, matched_as, by)


def check_words(report: Report) -> None:
    """Refusals: `measures_missing`, `measures_not_applied`, `reason_missing`, `day_in_future`."""
    checked_day(report.performed_on, clock.today(), "performed_on")
    if report.outcome == Outcome.APPLIED:
        if not report.measures:
            raise InvalidInput(
                "measures_missing", _("Choose at least one measure of your unit that was applied."), field="measures"
            )
        return
    if report.measures:
        raise InvalidInput(
            "measures_not_applied", _("Where nothing was applied no measure can be named."), field="measures"
        )
    if not report.reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason why no measure was applied."), field="reason")


def _require_own(chosen: set[int], credit_list: CreditList, matched_as: str, by: Actor) -> None:
    """A unit applies only its own measures, severe ones only on serious lists (rule 2)."""
    assert by.unit is not None
    foreign = chosen - {measure.id for measure in own_measures(credit_list, by.unit, matched_as)}
    if not foreign:
        return
    severe = Measure.objects.filter(
        pk__in=foreign, severity=Severity.SEVERE, version__memorandum__lists=credit_list
    ).exists()
    if severe and not credit_list.is_serious:
        raise InvalidInput(
            "measure_too_severe",
            _("Severe measures apply only to lists of serious dishonesty."),
            field="measures",
        )
    raise InvalidInput(
        "measure_not_own",
        _("One of these measures is not among those your unit applies for this list."),
        field="measures",
        measures=sorted(foreign),
    )


def _write(report: Report, by: Actor, abouts: Sequence[About]) -> list[Execution]:
    assert by.unit is not None
    made = Execution.objects.bulk_create(
        [
            Execution(
                unit=by.unit,
                hit=about.hit,
                task=about.task,
                entry=about.entry,
                matter=about.matter,
                outcome=report.outcome,
                reason=report.reason.strip(),
                performed_on=report.performed_on,
                amount=report.amount,
                note=report.note.strip(),
                made_by=by.user,
                made_by_client=None if by.user else by.client,
                made_at=clock.now(),
            )
            for about in abouts
        ]
    )
    taken = Execution.measures.through
    taken._default_manager.bulk_create(
        taken(execution_id=execution.pk, measure_id=measure)
        for execution, about in zip(made, abouts, strict=True)
        for measure in sorted(about.measures)
    )
    if report.promise is not None:
        keep_promises_with(made, report.promise, is_attached=bool(report.attachments))
    if report.attachments:
        keep_attachments(made, report.attachments, by=by)
    return made


def _reopen(hit: Hit, by: Actor, reason: str) -> None:
    locked = Hit.objects.select_for_update(of=("self",)).get(pk=hit.pk)
    make_move(HitMove, locked, HIT, "reopen", by=by, reason=reason)
    screening = Screening.objects.select_for_update(of=("self",)).get(pk=locked.screening_id)
    if screening.state == ScreeningState.CLOSED:
        screening.closed_at = screening.closed_by = screening.closed_by_client = None
        make_move(ScreeningMove, screening, SCREENING, "reopen", by=SYSTEM, reason=reason)


def _void_feedback(execution: Execution, by: Actor, reason: str) -> None:
    """A task whose last valid feedback was cancelled owes feedback again."""
    task: UnitTask | None = None
    if execution.task is not None:
        task = lock_own_task(execution.task, by)
    elif execution.entry_id is not None:
        task = next(iter(listing_tasks([execution.entry_id], by=by)), None)
    if task is None or task.publication is None or task.state not in UNIT_TASK["void_feedback"].sources:
        return
    left = (
        Execution.objects.valid()
        .filter(unit=task.unit_id)
        .filter(Q(task=task) | Q(task=None, entry__changes__publication=task.publication_id))
    )
    if not left.exists():
        make_move(UnitTaskMove, task, UNIT_TASK, "void_feedback", by=SYSTEM, reason=reason)
