"""The address of a unit's office system: registered after a challenge, moved, paused, resumed; its keys."""

from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_move, write_move
from jinan_credit.accounts.services.staff_messages import require_unit_of_ways
from jinan_credit.exchange import addresses, signing
from jinan_credit.exchange.certificates import Trust, require_usable
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.exchange.models import OfficeHook, OfficeHookKey, OfficeHookMove
from jinan_credit.exchange.services.challenges import challenge
from jinan_credit.exchange.services.endpoints import KEY_OVERLAP
from jinan_credit.exchange.workflow import OFFICE_HOOK
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError, NotFound


def register_office_hook(*, url: str, by: Actor, ca_certificates: str = "") -> tuple[OfficeHook, str]:
    """Register or move the address of the office system of the actor's unit. Gives it and its new signing secret.

    The address must first answer a challenge. A move ends every earlier key; what waits goes to the new address.
    Refusals: `act_not_allowed`, `no_unit`, `address_malformed`, `address_unknown`, `address_forbidden`,
    `challenge_failed`, `certificate_malformed`, `certificate_over`.
    """
    unit = require_unit_of_ways(by)
    checked, trust = addresses.check_address(url), Trust(ca=ca_certificates.strip())
    require_usable(trust)
    challenge(checked, trust)
    with transaction.atomic():
        hook = _save(unit, checked.url, trust, by=by)
        hook.keys.live(clock.now()).update(live_to=clock.now())
        return hook, _add_key(hook)


@transaction.atomic
def rotate_office_key(*, by: Actor) -> str:
    """A new key; the old ones sign beside it for one more day. Gives the secret, shown once.

    Refusals: `act_not_allowed`, `no_unit`, `office_hook_not_found`.
    """
    hook = _locked(by)
    now = clock.now()
    hook.keys.live(now).filter(live_to=None).update(live_to=now + KEY_OVERLAP)
    return _add_key(hook)


@transaction.atomic
def pause_office_hook(*, by: Actor, reason: str) -> OfficeHook:
    """Send nothing until someone resumes. Nothing is lost.

    Refusals: `act_not_allowed`, `no_unit`, `office_hook_not_found`, `move_not_open`, `reason_missing`.
    """
    hook = _locked(by)
    hook.pause_reason = reason.strip()[:500]
    make_move(OfficeHookMove, hook, OFFICE_HOOK, "pause", by=by, reason=reason)
    return hook


@transaction.atomic
def resume_office_hook(*, by: Actor) -> OfficeHook:
    """Send what waits, at once. Refusals: `act_not_allowed`, `no_unit`, `office_hook_not_found`, `move_not_open`."""
    hook = _locked(by)
    _start_anew(hook)
    make_move(OfficeHookMove, hook, OFFICE_HOOK, "resume", by=by)
    return hook


@transaction.atomic
def move_office_hook(*, name: str, by: Actor, reason: str = "") -> OfficeHook:
    """The step that a button names. Refusals: those of the step; `office_hook_not_found`, `move_not_open`."""
    match name:
        case "pause":
            return pause_office_hook(by=by, reason=reason)
        case "resume":
            return resume_office_hook(by=by)
    _locked(by)
    raise DomainError("move_not_open", _("This is no step of an office system's address."))


def _locked(by: Actor) -> OfficeHook:
    hook = OfficeHook.objects.select_for_update().filter(unit=require_unit_of_ways(by)).first()
    if hook is None:
        raise NotFound("office_hook_not_found", _("Your unit has registered no office system."))
    return hook


def _save(unit: Unit, url: str, trust: Trust, *, by: Actor) -> OfficeHook:
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # of two first registrations the later one moves
    hook = OfficeHook.objects.select_for_update().filter(unit=unit).first()
    if hook is None:
        now = clock.now()
        hook = OfficeHook.objects.create(
            unit=unit, url=url, ca_certificates=trust.ca, verified_at=now, next_attempt_at=now
        )
        write_move(OfficeHookMove, hook, "register", from_state="", to_state=EndpointState.ACTIVE, by=by, reason=url)
        return hook
    hook.url, hook.ca_certificates, hook.verified_at = url, trust.ca, clock.now()
    _start_anew(hook)
    make_move(OfficeHookMove, hook, OFFICE_HOOK, "move", by=by, reason=url)
    return hook


def _start_anew(hook: OfficeHook) -> None:
    """What is under way to the address of before decides nothing any more."""
    hook.fence += 1
    hook.pause_reason, hook.is_gone = "", False
    hook.failures, hook.last_error, hook.next_attempt_at = 0, "", clock.now()


def _add_key(hook: OfficeHook) -> str:
    secret = signing.new_secret()
    OfficeHookKey.objects.create(hook=hook, sealed_secret=crypto.seal(secret), live_from=clock.now())
    return secret
