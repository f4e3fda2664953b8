"""A provider's own system reads its items of the information catalogue and records its updates."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import CatalogItemUpdate, InformationCatalog
from catalog.services.information_catalog import (
    ItemField,
    ItemText,
    add_item,
    issue_edition,
    open_edition,
    review_edition,
)
from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from tests.cast import Cast, make_user
from tests.sanctions.test_api import Connect, error_of


@pytest.fixture
def edition(cast: Cast) -> InformationCatalog:
    maker = cast.actor("coordinator")
    edition = open_edition(title="目录", note="", by=maker)
    for code, unit in (("A-1", cast.finance), ("A-2", cast.finance), ("B-1", cast.transport)):
        add_item(edition=edition, code=code, says=_says(unit), by=maker)
    review_edition(edition=edition, by=actor_of(make_user("checker", cast.commission, Role.COORDINATOR)))
    return issue_edition(edition=edition, document_number="1号", issued_on=clock.today(), legal_basis="条例", by=maker)


def _says(unit: Unit) -> ItemText:
    return ItemText("信息", unit, [ItemField("名称")], "PUBLIC", "UNCONDITIONAL", "WEEKLY", "法")


def test_the_system_of_the_provider_reads_and_records(cast: Cast, edition: InformationCatalog, api: Connect) -> None:
    call, today = api(cast.finance, "feedback"), clock.today()
    read = {one["code"]: one for one in call("get", "catalogue-items/").json()["results"]}
    assert set(read) == {"A-1", "A-2"}
    assert read["A-1"] == {
        "code": "A-1",
        "name": "信息",
        "edition": 1,
        "fields": [{"name": "名称", "type": "", "standard": ""}],
        "disclosure": "PUBLIC",
        "update_cycle": "WEEKLY",
        "updated_on": None,
        "due_on": str(today + timedelta(days=7)),
    }
    path, body = "catalogue-items/A-1/updates/", {"updated_on": str(today), "row_count": 12}
    assert error_of(call("post", path, {**body, "x": 1}))[:2] == (400, "unknown_field")
    late = {**body, "updated_on": str(today + timedelta(days=1))}
    assert error_of(call("post", path, late))[:2] == (400, "day_to_come")
    first = call("post", path, body, **{"Idempotency-Key": "k"})
    assert (first.status_code, first.json()["updated_on"]) == (200, str(today))
    assert call("post", path, body, **{"Idempotency-Key": "k"}).content == first.content
    kept = CatalogItemUpdate.objects.get()
    assert (kept.row_count, kept.made_by, kept.officer) == (12, None, "测试财政局 system")


def test_another_units_item_is_not_there(cast: Cast, edition: InformationCatalog, api: Connect) -> None:
    call = api(cast.finance, "feedback")
    body = {"updated_on": str(clock.today()), "row_count": 1}
    for code in ("B-1", "C-1"):
        assert call("post", f"catalogue-items/{code}/updates/", body).status_code == 404
    assert not CatalogItemUpdate.objects.exists()
    assert api(cast.finance, "screening")("get", "catalogue-items/").status_code == 403


def test_before_an_edition_is_issued_there_is_nothing(cast: Cast, api: Connect) -> None:
    open_edition(title="目录", note="", by=cast.actor("coordinator"))
    assert api(cast.finance, "feedback")("get", "catalogue-items/").json()["results"] == []


def test_a_list_costs_the_same_for_one_and_for_two(cast: Cast, edition: InformationCatalog, api: Connect) -> None:
    def cost(unit: Unit) -> int:
        call = api(unit, "feedback")
        call("get", "catalogue-items/")
        with CaptureQueriesContext(connection) as captured:
            call("get", "catalogue-items/")
        return len(captured)

    assert cost(cast.transport) == cost(cast.finance)
