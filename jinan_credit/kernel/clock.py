"""The one door to time. Lint bans every other way to ask what day it is."""

from datetime import date, datetime, time

from django.utils import timezone


def now() -> datetime:
    """This moment, with its offset."""
    return timezone.now()


def today() -> date:
    """The day in Jinan (Asia/Shanghai): the day by which terms and deadlines are counted."""
    return timezone.localdate()


def local_day(moment: datetime) -> date:
    """The day in Jinan on which this moment lies."""
    return timezone.localdate(moment)


def in_jinan(moment: datetime) -> datetime:
    """The same moment as the clocks in Jinan show it."""
    return timezone.localtime(moment)


def start_of(day: date) -> datetime:
    """The first moment of a day in Jinan."""
    return timezone.make_aware(datetime.combine(day, time.min))
