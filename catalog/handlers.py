"""What the catalogue does when the accounts tell something. One service call each; safe to hear twice."""

from typing import Any

from django.dispatch import receiver

from catalog.services.succession import pass_on_catalog
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.signals import unit_succeeded


@receiver(unit_succeeded, dispatch_uid="catalog.pass_on")
def on_unit_succeeded(predecessor: Unit, successor: Unit, by: Actor, reason: str, **kwargs: Any) -> dict[str, int]:
    return pass_on_catalog(predecessor=predecessor, successor=successor, by=by, reason=reason)
