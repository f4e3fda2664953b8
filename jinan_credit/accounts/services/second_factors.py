"""A second factor is taken off by the security administrator; its secrets get a new key."""

from collections import Counter
from collections.abc import Iterator

import structlog
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import User
from jinan_credit.accounts.services.sessions import end_sessions_of
from jinan_credit.kernel import crypto
from jinan_credit.kernel.errors import DomainError

log = structlog.get_logger(__name__)

SEALED = ("secret", "seed")


@transaction.atomic
def remove_second_factors(*, user: User, by: Actor) -> int:
    """Take every second factor from a person who has lost them, and end his sessions. Returns how many sessions ended.

    Refusals: `act_not_allowed`, `own_second_factor`.
    """
    by.require(Act.KEEP_ACCOUNTS)
    if by.user is not None and by.user.pk == user.pk:
        raise DomainError("own_second_factor", _("Another security administrator takes off your second factor."))
    Authenticator.objects.filter(user=user).delete()
    log.warning("second_factors_removed", user=user.username, by=str(by))
    return end_sessions_of(user=user, by=by)


def seal_second_factors_anew(batch: int) -> Iterator[int]:
    """Under the current key; a batch a transaction. Yields how many rows each batch sealed."""
    last = 0
    while True:
        with transaction.atomic():
            rows = list(Authenticator.objects.select_for_update().filter(pk__gt=last).order_by("pk")[:batch])
            old = [row for row in rows if any(kid != settings.FIELD_KEYS["current"] for kid in _keys(row))]
            for row in old:
                row.data |= {name: crypto.seal(crypto.unseal(row.data[name])) for name in SEALED if name in row.data}
            Authenticator.objects.bulk_update(old, ["data"])
        if not rows:
            return
        last = rows[-1].pk
        yield len(old)


def second_factor_keys() -> Counter[str]:
    """How many secrets each key seals."""
    return Counter(kid for row in Authenticator.objects.iterator() for kid in _keys(row))


def _keys(row: Authenticator) -> list[str]:
    return [row.data[name].partition(".")[0] for name in SEALED if name in row.data]
