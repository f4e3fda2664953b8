from typing import Any

from django.conf import settings
from limits import RateLimitItemPerMinute
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from jinan_credit.accounts.rate import is_within, seconds_left


class ClientThrottle(BaseThrottle):
    """So many calls a minute of one client, counted exactly over all processes: its flood is nobody else's."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if request.user is None:
            return True
        self.limit, self.who = RateLimitItemPerMinute(settings.API_CALLS_PER_MINUTE), str(request.user.pk)
        return is_within(self.limit, "api", self.who)

    def wait(self) -> float:
        """Seconds until the running window ends."""
        return seconds_left(self.limit, "api", self.who)
