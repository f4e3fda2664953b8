from jinan_credit.exchange.models.alert import Backlog, DeliveryAlert, DeliveryAlertQuerySet, WatchMark
from jinan_credit.exchange.models.cursor import Cursor, CursorQuerySet, ParkedChange, PushAttempt, SweepMark
from jinan_credit.exchange.models.daily_mail import DailyMail
from jinan_credit.exchange.models.download import Download, OfflineCopy, OfflineCopyQuerySet
from jinan_credit.exchange.models.endpoint import Endpoint, EndpointKey, EndpointMove
from jinan_credit.exchange.models.office_hook import (
    OfficeDelivery,
    OfficeDeliveryQuerySet,
    OfficeHook,
    OfficeHookKey,
    OfficeHookMove,
    OfficeHookQuerySet,
)

__all__ = [
    "Backlog",
    "Cursor",
    "CursorQuerySet",
    "DailyMail",
    "DeliveryAlert",
    "DeliveryAlertQuerySet",
    "Download",
    "Endpoint",
    "EndpointKey",
    "EndpointMove",
    "OfficeDelivery",
    "OfficeDeliveryQuerySet",
    "OfficeHook",
    "OfficeHookKey",
    "OfficeHookMove",
    "OfficeHookQuerySet",
    "OfflineCopy",
    "OfflineCopyQuerySet",
    "ParkedChange",
    "PushAttempt",
    "SweepMark",
    "WatchMark",
]
