"""What follows when somebody signs in, or may not for a while."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from jinan_credit.accounts import session_life
from jinan_credit.accounts.models import User
from jinan_credit.accounts.services.sign_in_locks import record_sign_in_lock
from jinan_credit.accounts.sign_in_changes import lately_by_others
from jinan_credit.kernel import clock


@receiver(user_logged_in)
def begin_session(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    session_life.begin(request)


@receiver(user_locked_out)
def record_lock(sender: Any, request: Any, username: str | None, ip_address: str, **kwargs: Any) -> None:
    """An attempt while a lock runs is counted no more and prolongs nothing."""
    if request.axes_failures_since_start is not None:
        record_sign_in_lock(username=username or "", address=ip_address, at=request.axes_attempt_time)


@receiver(user_logged_in)
def tell_what_others_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    for change in lately_by_others(user):
        words = _("%(what)s for you by %(who)s on %(when)s. If you did not ask for it, tell the audit administrator.")
        when = f"{clock.in_jinan(change.at):%Y-%m-%d %H:%M}"
        told = words % {"what": change.what, "who": change.by, "when": when}
        messages.warning(request, told, fail_silently=True)  # without a page there is nobody to read it
