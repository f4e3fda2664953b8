"""What follows when somebody signs in, or may not for a while."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from jinan_credit.accounts import session_life
from jinan_credit.accounts.services.sign_in_locks import record_sign_in_lock


@receiver(user_logged_in)
def begin_session(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    session_life.begin(request)


@receiver(user_locked_out)
def record_lock(sender: Any, request: Any, username: str | None, ip_address: str, **kwargs: Any) -> None:
    """An attempt while a lock runs is counted no more and prolongs nothing."""
    if request.axes_failures_since_start is not None:
        record_sign_in_lock(username=username or "", address=ip_address, at=request.axes_attempt_time)
