"""The small city of the tests, with more units that receive, and a first list long enough for several batches."""

from catalog.models import MeasureResponsibility
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.exchange.services.endpoints import Wishes, register_endpoint
from tests.cast import Cast, make_cast, publish_many
from tests.chaos.opening import wait_for_port
from tests.chaos.world import World

FIRST_ENTRIES = 1_200
UNITS = ("finance", "transport", "health", "customs")
"""All cooperate on both lists; the last one wants its messages compressed."""


def set_stage(world: World) -> None:
    """Receivers run and are registered; a list is published before the first fault."""
    cast = make_cast()
    world.programs.launch(*world.units)
    for unit in world.units:
        wait_for_port(world.programs.ports[unit])
        _register(world, _unit(cast, unit))
    publish_many(cast, FIRST_ENTRIES, persons=0.1)


def _unit(cast: Cast, code: str) -> Unit:
    unit, _is_new = Unit.objects.get_or_create(code=code, defaults={"name": f"测试{code}", "is_city_unit": False})
    for measure in (cast.ban, cast.praise):
        MeasureResponsibility.objects.get_or_create(measure=measure, unit=unit)
    return unit


def _register(world: World, unit: Unit) -> None:
    client, secret = register_client(unit, f"{unit.code} system", ["feed"], by=SYSTEM)
    copy = world.copies[unit.code]
    copy.keep(base=world.house.address, client_id=client.client_id, client_secret=secret)
    _endpoint, key = register_endpoint(
        url=f"http://127.0.0.1:{world.programs.ports[unit.code]}/",
        by=Actor(client=client),
        wishes=Wishes(wants_gzip=unit.code == UNITS[-1]),
    )
    copy.keep(secret=key)
