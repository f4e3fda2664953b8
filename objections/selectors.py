"""Reads of objections and tip-offs."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit, UnitQuerySet
from jinan_credit.accounts.moves import open_moves
from jinan_credit.kernel import clock
from jinan_credit.kernel.workflow import Move
from lists.enums import ListKind
from lists.models import CreditList, Entry, own_work
from lists.models.credit_list import CreditListQuerySet
from objections.enums import CONCLUDED_STATES, ExtensionState, HelpState, ObjectionState, TipOffState
from objections.models import (
    Extension,
    HelpRequest,
    HelpRequestQuerySet,
    Objection,
    ObjectionQuerySet,
    TipOff,
    TipOffQuerySet,
)
from objections.workflow import EXTENSION, OBJECTION, TIP_OFF


def open_moves_of(objection: Objection, by: Actor) -> list[Move]:
    """The buttons of the case page."""
    moves, asks = [], objection.help_requests.open().exists()
    for move in open_moves(OBJECTION, state=objection.state, by=by):
        if move.name == "accept" and objection.entry_id is None:
            continue
        if move.name == "ask_supplement" and objection.supplement_asked_on is not None:
            continue
        if move.name in ("ask_supplement", "pause") and objection.is_overdue:
            continue
        if move.name == "examine" and asks:
            continue
        barred = [objection.listing_reviewed_by_id] if move.name == "examine" else objection.barred_deciders
        if move.other_person and by.user is not None and by.user.pk in barred:
            continue
        moves.append(move)
    return moves


def why_not_mine(objection: Objection, by: Actor) -> bool:
    """True when a step is open that this person's role could take, but not on this listing."""
    if objection.state in OBJECTION["examine"].sources and objection.help_requests.open().exists():
        return False
    mine = {move.name for move in open_moves_of(objection, by)}
    return any(
        move.other_person and move.name not in mine for move in open_moves(OBJECTION, state=objection.state, by=by)
    )


def requests_open_to(objection: Objection, by: Actor) -> set[str]:
    """What this person may ask for in the case: `help` of another unit, an `extension`."""
    if not by.may(Act.EXAMINE_OBJECTIONS):
        return set()
    open_ones = set()
    if objection.state in OBJECTION["examine"].sources:
        open_ones.add("help")
    if objection.is_extensible and not objection.extensions.exists():
        open_ones.add("extension")
    return open_ones


def moves_of_extension(extension: Extension, by: Actor) -> list[Move]:
    return open_moves(EXTENSION, state=extension.state, by=by, made_by=[extension.asked_by_id])


def waiting_for(actor: Actor) -> ObjectionQuerySet:
    """Those of which this person may take the next step: no other unit has to answer first, and he had no part in what
    is decided (rule 4)."""
    waits, user = Q(pk__in=[]), actor.user
    if actor.may(Act.EXAMINE_OBJECTIONS):
        asked = HelpRequest.objects.open().filter(objection=OuterRef("pk"))
        waits |= Q(state=ObjectionState.SUBMITTED)
        waits |= Q(~Exists(asked), state=ObjectionState.ACCEPTED) & ~Q(listing_reviewed_by=user)
    if actor.may(Act.DECIDE_OBJECTIONS):
        listed = Entry.objects.filter(own_work(user), pk=OuterRef("entry"))
        more_time = Extension.objects.filter(objection=OuterRef("pk"), state=ExtensionState.ASKED)
        waits |= Q(~Exists(listed), state=ObjectionState.EXAMINED) & ~Q(examined_by=user) & ~Q(listing_reviewed_by=user)
        waits |= Q(Exists(more_time.exclude(asked_by=user)))
    return Objection.objects.visible_to(actor).filter(waits, unit=actor.unit)


def help_waiting_for(actor: Actor) -> HelpRequestQuerySet:
    """What other units asked of this one and nobody has answered."""
    asked = HelpRequest.objects.asked_of(actor).open().filter(unit=actor.unit)
    return asked if actor.may(Act.ANSWER_HELP) else asked.none()


