"""What other platforms and regions bring: imports under their name, drafts of the initiating unit (P §四(五))."""

import io
from typing import Any

import pytest
from django.urls import reverse

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.errors import DomainError, NotAllowed
from lists.enums import EntryState, ImportStatus
from lists.models import Change, CreditListVersion, Entry, EntryMove, ListImport
from lists.services.credit_lists import create_list, revise_list
from lists.services.entries import submit_entries
from lists.services.import_jobs import check_import, run_import
from lists.services.imports import start_import
from lists.services.publications import publish_entries
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in
from tests.lists.conftest import Caller
from tests.lists.files import row, xlsx
from tests.lists.test_api_entries import IMPORTS, codes_of
from tests.lists.test_credit_lists import new_values, values_of


@pytest.fixture
def platform(cast: Cast) -> Unit:
    """A source of the black list."""
    made = Unit.objects.create(
        code="platform", name="测试平台", kind="PLATFORM", data_profile="MASKED", is_city_unit=False
    )
    cast.black.sources.add(made)
    return made


def hand_in(api: Any, cast: Cast, *rows: Any, **more: Any) -> Any:
    return api.post(IMPORTS, {"list": cast.black.code, "file": xlsx(*rows), **more}, format="multipart")


def take(api: Any, pk: int, **more: Any) -> Any:
    check_import(pk)
    checked = api.get(f"{IMPORTS}{pk}/").json()
    answer = api.post(f"{IMPORTS}{pk}/confirm/", more, format="json")
    assert answer.status_code == 202, answer.content
    run_import(pk)
    return checked


def test_a_platform_hands_in_and_the_initiating_unit_decides(cast: Cast, platform: Unit, caller: Caller) -> None:
    api = caller(platform)
    started = hand_in(api, cast, row(1), row(2)).json()
    assert (started["unit"], started["source"]) == ("court", "platform")
    take(api, started["id"])
    drafts = Entry.objects.filter(from_import=started["id"])
    assert {(one.state, one.unit, one.made_by) for one in drafts} == {(EntryState.DRAFT, cast.court, None)}
    assert set(EntryMove.objects.filter(of__in=drafts).values_list("unit__code", "by")) == {("platform", None)}
    assert api.get("/api/v1/entries/").json()["results"] == [], "they are the court's from here on"
    submit_entries(entries=drafts, by=cast.actor("clerk"))
    publication = publish_entries(credit_list=cast.black, entries=drafts, by=cast.actor("reviewer"))
    assert (publication.unit, publication.count) == (cast.court, 2)
    bodies = Change.objects.filter(publication=publication).values_list("body", flat=True)
    assert [(body["decided_by"], body["source"]) for body in bodies] == [(cast.court.name, platform.name)] * 2
    own = publish_one(cast, seed=7)
    assert Change.objects.get(entry=own).body["source"] is None


def test_pages_name_the_source(cast: Cast, platform: Unit, caller: Caller) -> None:
    api = caller(platform)
    started = hand_in(api, cast, row(1)).json()
    take(api, started["id"])
    entry = Entry.objects.get(from_import=started["id"])
    clerk = signed_in(cast.clerk)
    for address in (
        reverse("entry", args=[entry.pk]),
        reverse("import", args=[started["id"]]),
        reverse("imports"),
        reverse("entries"),
        reverse("credit_list", args=["TBLACK"]),
    ):
        assert platform.name in clerk.get(address).content.decode(), address
    for source, is_shown in (("platform", True), ("elsewhere", False)):
        found = clerk.get(reverse("entries"), {"source": source}).content.decode()
        assert (reverse("entry", args=[entry.pk]) in found) == is_shown


def test_who_is_no_source_hands_in_nothing(cast: Cast, platform: Unit, caller: Caller) -> None:
    for unit, credit_list in ((cast.stranger_unit, cast.black), (platform, cast.red)):
        answer = caller(unit).post(IMPORTS, {"list": credit_list.code, "file": xlsx(row(1))}, format="multipart")
        assert (answer.status_code, codes_of(answer)) == (403, [("not_initiating_unit", None)])
    api = caller(platform)
    assert codes_of(hand_in(api, cast, row(1), source="finance")) == [("not_a_source", "source")]
    assert codes_of(hand_in(api, cast, row(1), unit="finance")) == [("initiating_unit_unclear", "unit")]
    assert codes_of(hand_in(caller(cast.court), cast, row(1), source="finance")) == [("not_a_source", "source")]
    assert not ListImport.objects.exists()


def test_a_person_of_the_platform_enters_nothing_in_the_courts_name(cast: Cast, platform: Unit) -> None:
    cast.stranger.unit = platform
    cast.stranger.save()
    with pytest.raises(NotAllowed):
        start_import(credit_list=cast.black, file=xlsx(row(1)), file_name="a.xlsx", by=cast.actor("stranger"))


