"""The table of moves of an endpoint. Only a person, or the receiver's own 410, pauses; nothing else stops a push."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.kernel.workflow import Move, Workflow

ENDPOINT = Workflow(
    "endpoint",
    (
        Move("register", _("Register the address"), ("",), EndpointState.ACTIVE, Act.SEE_PUSH),
        Move(
            "move",
            _("Move to another address"),
            (EndpointState.ACTIVE, EndpointState.PAUSED),
            EndpointState.ACTIVE,
            Act.SEE_PUSH,
        ),
        Move("pause", _("Pause"), (EndpointState.ACTIVE,), EndpointState.PAUSED, Act.SEE_PUSH, needs_reason=True),
        Move("resume", _("Resume"), (EndpointState.PAUSED,), EndpointState.ACTIVE, Act.SEE_PUSH),
        Move("gone", _("Paused: the receiver says it is gone"), (EndpointState.ACTIVE,), EndpointState.PAUSED, None),
    ),
)
