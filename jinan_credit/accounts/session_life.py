"""When a session began, was used and ends: three numbers in the session itself, told by the one clock."""

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from jinan_credit.kernel import clock

BEGAN, USED = "signed_in_at", "used_at"
WRITTEN_EVERY_SECONDS = 60


def begin(request: HttpRequest) -> None:
    request.session[BEGAN] = request.session[USED] = _now()


def confirmed_lately(request: HttpRequest) -> bool:
    """Whether the person signed in so recently that nothing more is asked before a sensitive act."""
    began = request.session.get(BEGAN)
    return began is not None and _now() - began < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def use(request: HttpRequest) -> bool:
    """The session was used; written once a minute. Whether it was written."""
    session, now = request.session, _now()
    if now - session.get(USED, 0) < WRITTEN_EVERY_SECONDS:
        return False
    session[USED] = now
    return True


def is_absolute_end(session: SessionBase) -> bool:
    """Whether it is not want of use that ends the session."""
    return bool(_now() >= session.get(BEGAN, 0) + settings.SESSION_LONGEST_SECONDS)


def seconds_left(session: SessionBase) -> int:
    """Until the session ends if nothing more is done; 0 or less: it is over."""
    began, used = session.get(BEGAN, 0), session.get(USED, 0)
    return min(began + settings.SESSION_LONGEST_SECONDS, used + settings.SESSION_IDLE_SECONDS) - _now()


def _now() -> int:
    return int(clock.now().timestamp())