def test_it_sees_and_confirms_its_own_imports_while_it_is_a_source(cast: Cast, platform: Unit, caller: Caller) -> None:
    api, court, other = caller(platform), caller(cast.court), caller(cast.stranger_unit)
    mine, theirs = (hand_in(one, cast, row(number)).json()["id"] for number, one in enumerate((api, court), 1))
    check_import(mine)
    assert api.get(f"{IMPORTS}{theirs}/").status_code == 404
    assert other.get(f"{IMPORTS}{mine}/").status_code == 404
    assert court.get(f"{IMPORTS}{mine}/").json()["source"] == "platform"
    cast.black.sources.clear()
    assert api.get(f"{IMPORTS}{mine}/").status_code == 404
    assert api.post(f"{IMPORTS}{mine}/confirm/", {}, format="json").status_code == 404


def test_where_several_units_initiate_it_names_the_one_that_reviews(cast: Cast, platform: Unit, caller: Caller) -> None:
    cast.black.initiating_units.add(cast.finance)
    api = caller(platform)
    refused = hand_in(api, cast, row(1))
    assert codes_of(refused) == [("initiating_unit_unclear", "unit")]
    assert "court, finance" in refused.json()["errors"][0]["detail"]
    assert hand_in(api, cast, row(1), unit="finance").json()["unit"] == "finance"


def test_the_same_file_is_recognised_by_source(cast: Cast, platform: Unit, caller: Caller) -> None:
    file, api = xlsx(row(1)).getvalue(), caller(platform)

    def given(name: str, source: Unit | None) -> ListImport:
        return start_import(
            credit_list=cast.black, file=io.BytesIO(file), file_name=name, by=cast.actor("clerk"), source=source
        )

    given("a.xlsx", None)
    brought = given("b.xlsx", platform)
    assert brought.source == platform
    for source in (None, platform):
        with pytest.raises(DomainError) as refused:
            given("c.xlsx", source)
        assert refused.value.code == "file_known"
    with pytest.raises(DomainError) as refused:
        given("d.xlsx", cast.finance)
    assert refused.value.code == "not_a_source"
    key = {"Idempotency-Key": "one"}
    twice = [
        api.post(IMPORTS, {"list": "TBLACK", "file": xlsx(row(9))}, format="multipart", headers=key) for _ in range(2)
    ]
    assert [one.status_code for one in twice] == [202, 202]
    assert twice[0].json()["id"] == twice[1].json()["id"]


def test_of_what_is_known_it_changes_only_what_came_from_there(cast: Cast, platform: Unit, caller: Caller) -> None:
    court, api = caller(cast.court), caller(platform)
    take(court, hand_in(court, cast, row(1)).json()["id"])
    take(api, hand_in(api, cast, row(2)).json()["id"])
    checked = take(
        api, hand_in(api, cast, row(1, 违法事实="甲"), row(2, 违法事实="乙"), row(3)).json()["id"], with_changes=True
    )
    assert [kind["code"] for kind in checked["errors"]] == ["not_our_entry"]
    assert [change["row"] for change in checked["changes"]] == [3]
    assert sorted(Entry.objects.values_list("facts", flat=True)).count("乙") == 1
    assert not Entry.objects.filter(facts="甲").exists()


def test_a_source_leaves_the_unit_its_room(
    cast: Cast, platform: Unit, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lists.services.imports.MOST_UNFINISHED", 1)
    api = caller(platform)
    assert hand_in(api, cast, row(1)).status_code == 202
    assert codes_of(hand_in(api, cast, row(2))) == [("imports_waiting", "file")]
    assert hand_in(caller(cast.court), cast, row(3)).status_code == 202


def test_a_clerk_chooses_the_source_of_a_file(cast: Cast, platform: Unit) -> None:
    clerk, address = signed_in(cast.clerk), reverse("import_new")
    assert 'name="source"' not in clerk.get(address, {"credit_list": "TRED"}).content.decode()
    assert platform.name in clerk.get(address, {"credit_list": "TBLACK"}).content.decode()
    for source in ("", platform.pk):
        file = xlsx(row(1))
        file.name = "名单.xlsx"
        assert clerk.post(address, {"credit_list": "TBLACK", "source": source, "file": file}).status_code == 302
    sources = ListImport.objects.order_by("pk").values_list("source__code", "status")
    assert list(sources) == [(None, ImportStatus.CHECKING), ("platform", ImportStatus.CHECKING)]


def test_the_coordinator_names_the_sources_of_a_list(cast: Cast, platform: Unit) -> None:
    by = cast.actor("coordinator")
    made = create_list(values=new_values(cast, sources=[platform]), by=by, reason="平台归集")
    assert CreditListVersion.objects.get(credit_list=made).content["sources"] == ["platform"]
    with pytest.raises(DomainError) as refused:
        revise_list(credit_list=made, values=values_of(made, sources=[cast.court]), by=by, reason="x")
    assert (refused.value.code, refused.value.field) == ("source_initiates", "sources")
    revise_list(credit_list=made, values=values_of(made, sources=[]), by=by, reason="x")
    assert "sources" not in made.versions.first().content
    page = signed_in(cast.coordinator).get(reverse("credit_list_version", args=["TNEW", 1])).content.decode()
    assert platform.name in page
