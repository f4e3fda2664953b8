"""A unit was succeeded: its copies go on under the successor where the same system goes on, and end where not."""

from django.db import transaction
from django.db.models import F

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_move, pass_on
from jinan_credit.exchange.enums import EndpointState, Via
from jinan_credit.exchange.models import (
    Cursor,
    CursorQuerySet,
    Endpoint,
    EndpointMove,
    OfficeDelivery,
    OfficeHook,
    OfficeHookMove,
    OfflineCopy,
)
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.workflow import OFFICE_HOOK


def endpoint_passes_on(successor: Unit) -> bool:
    """A successor with an address of its own keeps it; else it goes on with the address of whom it succeeded."""
    return not Endpoint.objects.filter(unit=successor).exists()


def office_passes_on(successor: Unit) -> bool:
    """As with push addresses."""
    return not OfficeHook.objects.filter(unit=successor).exists()


def cursors_of_unit(unit: Unit) -> CursorQuerySet:
    return Cursor.objects.current().filter(unit=unit)


@transaction.atomic
def pass_on_copies(*, predecessor: Unit, successor: Unit, by: Actor, reason: str) -> dict[str, int]:
    """No copy has a gap: a position passes on only together with the address whose system holds the copy. Every other
    copy of the ended unit ends and its system is told so; the successor follows that list from the start.

    By the system, as part of the succession. Returns {what: how many}.
    """
    moved = dict.fromkeys(("endpoints", "cursors", "copies"), 0)
    if endpoint_passes_on(successor):
        own = Endpoint.objects.filter(unit=predecessor)
        moved["endpoints"] = pass_on(EndpointMove, own, successor, by=by, reason=reason)
        if moved["endpoints"]:
            moved["cursors"] = _pass_on_cursors(predecessor, successor)
        kept = OfflineCopy.objects.filter(unit=successor).values("credit_list")
        copies = OfflineCopy.objects.filter(unit=predecessor).exclude(credit_list__in=kept)
        moved["copies"] = copies.update(unit=successor)
    make_cursors()
    return moved


@transaction.atomic
def pass_on_office_system(*, predecessor: Unit, successor: Unit, by: Actor, reason: str) -> dict[str, int]:
    """With the address goes what waits for it. Where the successor has its own, the other is sent nothing more, and
    what waits of the messages that passed goes to the successor's.

    By the system, as part of the succession, after the messages. Returns {what: how many}.
    """
    ending = OfficeHook.objects.filter(unit=predecessor)
    if office_passes_on(successor):
        return {"office_hooks": pass_on(OfficeHookMove, ending, successor, by=by, reason=reason)}
    waiting = OfficeDelivery.objects.waiting().filter(hook__unit=predecessor)
    waiting.filter(message__unit=successor).update(hook=OfficeHook.objects.get(unit=successor))
    waiting.delete()
    for hook in ending.filter(state=EndpointState.ACTIVE).select_for_update():
        hook.pause_reason = reason[:500]
        make_move(OfficeHookMove, hook, OFFICE_HOOK, "pause", by=SYSTEM, reason=reason)
    return {"office_hooks": 0}


def _pass_on_cursors(predecessor: Unit, successor: Unit) -> int:
    """A sender at work loses its lease. Where the profiles differ it is another copy: it is told from the start."""
    known = Cursor.objects.filter(unit=successor).values("credit_list")
    passing = cursors_of_unit(predecessor).filter(via=Via.PUSH).exclude(credit_list__in=known)
    anew = {} if predecessor.data_profile == successor.data_profile else {"seq": 0}
    return passing.update(unit=successor, fence=F("fence") + 1, lease_until=None, **anew)
