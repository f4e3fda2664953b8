from django.http import HttpRequest

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act


def viewer_of(request: HttpRequest, *, of_all: bool = False) -> Actor:
    """Who oversees sees every unit's figures; whoever works for a unit its own, and nothing that is `of_all`."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if of_all or actor.unit is None or not actor.may(Act.SEE_WORKBENCH):
        actor.require(Act.OVERSEE)
    return actor
