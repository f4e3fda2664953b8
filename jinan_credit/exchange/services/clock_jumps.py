"""The clock went back: what was put off by the time before would wait until that time comes again."""

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Least

from jinan_credit.exchange.models import Cursor, Endpoint
from jinan_credit.kernel import clock

TOLERANCE = timedelta(minutes=1)
"""Two machines' clocks may differ by less."""


def forget_what_is_to_come() -> int:
    """Copies whose last attempt lies ahead are due at once, and nobody holds them. Gives how many.

    Whoever is just sending to one of them loses his lease: the batch comes once more, without effect.
    """
    now = clock.now()
    ahead = Cursor.objects.filter(last_attempt_at__gt=now + TOLERANCE)
    units = list(ahead.values_list("unit", flat=True).distinct())
    if not units:
        return 0
    Endpoint.objects.filter(unit__in=units).update(held_until=None, probe_at=None)
    return ahead.update(
        last_attempt_at=now, next_attempt_at=Least("next_attempt_at", now), lease_until=None, fence=F("fence") + 1
    )
