"""Locks of sign-in are written down as they begin; the security administrator may lift those of an account."""

from datetime import datetime
from ipaddress import ip_network

from axes.utils import reset
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import SignInLock, SignInLockLift, User
from jinan_credit.accounts.rate import forget_guesses
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput


def record_sign_in_lock(*, username: str, address: str, at: datetime) -> SignInLock:
    """Whoever types this name from this address waits. The same is done for a name that nobody bears."""
    user = User.objects.select_related("unit").filter(username=username).first()
    return SignInLock.objects.create(
        user=user,
        unit=user.unit if user else None,
        network=_network_of(address),
        at=at,
        ends_at=at + settings.AXES_COOLOFF_TIME,
    )


@transaction.atomic
def lift_sign_in_locks(*, user: User, reason: str, by: Actor) -> int:
    """Let a person sign in at once, from everywhere; wrong codes are forgotten, too. Returns how many locks ended.

    Refusals: `act_not_allowed`, `reason_missing`, `own_lock`, `not_locked`.
    """
    by.require(Act.KEEP_ACCOUNTS)
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    if by.user is None or by.user.pk == user.pk:
        raise DomainError("own_lock", _("Another security administrator lifts your lock."))
    now = clock.now()
    locks = SignInLock.objects.select_for_update(of=("self",)).filter(user=user)
    lifts = [
        SignInLockLift(lock=lock, by=by.user, unit=by.unit, at=now, reason=reason.strip())
        for lock in locks.running(now)
    ]
    if not lifts:
        raise DomainError("not_locked", _("This account is not locked."))
    SignInLockLift.objects.bulk_create(lifts)
    reset(username=user.username)
    transaction.on_commit(lambda: forget_guesses(user.pk))
    return len(lifts)


def _network_of(address: str) -> str:
    """Enough to tell where it came from, too little to tell who: of IPv4 24 bits, of IPv6 48."""
    return str(ip_network(f"{address}/{48 if ':' in address else 24}", strict=False))
