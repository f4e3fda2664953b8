"""What concerns a unit, told in one go as it is told one by one."""

from collections.abc import Callable

from catalog.enums import Severity
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.selectors import cooperations, followed_lists
from jinan_credit.exchange.services.cursors import make_cursors
from lists.models import CreditList
from lists.selectors import lists_for_unit, measures_for_list
from tests.cast import Cast
from tests.exchange.conftest import Peer, connect


def arrange(cast: Cast) -> None:
    """A severe measure on an ordinary list, one for all units, and a unit that took another's place."""
    cast.ban.severity = Severity.SEVERE
    cast.ban.save()
    cast.warning.by_all_units = True
    cast.warning.save()
    Unit.objects.filter(pk=cast.commission.pk).update(is_city_unit=True)
    cast.transport.valid_to = cast.transport.valid_from
    cast.transport.successor = cast.stranger_unit
    cast.transport.save()


def test_cooperations_are_those_of_each_unit(cast: Cast) -> None:
    for _ in range(2):
        one_by_one = {(unit.pk, found.pk) for unit in Unit.objects.all() for found in lists_for_unit(unit)}
        assert cooperations() == one_by_one
        assert one_by_one
        arrange(cast)


def test_followed_lists_carry_the_units_own_measures(cast: Cast) -> None:
    for _ in range(2):
        for unit in Unit.objects.all():
            told = {found.code: [measure["id"] for measure in found.measures] for found in followed_lists(unit)}
            assert told == {
                found.code: [measure.pk for measure in measures_for_list(found, unit)] for found in lists_for_unit(unit)
            }
        arrange(cast)


def test_making_cursors_costs_the_same_for_any_number(
    cast: Cast, make_peer: Callable[..., Peer], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    connect(make_peer(), cast.finance)
    connect(make_peer(), cast.transport)
    assert Cursor.objects.count() == 4
    for number in range(10):
        made = CreditList.objects.create(code=f"MORE{number}", name=f"more {number}", kind="RED", legal_basis="test")
        made.memoranda.add(*cast.red.memoranda.all())
    with django_assert_max_num_queries(11):
        make_cursors()
    assert Cursor.objects.count() == 24
