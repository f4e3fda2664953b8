from datetime import timedelta

from django.db.models import Q

from jinan_credit.kernel import clock

LONGEST_LEASE = timedelta(minutes=10)
"""No job is held for longer at a time. A lease that ends later was given while the clock ran ahead, and counts for
nothing."""


def unheld() -> Q:
    """Jobs that no worker holds: new ones, and those whose worker died."""
    now = clock.now()
    return Q(leased_until=None) | Q(leased_until__lt=now) | Q(leased_until__gt=now + LONGEST_LEASE)
