"""The tables of moves of a push address and of an office system's.

Only a person, or the receiver's own 410, pauses; nothing else stops a push.
"""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.kernel.workflow import Move, Workflow


def _of_an_address(name: str, act: Act) -> Workflow:
    active, paused = EndpointState.ACTIVE, EndpointState.PAUSED
    return Workflow(
        name,
        (
            Move("register", _("Register the address"), ("",), active, act),
            Move("move", _("Move to another address"), (active, paused), active, act),
            Move("pause", _("Pause"), (active,), paused, act, needs_reason=True),
            Move("resume", _("Resume"), (paused,), active, act),
            Move("gone", _("Paused: the receiver says it is gone"), (active,), paused, None),
        ),
    )


ENDPOINT = _of_an_address("endpoint", Act.SEE_PUSH)
OFFICE_HOOK = _of_an_address("office_hook", Act.SET_WAYS)
