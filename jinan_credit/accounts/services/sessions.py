"""Sessions: each person sees and ends his own; the security administrator ends all of a person."""

import structlog
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import NotFound

log = structlog.get_logger(__name__)


def own_sessions(*, by: Actor) -> list[UserSession]:
    """The living ones, the last used first; the dead are forgotten."""
    own = UserSession.objects.filter(user=by.user)
    living = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now())
    own.exclude(Exists(living)).delete()
    return list(own.order_by("-last_seen_at"))


def end_own_session(*, pk: int, by: Actor) -> None:
    """End one of one's own sessions: its next request is signed out. Refusals: `not_found`."""
    session = UserSession.objects.filter(pk=pk, user=by.user).first()
    if session is None:
        raise NotFound("not_found", _("There is no such session."))
    session.end()
    log.info("session_ended", user=str(by), by=str(by))


def end_other_sessions(*, key: str, by: Actor) -> int:
    """End one's own sessions but the one with this key."""
    return _end(by.user, by, keep=key)


def end_sessions_of(*, user: User, by: Actor) -> int:
    """End every session of a person; returns how many. Refusals: `act_not_allowed`."""
    by.require(Act.KEEP_ACCOUNTS)
    return _end(user, by)


def _end(user: User | None, by: Actor, keep: str = "") -> int:
    ended = list(UserSession.objects.filter(user=user).exclude(session_key=keep)) if user is not None else []
    for session in ended:
        session.end()
    log.info("sessions_ended", user=str(user), by=str(by), count=len(ended))
    return len(ended)
