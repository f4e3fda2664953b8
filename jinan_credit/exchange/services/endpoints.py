"""A unit's push address: registered after a challenge, moved, paused, resumed; its keys."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_move, write_move
from jinan_credit.exchange import addresses, signing
from jinan_credit.exchange.certificates import PUBLIC_AUTHORITIES, Trust, require_usable
from jinan_credit.exchange.enums import EndpointState, Via
from jinan_credit.exchange.models import Cursor, Endpoint, EndpointKey, EndpointMove
from jinan_credit.exchange.selectors import endpoint_of
from jinan_credit.exchange.services.challenges import challenge
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.workflow import ENDPOINT
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError, NotAllowed

KEY_OVERLAP = timedelta(days=1)
"""After a rotation the old key signs beside the new one for this long."""


@dataclass(frozen=True)
class Wishes:
    """How a unit wants to be pushed to. A certificate or key that is None stays as it is."""

    auto_sign: bool = False
    wants_gzip: bool = False
    most_per_minute: int | None = None
    ca_certificates: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None

    def trust(self, known: Endpoint | None) -> Trust:
        before = Trust.of(known) if known is not None else PUBLIC_AUTHORITIES
        chosen = (self.ca_certificates, self.client_certificate, self.client_key)
        ca, certificate, key = (
            old if new is None else new.strip()
            for new, old in zip(chosen, (before.ca, before.certificate, before.key), strict=True)
        )
        return Trust(ca, certificate, key if certificate else "")


NO_WISHES = Wishes()


def register_endpoint(*, url: str, by: Actor, wishes: Wishes = NO_WISHES) -> tuple[Endpoint, str]:
    """Register or move the push address of the actor's unit. Gives the endpoint and its new signing secret.

    The address must first answer a challenge. A move ends every earlier key: they were known at the old address.
    Refusals: `act_not_allowed`, `no_unit`, `address_malformed`, `address_unknown`, `address_forbidden`,
    `challenge_failed`, and those of `certificates.require_usable`.
    """
    unit = _unit(by)
    checked = addresses.check_address(url)
    trust = wishes.trust(Endpoint.objects.filter(unit=unit).first())
    require_usable(trust)
    challenge(checked, trust)
    with transaction.atomic():
        endpoint = _save(unit, checked.url, wishes, trust, by=by)
        EndpointKey.objects.filter(endpoint=endpoint).live(clock.now()).update(live_to=clock.now())
        secret = _add_key(endpoint)
        make_cursors()
        _start_pushing(unit)
    return endpoint, secret


@transaction.atomic
def rotate_key(*, by: Actor) -> tuple[EndpointKey, str]:
    """A new key; the old ones sign beside it for one more day. Gives the key and its secret, shown once.

    Refusals: `act_not_allowed`, `no_unit`, `endpoint_not_found`.
    """
    endpoint = _locked(by)
    until = clock.now() + KEY_OVERLAP
    endpoint.keys.live(clock.now()).filter(live_to=None).update(live_to=until)
    secret = _add_key(endpoint)
    return endpoint.keys.latest("id"), secret


@transaction.atomic
def pause_endpoint(*, by: Actor, reason: str) -> Endpoint:
    """Stop pushing to the unit until someone resumes. Nothing is lost: its cursors stay where they are.

    Refusals: `act_not_allowed`, `no_unit`, `endpoint_not_found`, `move_not_open`, `reason_missing`.
    """
    endpoint = _locked(by)
    endpoint.pause_reason = reason.strip()[:500]
    make_move(EndpointMove, endpoint, ENDPOINT, "pause", by=by, reason=reason)
    return endpoint


@transaction.atomic
def resume_endpoint(*, by: Actor) -> Endpoint:
    """Push again, at once, from where the cursors stand.

    Refusals: `act_not_allowed`, `no_unit`, `endpoint_not_found`, `move_not_open`.
    """
    endpoint = _locked(by)
    endpoint.pause_reason, endpoint.is_gone, endpoint.held_until = "", False, None
    endpoint.unreachable, endpoint.probe_at = 0, None
    make_move(EndpointMove, endpoint, ENDPOINT, "resume", by=by)
    _start_pushing(endpoint.unit)
    return endpoint


@transaction.atomic
def move_endpoint(*, name: str, by: Actor, reason: str = "") -> Endpoint:
    """The step that a button names. Refusals: those of the step; `endpoint_not_found`, `move_not_open`."""
    match name:
        case "pause":
            return pause_endpoint(by=by, reason=reason)
        case "resume":
            return resume_endpoint(by=by)
    _locked(by)
    raise DomainError("move_not_open", _("This is no step of a push address."))


def _unit(by: Actor) -> Unit:
    by.require(Act.SEE_PUSH)
    if by.unit is None:
        raise NotAllowed("no_unit", _("A push address belongs to a unit; you belong to none."))
    return by.unit


def _locked(by: Actor) -> Endpoint:
    unit = _unit(by)
    endpoint_of(unit)
    return Endpoint.objects.select_for_update(of=("self",)).select_related("unit").get(unit=unit)


def _save(unit: Unit, url: str, wishes: Wishes, trust: Trust, *, by: Actor) -> Endpoint:
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # of two first registrations the later one moves
    endpoint = Endpoint.objects.select_for_update().filter(unit=unit).first()
    values = {
        "url": url,
        "auto_sign": wishes.auto_sign,
        "wants_gzip": wishes.wants_gzip,
        "most_per_minute": wishes.most_per_minute,
        "ca_certificates": trust.ca,
        "client_certificate": trust.certificate,
        "sealed_client_key": crypto.seal(trust.key) if trust.key else "",
        "verified_at": clock.now(),
        "pause_reason": "",
        "is_gone": False,
        "held_until": None,
        "unreachable": 0,
        "probe_at": None,
    }
    if endpoint is None:
        endpoint = Endpoint.objects.create(unit=unit, **values)
        write_move(EndpointMove, endpoint, "register", from_state="", to_state=EndpointState.ACTIVE, by=by, reason=url)
        return endpoint
    for name, value in values.items():
        setattr(endpoint, name, value)
    make_move(EndpointMove, endpoint, ENDPOINT, "move", by=by, reason=url)
    return endpoint


def _add_key(endpoint: Endpoint) -> str:
    secret = signing.new_secret()
    EndpointKey.objects.create(endpoint=endpoint, sealed_secret=crypto.seal(secret), live_from=clock.now())
    return secret


def _start_pushing(unit: Unit) -> None:
    """Anew: what is under way to an earlier address moves no cursor any more."""
    Cursor.objects.filter(unit=unit).update(
        via=Via.PUSH,
        failures=0,
        last_error="",
        next_attempt_at=clock.now(),
        batch_limit=None,
        rewound_to="",
        lease_until=None,
        fence=F("fence") + 1,
    )
