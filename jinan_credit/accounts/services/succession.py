"""Units merge: what is under way passes to the successor, what was done stays with who did it."""

from datetime import date, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from jinan_credit.accounts import tasks
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.enums import AUTHORITIES, Act
from jinan_credit.accounts.models import ApiClient, PlannedSuccession, StaffMessage, Unit, UnitSuccession, User
from jinan_credit.accounts.selectors import holders_on
from jinan_credit.accounts.signals import unit_succeeded
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed
from jinan_credit.kernel.nudges import nudge

log = structlog.get_logger(__name__)


@transaction.atomic
def plan_succession(*, unit: Unit, successor: Unit, begins_on: date, by: Actor, reason: str) -> PlannedSuccession:
    """Record that `unit` is succeeded from a day on. The system carries it out on that day, within minutes where that
    day has come: of a unit with many entries it takes minutes. Until then it can be withdrawn, and nothing passes on.

    Refusals: `act_not_allowed`, `person_only`, `reason_missing`, `succession_planned`, those of `require_succession`.
    """
    person = _require_keeper(by, reason)
    unit, successor = _locked(unit, successor)
    _require_none_planned(unit)
    require_succession(unit, successor, begins_on)
    plan = PlannedSuccession.objects.create(
        unit=unit, successor=successor, begins_on=begins_on, by=person, at=clock.now(), reason=reason.strip()
    )
    if plan.is_due:
        nudge(tasks.carry_out_successions)
    return plan


@transaction.atomic
def withdraw_succession(*, plan: PlannedSuccession, by: Actor, reason: str) -> PlannedSuccession:
    """Refusals: `act_not_allowed`, `person_only`, `reason_missing`, `succession_under_way`, `succession_over`."""
    person = _require_keeper(by, reason)
    locked = PlannedSuccession.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=plan.pk).first()
    if locked is None:
        raise DomainError("succession_under_way", _("It is being carried out at this moment."))
    if locked.succession_id is not None or locked.withdrawn_at is not None:
        raise DomainError("succession_over", _("It was carried out or withdrawn meanwhile."))
    locked.withdrawn_by, locked.withdrawn_at, locked.withdrawn_why = person, clock.now(), reason.strip()[:500]
    locked.save()
    return locked


def carry_out_successions() -> int:
    """By the system, every few minutes: what was planned for today or an earlier day. Idempotent. What cannot be
    carried out says why, and is tried again. Returns how many were carried out.
    """
    return sum(_carry_out(pk) for pk in PlannedSuccession.objects.due().values_list("pk", flat=True))


@transaction.atomic
def _carry_out(pk: int) -> bool:
    """In the name of whoever recorded it, whatever he may do by now. What passes on is counted now."""
    due = PlannedSuccession.objects.due().filter(pk=pk)
    plan = due.select_for_update(of=("self",), skip_locked=True).select_related("by").first()
    if plan is None:
        return False  # another worker has it, or it was withdrawn
    try:
        with transaction.atomic(), translation.override("zh-hans"):
            unit, successor = _locked(plan.unit, plan.successor)
            plan.succession = _succeed(unit, successor, plan)
            plan.refusal = ""
    except DomainError as refusal:
        words = str(refusal)[:300]
        if words == plan.refusal:
            return False
        log.warning("succession_not_carried_out", unit=plan.unit.code, code=refusal.code)
        plan.refusal = words
    plan.save()
    return plan.succession is not None


def _succeed(unit: Unit, successor: Unit, plan: PlannedSuccession) -> UnitSuccession:
    """合并 of locked units: one ends, and from a day on the successor stands in its place. There is no way back.

    Its people, clients and open work pass on in this transaction; measures follow by rule. Whoever made something may
    not check it afterwards either: maker and checker are persons. Refusals: those of `require_succession`.
    """
    require_succession(unit, successor, plan.begins_on)
    unit.valid_to, unit.successor = plan.begins_on - timedelta(days=1), successor
    unit.save(update_fields=["valid_to", "successor"])
    return UnitSuccession.objects.create(
        unit=unit,
        successor=successor,
        begins_on=plan.begins_on,
        by=plan.by,
        at=clock.now(),
        reason=plan.reason,
        moved=_pass_on(unit, successor, SYSTEM, plan.reason) | {"contact": _pass_on_contact(unit, successor)},
    )


