"""The moves of a case: those that were made, and those that are open."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context

from jinan_credit.accounts.models import MoveRecord
from jinan_credit.accounts.moves import PASS_ON, PASSED_ON
from jinan_credit.accounts.states import LOOK_OF_STATE, UNKNOWN_LOOK, Look
from jinan_credit.accounts.templatetags.signs import Words
from jinan_credit.kernel.workflow import Move, Workflow

register = template.Library()


@register.inclusion_tag("_components/timeline.html")
def timeline(moves: Iterable[MoveRecord], workflow: Workflow | None = None) -> dict[str, Any]:
    """The move log: what, who, unit, when, why. `workflow` names the steps."""
    labels = {move.name: move.label for move in workflow} if workflow else {}
    return {
        "lines": [
            {
                "move": move,
                "label": labels.get(move.name) or (PASSED_ON if move.name == PASS_ON else _state_label(move)),
                "look": _look(move),
                "acted_for": getattr(move, "acted_for", None),
            }
            for move in moves
        ]
    }


def _look(move: MoveRecord) -> Look:
    return LOOK_OF_STATE.get(move.to_state, UNKNOWN_LOOK)


def _state_label(move: MoveRecord) -> Words:
    link: Any = getattr(type(move), "of", None)
    if link is None:
        return move.to_state
    choices: dict[str, Words] = dict(link.field.related_model._meta.get_field("state").flatchoices)
    return choices.get(move.to_state, move.to_state)


@register.inclusion_tag("_components/moves.html", takes_context=True)
def move_buttons(
    context: Context, moves: Iterable[Move], url: str, effects: dict[str, Words] | None = None
) -> dict[str, Any]:
    """A button a move; posts `move` and `reason` to `url`. `effects` says in words what a move leads to."""
    effects = effects or {}
    return {
        "steps": [
            {"move": move, "effect": effects.get(move.name, ""), "look": LOOK_OF_STATE.get(move.target, UNKNOWN_LOOK)}
            for move in moves
        ],
        "url": url,
        "csrf_token": context.get("csrf_token", ""),
    }
