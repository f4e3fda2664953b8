"""A unit was succeeded: open objections, questions and tip-offs lie on the successor's desk."""

from django.db import transaction

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_moves, pass_on
from objections.enums import TipOffState
from objections.models import (
    HelpMove,
    HelpRequest,
    HelpRequestQuerySet,
    Objection,
    ObjectionMove,
    ObjectionQuerySet,
    TipOff,
    TipOffMove,
    TipOffQuerySet,
)
from objections.workflow import HELP


def open_objections_of_unit(unit: Unit) -> ObjectionQuerySet:
    return Objection.objects.open().filter(unit=unit)


def open_help_of_unit(unit: Unit) -> HelpRequestQuerySet:
    return HelpRequest.objects.open().filter(unit=unit)


def tip_offs_to_verify(unit: Unit) -> TipOffQuerySet:
    return TipOff.objects.filter(unit=unit, state=TipOffState.ASSIGNED)


@transaction.atomic
def pass_on_cases(*, predecessor: Unit, successor: Unit, by: Actor, reason: str) -> dict[str, int]:
    """Their days run on. Asked twice on one objection, the successor answers once: the other question is withdrawn.

    By the system, as part of the succession. Returns {what: how many}.
    """
    asked = open_help_of_unit(predecessor).filter(
        objection__in=HelpRequest.objects.open().filter(unit=successor).values("objection")
    )
    twice = list(asked.order_by("pk").select_for_update(of=("self",), no_key=True))
    make_moves(HelpMove, twice, HELP, "pass_to_successor", by=by, reason=reason)
    return {
        "objections": pass_on(ObjectionMove, open_objections_of_unit(predecessor), successor, by=by, reason=reason),
        "help": len(twice) + pass_on(HelpMove, open_help_of_unit(predecessor), successor, by=by, reason=reason),
        "tip_offs": pass_on(TipOffMove, tip_offs_to_verify(predecessor), successor, by=by, reason=reason),
    }
