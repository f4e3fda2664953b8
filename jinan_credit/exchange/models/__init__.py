from jinan_credit.exchange.models.alert import Backlog, DeliveryAlert, DeliveryAlertQuerySet, WatchMark
from jinan_credit.exchange.models.cursor import Cursor, CursorQuerySet, ParkedChange, PushAttempt, SweepMark
from jinan_credit.exchange.models.download import Download, OfflineCopy, OfflineCopyQuerySet
from jinan_credit.exchange.models.endpoint import Endpoint, EndpointKey, EndpointMove

__all__ = [
    "Backlog",
    "Cursor",
    "CursorQuerySet",
    "DeliveryAlert",
    "DeliveryAlertQuerySet",
    "Download",
    "Endpoint",
    "EndpointKey",
    "EndpointMove",
    "OfflineCopy",
    "OfflineCopyQuerySet",
    "ParkedChange",
    "PushAttempt",
    "SweepMark",
    "WatchMark",
]
