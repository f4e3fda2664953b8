"""Reads of the catalogue."""

from catalog.models import CalendarDay
from jinan_credit.kernel.workdays import WorkCalendar


def work_calendar() -> WorkCalendar:
    """China's working days with the city's own decisions on top."""
    return WorkCalendar(dict(CalendarDay.objects.values_list("on", "is_working")))
