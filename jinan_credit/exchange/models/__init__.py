from jinan_credit.exchange.models.cursor import Cursor, CursorQuerySet, ParkedChange, PushAttempt, SweepMark
from jinan_credit.exchange.models.endpoint import Endpoint, EndpointKey, EndpointMove

__all__ = [
    "Cursor",
    "CursorQuerySet",
    "Endpoint",
    "EndpointKey",
    "EndpointMove",
    "ParkedChange",
    "PushAttempt",
    "SweepMark",
]
