"""Pages of a table: each row on one page, and what a row shows asked for the page's rows alone."""

import django_tables2
import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.tables import paged

pytestmark = pytest.mark.django_db


class UnitTable(django_tables2.Table):
    class Meta:
        model = Unit
        fields = ("code", "source")
        order_by = "source"


@pytest.fixture
def units() -> set[int]:
    """Many units, most of which the chosen order does not tell apart."""
    made = Unit.objects.bulk_create(
        [
            Unit(code=f"alike-{number}", name=f"单位{number}", source="alike" if number % 3 else "alike too")
            for number in range(400)
        ]
    )
    return {unit.pk for unit in made}


def shown(number: int) -> list[int]:
    request = RequestFactory().get("/", {"page": str(number)})
    table = paged(request, UnitTable(Unit.objects.filter(source__startswith="alike")))
    return [row.record.pk for row in table.paginated_rows]


def test_a_row_stands_on_one_page_whatever_is_equal_in_the_order(units: set[int]) -> None:
    told = [pk for number in range(1, 17) for pk in shown(number)]

    assert len(told) == len(units)
    assert set(told) == units


def test_what_a_row_shows_is_asked_for_the_rows_of_the_page(units: set[int]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        shown(9)

    count, keys, rows = (query["sql"] for query in asked)
    assert "COUNT" in count
    assert "OFFSET" in keys
    assert '"name"' not in keys
    assert '"name"' in rows
    assert "OFFSET" not in rows