def _require_keeper(by: Actor, reason: str) -> User:
    by.require(Act.KEEP_ACCOUNTS)
    if by.user is None:
        raise NotAllowed("person_only", _("Only a person records that a unit is succeeded."))
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    return by.user


def _require_none_planned(unit: Unit) -> None:
    if PlannedSuccession.objects.open().filter(unit=unit).exists():
        raise DomainError(
            "succession_planned", _("That this unit is succeeded is recorded already. Withdraw that first.")
        )


def require_succession(unit: Unit, successor: Unit, begins_on: date) -> None:
    """Refusals: `own_successor`, `unit_ended`, `successor_ended` (it must be the last of its line, so that no circle
    closes), `successor_no_authority`, `day_before_start`. A unit may have ended on the very day before."""
    if unit.pk == successor.pk:
        raise InvalidInput("own_successor", _("A unit does not succeed itself."), field="successor")
    last_day = begins_on - timedelta(days=1)
    is_over = unit.valid_to is not None and unit.valid_to != last_day and unit.valid_to < max(clock.today(), last_day)
    if unit.successor_id is not None or is_over:
        raise DomainError("unit_ended", _("This unit has ended already."))
    if successor.successor_id is not None or successor.valid_to is not None:
        raise DomainError(
            "successor_ended",
            _("That unit has ended, or is to end. Choose the one that succeeds it."),
            field="successor",
        )
    if unit.kind in AUTHORITIES and successor.kind not in AUTHORITIES:
        raise DomainError(
            "successor_no_authority", _("An authority is succeeded by an authority only."), field="successor"
        )
    if begins_on <= unit.valid_from or begins_on < successor.valid_from:
        raise InvalidInput("day_before_start", _("On that day one of the units did not exist yet."), field="begins_on")


def repeat_successions() -> int:
    """By the system, every hour: what an act under way wrote for a unit while it was succeeded follows.

    Returns how many rows followed.
    """
    ended = Unit.objects.filter(successor__isnull=False, valid_to__lt=clock.today())
    holders = holders_on(clock.today())
    return sum(sum(_repeat(unit, holders[unit.pk]).values()) for unit in ended.order_by("pk") if unit.pk in holders)


@transaction.atomic
def _repeat(unit: Unit, successor: Unit) -> dict[str, int]:
    unit, successor = _locked(unit, successor)
    with translation.override("zh-hans"):  # the log speaks the language of the house
        return _pass_on(unit, successor, SYSTEM, _("The unit was succeeded."))


def _locked(unit: Unit, successor: Unit) -> tuple[Unit, Unit]:
    """In one order, so that two who merge never wait for each other. Whoever writes a row for the ended unit comes
    before this lock or after it."""
    locked: dict[int, Unit] = {}
    for pk in sorted({unit.pk, successor.pk}):
        locked[pk] = Unit.objects.select_for_update(no_key=pk != unit.pk).get(pk=pk)
    return locked[unit.pk], locked[successor.pk]


def _pass_on(unit: Unit, successor: Unit, by: Actor, reason: str) -> dict[str, int]:
    words = _("%(unit)s → %(successor)s: %(reason)s") % {"unit": unit, "successor": successor, "reason": reason}
    moved = {
        "users": User.objects.filter(unit=unit).update(unit=successor),
        "clients": ApiClient.objects.filter(unit=unit).update(unit=successor),
        "messages": _pass_on_messages(unit, successor),
    }
    told = {"predecessor": unit, "successor": successor, "by": by, "reason": words}
    counts: Any
    for _receiver, counts in unit_succeeded.send(sender=Unit, **told):
        moved |= counts
    return moved


def _pass_on_messages(unit: Unit, successor: Unit) -> int:
    """What nobody has read yet, where the successor was not told the same."""
    told = StaffMessage.objects.filter(unit=successor, kind=OuterRef("kind"), about=OuterRef("about"))
    unread = StaffMessage.objects.filter(unit=unit).read_by_nobody()
    return unread.filter(~Exists(told)).update(unit=successor)


def _pass_on_contact(unit: Unit, successor: Unit) -> int:
    """A successor that has no contact address goes on with that of the unit."""
    if not unit.contact_email or successor.contact_email:
        return 0
    successor.contact_email, unit.contact_email = unit.contact_email, ""
    for one in (unit, successor):
        one.save(update_fields=["contact_email"])
    return 1
