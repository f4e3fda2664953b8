"""The catalogue of lists: kept by the coordinator, version by version."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from catalog.enums import Severity
from catalog.models import Measure, RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.exchange.selectors import cooperations
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotAllowed
from lists.enums import BlackField, ListKind, RedCategory, RequiredField
from lists.models import CreditList, CreditListVersion
from lists.services.credit_lists import FIELDS, create_list, effect_of, revise_list
from lists.services.list_versions import keep_version
from lists.services.subscriptions import begin_subscription
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in


def values_of(credit_list: CreditList, **changes: Any) -> dict[str, Any]:
    values = {name: getattr(credit_list, name) for name in FIELDS}
    values |= {
        "initiating_units": list(credit_list.initiating_units.all()),
        "sources": list(credit_list.sources.all()),
        "memoranda": list(credit_list.memoranda.all()),
    }
    values |= {"black_field": BlackField.MARKET_ORDER} if credit_list.kind == ListKind.BLACK else {}
    return {**values, **changes}


@pytest.fixture
def coordinator(cast: Cast) -> Actor:
    return cast.actor("coordinator")


def new_values(cast: Cast, **changes: Any) -> dict[str, Any]:
    return values_of(cast.black, code="TNEW", kind=ListKind.BLACK, name="新名单", **changes)


class TestOpening:
    def test_a_list_begins_with_its_first_version_and_its_feed(self, cast: Cast, coordinator: Actor) -> None:
        made = create_list(values=new_values(cast), by=coordinator, reason="新备忘录")
        version = made.versions.get()
        assert (version.number, version.reason, version.made_by) == (1, "新备忘录", cast.coordinator)
        assert version.content["black_field"] == "MARKET_ORDER"
        assert version.content["initiating_units"] == ["court"]
        assert made.head.seq == 0

    def test_only_the_coordinator_keeps_the_catalogue(self, cast: Cast) -> None:
        for name in ("clerk", "reviewer", "finance_clerk", "stranger"):
            with pytest.raises(NotAllowed):
                create_list(values=new_values(cast), by=cast.actor(name), reason="x")

    @pytest.mark.parametrize(
        ("changes", "code", "field"),
        [
            ({"code": "a b"}, "code_not_valid", "code"),
            ({"code": "TBLACK"}, "code_taken", "code"),
            ({"name": " "}, "field_missing", "name"),
            ({"black_field": ""}, "field_missing", "black_field"),
            ({"red_category": RedCategory.OTHER}, "not_of_this_kind", "red_category"),
            ({"kind": ListKind.RED, "black_field": ""}, "field_missing", "red_category"),
            (
                {"kind": ListKind.RED, "black_field": "", "red_category": RedCategory.OTHER, "is_serious": True},
                "not_of_this_kind",
                "is_serious",
            ),
            ({"initiating_units": []}, "no_initiating_unit", "initiating_units"),
            ({"memoranda": []}, "no_memorandum", "memoranda"),
            ({"term_profile": "objection"}, "term_profile_unknown", "term_profile"),
            ({"term_profile": "nothing"}, "term_profile_unknown", "term_profile"),
        ],
    )
    def test_what_is_refused(
        self, cast: Cast, coordinator: Actor, changes: dict[str, Any], code: str, field: str
    ) -> None:
        with pytest.raises(DomainError) as refused:
            create_list(values={**new_values(cast), **changes}, by=coordinator, reason="x")
        assert (refused.value.code, refused.value.field) == (code, field)

    def test_rules_without_a_cap_are_no_rules_of_a_term(self, cast: Cast, coordinator: Actor) -> None:
        RuleProfile.objects.create(
            code="term-endless", valid_from=clock.today(), parameters={"default_months": 12}, legal_basis="x"
        )
        with pytest.raises(DomainError) as refused:  # rule 5
            create_list(values=new_values(cast, term_profile="term-endless"), by=coordinator, reason="x")
        assert refused.value.code == "term_profile_unknown"

    def test_a_reason_is_needed(self, cast: Cast, coordinator: Actor) -> None:
        with pytest.raises(DomainError) as refused:
            create_list(values=new_values(cast), by=coordinator, reason=" ")
        assert refused.value.code == "reason_missing"

    def test_a_memorandum_whose_measures_have_no_basis_gives_no_list(self, cast: Cast, coordinator: Actor) -> None:
        for measure in (cast.ban, cast.warning):
            measure.bases.clear()
        with pytest.raises(DomainError) as refused:  # rule 2
            create_list(values=new_values(cast), by=coordinator, reason="x")
        assert refused.value.code == "no_measures"
        focus = new_values(cast, black_field="")
        assert create_list(values={**focus, "kind": ListKind.FOCUS}, by=coordinator, reason="x").pk

    def test_a_unit_that_has_ended_does_not_initiate(self, cast: Cast, coordinator: Actor) -> None:
        cast.court.valid_to = cast.court.valid_from
        cast.court.save()
        with pytest.raises(DomainError) as refused:
            create_list(values=new_values(cast), by=coordinator, reason="x")
        assert refused.value.code == "unit_not_active"
        assert cast.court.name in refused.value.message


class TestChanging:
    def test_entries_keep_the_version_they_were_listed_under(self, cast: Cast, coordinator: Actor) -> None:
        first = publish_one(cast, seed=1)
        values = values_of(cast.black, notice_required=False, required_fields=[RequiredField.FACTS])
        revise_list(credit_list=cast.black, values=values, by=coordinator, reason="补全")
        second = publish_one(cast, seed=2)
        first.refresh_from_db()
        assert first.list_version is not None
        assert second.list_version is not None
        assert (first.list_version.number, second.list_version.number) == (1, 2)
        assert first.list_version.content["required_fields"] == []

    def test_nothing_changes(self, cast: Cast, coordinator: Actor) -> None:
        values = values_of(cast.black)
        revise_list(credit_list=cast.black, values=values, by=coordinator, reason="x")
        with pytest.raises(DomainError) as refused:
            revise_list(credit_list=cast.black, values=values, by=coordinator, reason="x")
        assert refused.value.code == "nothing_changes"

    def test_a_refused_change_leaves_nothing(self, cast: Cast, coordinator: Actor) -> None:
        with pytest.raises(DomainError):
            revise_list(credit_list=cast.black, values=values_of(cast.black, memoranda=[]), by=coordinator, reason="x")
        assert not cast.black.versions.exists()
        assert cast.black.memoranda.exists()

    def test_who_saw_an_older_version_looks_again(self, cast: Cast, coordinator: Actor) -> None:
        keep_version(cast.black)
        revise_list(
            credit_list=cast.black, values=values_of(cast.black, name="甲"), by=coordinator, reason="x", seen_version=1
        )
        with pytest.raises(DomainError) as refused:
            revise_list(
                credit_list=cast.black,
                values=values_of(cast.black, name="乙"),
                by=coordinator,
                reason="x",
                seen_version=1,
            )
        assert refused.value.code == "changed_meanwhile"

    def test_versions_are_never_rewritten(self, cast: Cast) -> None:
        version = keep_version(cast.black)
        for act in (lambda: CreditListVersion.objects.update(reason="x"), version.delete):
            with pytest.raises(Exception, match="append_only"), transaction.atomic():
                act()

    def test_the_effect_names_the_units_that_join_and_leave(self, cast: Cast, coordinator: Actor) -> None:
        revised = values_of(cast.black, is_serious=False)
        CreditList.objects.filter(pk=cast.black.pk).update(is_serious=True)
        cast.black.refresh_from_db()
        Measure.objects.filter(pk=cast.ban.pk).update(severity=Severity.SEVERE)
        cast.ban.responsible_units.set([cast.finance, cast.transport])
        cast.warning.responsible_units.set([cast.stranger_unit])
        begin_subscription(credit_list=cast.black, unit=cast.transport, basis="测〔2026〕9号", by=coordinator)
        effect = effect_of(cast.black, cast.black.kind, revised)
        assert (effect.joining, effect.staying, effect.leaving) == ([], [cast.transport], [cast.finance])
        revise_list(credit_list=cast.black, values=revised, by=coordinator, reason="x")
        sent = {unit for unit, list_id in cooperations() if list_id == cast.black.pk}
        assert sent == {cast.transport.pk, cast.stranger_unit.pk}, "the subscriber goes on being sent the list"

    def test_who_initiates_a_list_and_answers_for_its_measures_goes_on_being_sent_it(self, cast: Cast) -> None:
        effect = effect_of(cast.black, cast.black.kind, values_of(cast.black, initiating_units=[cast.finance]))
        assert (effect.joining, effect.staying, effect.leaving) == ([], [cast.finance], [])
        assert (cast.finance.pk, cast.black.pk) in cooperations()

    def test_a_new_list_is_joined_by_all_that_answer(self, cast: Cast) -> None:
        opened = effect_of(None, ListKind.BLACK, values_of(cast.black))
        assert (opened.joining, opened.staying, opened.leaving) == ([cast.finance, cast.transport], [], [])


class TestPages:
    def _data(self, cast: Cast, **changes: Any) -> dict[str, Any]:
        values = values_of(cast.black, reason="调整", seen_version="", **changes)
        values["initiating_units"] = [unit.pk for unit in values["initiating_units"]]
        values["memoranda"] = [memorandum.pk for memorandum in values["memoranda"]]
        return {name: value for name, value in values.items() if value is not False}

    def _confirmed(self, client: Client, url: str, data: dict[str, Any]) -> Any:
        shown = client.post(url, data)
        assert shown.status_code == 200, shown.context["form"].errors
        return client.post(url, {**data, "confirmed": shown.context["form"].data["confirmed"]})

    def test_first_the_effect_then_the_change(self, cast: Cast) -> None:
        client, url = signed_in(cast.coordinator), reverse("credit_list_edit", args=["TBLACK"])
        assert client.get(url).status_code == 200
        data = self._data(cast, name="改名黑名单", initiating_units=[cast.finance])
        shown = client.post(url, data)
        assert cast.finance.name in shown.content.decode()
        cast.black.refresh_from_db()
        assert cast.black.name == "测试黑名单"
        assert self._confirmed(client, url, data).status_code == 302
        cast.black.refresh_from_db()
        assert cast.black.name == "改名黑名单"

    def test_what_is_confirmed_is_what_was_shown(self, cast: Cast) -> None:
        client, url = signed_in(cast.coordinator), reverse("credit_list_edit", args=["TBLACK"])
        confirmed = client.post(url, self._data(cast, name="甲")).context["form"].data["confirmed"]
        again = client.post(url, {**self._data(cast, name="乙"), "confirmed": confirmed})
        assert again.status_code == 200
        cast.black.refresh_from_db()
        assert cast.black.name == "测试黑名单"

    def test_a_new_list_is_opened(self, cast: Cast) -> None:
        client, url = signed_in(cast.coordinator), reverse("credit_list_new")
        assert client.get(url).status_code == 200
        data = {**self._data(cast), "code": "TNEW", "kind": "BLACK", "name": "新名单"}
        assert self._confirmed(client, url, data).headers["Location"] == reverse("credit_list", args=["TNEW"])
        assert client.post(url, {**data, "black_field": ""}).status_code == 422

    def test_two_versions_side_by_side(self, cast: Cast) -> None:
        keep_version(cast.black)
        values = values_of(cast.black, name="改名黑名单", required_fields=["FACTS"])
        revise_list(credit_list=cast.black, values=values, by=cast.actor("coordinator"), reason="改名")
        for person in (cast.coordinator, cast.clerk, cast.finance_clerk):
            page = signed_in(person).get(reverse("credit_list_version", args=["TBLACK", 2]))
            changed = {str(line.label) for line in page.context["lines"] if line.differs}
            assert len(changed) == 3  # name, field, fields required besides
            assert "<del>测试黑名单</del>" in page.content.decode()
        assert signed_in(cast.clerk).get(reverse("credit_list_version", args=["TBLACK", 1])).status_code == 200
        assert signed_in(cast.clerk).get(reverse("credit_list_version", args=["TBLACK", 9])).status_code == 302
        assert signed_in(cast.stranger).get(reverse("credit_list_version", args=["TBLACK", 1])).status_code == 404

    def test_others_do_not_keep_it(self, cast: Cast) -> None:
        for person in (cast.clerk, cast.finance_clerk, cast.stranger):
            client = signed_in(person)
            assert client.get(reverse("credit_list_new")).status_code == 403
            assert client.post(reverse("credit_list_edit", args=["TBLACK"]), self._data(cast)).status_code == 403

    def test_the_administration_only_reads(self, cast: Cast) -> None:
        client = signed_in(cast.coordinator)
        url = reverse("admin:lists_creditlist_change", args=[cast.black.pk])
        assert client.get(url).status_code == 200
        assert client.post(url, {"name": "x"}).status_code == 403
        assert client.get(reverse("admin:lists_creditlist_add")).status_code == 403


def test_a_code_names_one_list(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditList.objects.create(code="TBLACK", name="x", kind="BLACK", legal_basis="x")
