from jinan_credit.exchange.models.cursor import Cursor, CursorQuerySet, ParkedChange, PushAttempt, SweepMark
from jinan_credit.exchange.models.download import Download, OfflineCopy, OfflineCopyQuerySet
from jinan_credit.exchange.models.endpoint import Endpoint, EndpointKey, EndpointMove

__all__ = [
    "Cursor",
    "CursorQuerySet",
    "Download",
    "Endpoint",
    "EndpointKey",
    "EndpointMove",
    "OfflineCopy",
    "OfflineCopyQuerySet",
    "ParkedChange",
    "PushAttempt",
    "SweepMark",
]
