"""What django-axes counts of wrong passwords, where the clock may have run ahead."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet

from jinan_credit.kernel import clock


class SignInAttempts(AxesDatabaseHandler):
    """Attempts of a time to come were made while the clock ran ahead: they count for nothing, and go."""

    def get_user_attempts(self, request: Any, credentials: Any = None) -> list[QuerySet[AccessAttempt]]:
        attempts = super().get_user_attempts(request, credentials)
        return [of_one.exclude(**_to_come()) for of_one in attempts]

    def clean_expired_user_attempts(self, request: Any = None, credentials: Any = None) -> int:
        gone, _rows = AccessAttempt.objects.filter(**_to_come()).delete()
        return gone + super().clean_expired_user_attempts(request, credentials)


def _to_come() -> dict[str, Any]:
    """No lock lasts longer from now, whatever the clocks of several machines say."""
    return {"attempt_time__gt": clock.now() + settings.AXES_COOLOFF_TIME}
