"""What follows when somebody signs in."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from jinan_credit.accounts import session_life


@receiver(user_logged_in)
def begin_session(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    session_life.begin(request)
