"""A statement that is planned once a connection."""

import pytest
from django.db import connection

from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.prepared import Given, Prepared, with_samples

pytestmark = pytest.mark.django_db


def prepared_names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {row[0] for row in cursor.fetchall()}


def test_a_queryset_runs_with_other_values_and_keeps_its_own() -> None:
    for code, kind in (("a%b", "COURT"), ("c", "COURT"), ("d", "BANK")):
        Unit.objects.create(code=code, name=code, kind=kind, data_profile="MASKED")
    made = []

    def source() -> tuple[str, list[object]]:
        made.append(1)
        return with_samples(Unit.objects.filter(kind="COURT", code="?").values_list("name"), code="?")

    look = Prepared("unit_of_test", source)
    assert [look.rows(code=code) for code in ("a%b", "c", "d", "' OR true --")] == [[("a%b",)], [("c",)], [], []]
    assert made == [1]
    assert "unit_of_test" in prepared_names()


def test_a_value_given_once_stands_in_several_places() -> None:
    look = Prepared("twice_of_test", lambda: ("SELECT %s::int + %s, '100%%', %s", [Given("n"), Given("n"), "it's"]))
    assert look.rows(n=2) == [(4, "100%", "it's")]


def test_a_new_connection_prepares_anew() -> None:
    look = Prepared("again_of_test", lambda: ("SELECT %s::int", [Given("n")]))
    assert look.rows(n=1) == [(1,)]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE again_of_test")
    connection._has_again_of_test = None  # type: ignore[attr-defined]
    assert look.rows(n=2) == [(2,)]


@pytest.mark.django_db(transaction=True)
def test_a_dead_connection_is_replaced() -> None:
    look = Prepared("dead_of_test", lambda: ("SELECT %s::int, pg_backend_pid()", [Given("n")]))
    ((_n, first),) = look.rows(n=1)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    other.close()
    ((n, second),) = look.rows(n=2)
    assert (n, first == second) == (2, False)