def counts_for(actor: Actor) -> dict[str, int]:
    """The unit's open work by what it waits for."""
    mine = Objection.objects.visible_to(actor)
    counted: dict[str, Any] = mine.aggregate(
        to_accept=Count("pk", filter=Q(state=ObjectionState.SUBMITTED)),
        to_examine=Count("pk", filter=Q(state=ObjectionState.ACCEPTED)),
        to_decide=Count("pk", filter=Q(state=ObjectionState.EXAMINED)),
        overdue=Count("pk", filter=Q(pk__in=mine.overdue().values("pk"))),
        due_soon=Count("pk", filter=Q(pk__in=mine.due_soon().values("pk"))),
        escalated=Count("pk", filter=Q(pk__in=mine.escalated().values("pk"))),
        extensions=Count("pk", filter=Q(pk__in=mine.awaiting_extension().values("pk"))),
    )
    return counted


def help_counts_for(actor: Actor) -> dict[str, int]:
    """What other units asked of this one."""
    asked = HelpRequest.objects.asked_of(actor)
    counted: dict[str, Any] = asked.order_by().aggregate(
        to_answer=Count("pk", filter=Q(state=HelpState.ASKED)),
        overdue=Count("pk", filter=Q(pk__in=asked.overdue().values("pk"))),
        due_soon=Count("pk", filter=Q(pk__in=asked.due_soon().values("pk"))),
        escalated=Count("pk", filter=Q(pk__in=asked.escalated().values("pk"))),
    )
    return counted


# Tip-offs


def lists_of_dishonesty() -> CreditListQuerySet:
    """To which a tip-off can lead."""
    return CreditList.objects.exclude(kind=ListKind.RED)


def units_that_verify() -> UnitQuerySet:
    """The active units that initiate a list for the dishonest: they decide what comes of a tip-off."""
    lists = lists_of_dishonesty().filter(initiating_units=OuterRef("pk"))
    return Unit.objects.active(clock.today()).filter(Exists(lists))


def open_moves_of_tip_off(tip_off: TipOff, by: Actor) -> list[Move]:
    """The buttons of its page; those of the unit only for the unit that it is with."""
    moves = open_moves(TIP_OFF, state=tip_off.state, by=by)
    is_ours = by.unit is not None and by.unit.pk == tip_off.unit_id
    return [move for move in moves if is_ours or move.act != Act.VERIFY_TIP_OFFS]


def tip_offs_waiting_for(actor: Actor) -> TipOffQuerySet:
    """To assign and to answer for who receives them, to verify for the unit that one is with."""
    waits = Q(pk__in=[])
    if actor.may(Act.ASSIGN_TIP_OFFS):
        waits |= Q(state__in=(TipOffState.RECEIVED, *CONCLUDED_STATES))
    if actor.may(Act.VERIFY_TIP_OFFS):
        waits |= Q(state=TipOffState.ASSIGNED, unit=actor.unit)
    return TipOff.objects.visible_to(actor).filter(waits)


def tip_off_counts_for(actor: Actor) -> dict[str, int]:
    """What waits for this person, by what it waits for.

    `late` and `near` are of what is being verified, `overdue` and `due_soon` of all.
    """
    mine = TipOff.objects.visible_to(actor)
    is_overdue, is_due_soon = (Q(pk__in=some.values("pk")) for some in (mine.overdue(), mine.due_soon()))
    counted: dict[str, Any] = mine.aggregate(
        to_assign=Count("pk", filter=Q(state=TipOffState.RECEIVED)),
        to_verify=Count("pk", filter=Q(state=TipOffState.ASSIGNED)),
        to_answer=Count("pk", filter=Q(pk__in=mine.to_answer().values("pk"))),
        late=Count("pk", filter=Q(state=TipOffState.ASSIGNED) & is_overdue),
        near=Count("pk", filter=Q(state=TipOffState.ASSIGNED) & is_due_soon),
        overdue=Count("pk", filter=is_overdue),
        due_soon=Count("pk", filter=is_due_soon),
    )
    return counted
