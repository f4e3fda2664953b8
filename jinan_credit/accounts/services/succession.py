"""Units merge: what is under way passes to the successor, what was done stays with who did it."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.enums import AUTHORITIES, Act
from jinan_credit.accounts.models import ApiClient, StaffMessage, Unit, UnitSuccession, User
from jinan_credit.accounts.selectors import holders_on
from jinan_credit.accounts.signals import unit_succeeded
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed


@transaction.atomic
def succeed_unit(*, unit: Unit, successor: Unit, begins_on: date, by: Actor, reason: str) -> UnitSuccession:
    """合并: `unit` ends, and from `begins_on` the successor stands in its place. There is no way back.

    Its people, clients and open work pass on in this transaction; measures follow by rule. Whoever made something may
    not check it afterwards either: maker and checker are persons.
    Refusals: `act_not_allowed`, `person_only`, `reason_missing`, and those of `require_succession`.
    """
    by.require(Act.KEEP_ACCOUNTS)
    if by.user is None:
        raise NotAllowed("person_only", _("Only a person records that a unit is succeeded."))
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    unit, successor = _locked(unit, successor)
    require_succession(unit, successor, begins_on)
    unit.valid_to, unit.successor = begins_on - timedelta(days=1), successor
    unit.save(update_fields=["valid_to", "successor"])
    return UnitSuccession.objects.create(
        unit=unit,
        successor=successor,
        begins_on=begins_on,
        by=by.user,
        at=clock.now(),
        reason=reason.strip(),
        moved=_pass_on(unit, successor, by, reason.strip()) | {"contact": _pass_on_contact(unit, successor)},
    )


def require_succession(unit: Unit, successor: Unit, begins_on: date) -> None:
    """Refusals: `own_successor`, `unit_ended`, `successor_ended` (it must be the last of its line, so that no circle
    closes), `successor_no_authority`, `day_in_future`, `day_before_start`."""
    if unit.pk == successor.pk:
        raise InvalidInput("own_successor", _("A unit does not succeed itself."), field="successor")
    if unit.successor_id is not None or (unit.valid_to is not None and unit.valid_to < clock.today()):
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
    if begins_on > clock.today():
        raise InvalidInput(
            "day_in_future", _("Record it on that day: until then the unit does its own work."), field="begins_on"
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
