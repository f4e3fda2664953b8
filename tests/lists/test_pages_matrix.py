"""The matrix and the memoranda on their pages: who sees what, what each step does, at what cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.enums import VersionState
from catalog.models import Measure, Memorandum, MemorandumReceipt, MemorandumVersion
from catalog.services.memoranda import circulate_version, revise_memorandum
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from lists.selectors import effects_of_version
from lists.services.subscriptions import begin_subscription
from tests.cast import Cast
from tests.lists.browser import signed_in

EVIL = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def coordinator(cast: Cast) -> Client:
    return signed_in(cast.coordinator)


@pytest.fixture
def revision(cast: Cast) -> MemorandumVersion:
    return revise_memorandum(cast.ban.version.memorandum, note="国家修订", by=cast.actor("coordinator"))


def page(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def refusal_on(response: Any) -> str:
    """What the page that follows says was refused."""
    (said,) = (message for message in response.context["messages"] if message.level_tag == "error")
    return str(said)


def measure_form(measure: Measure, **changes: Any) -> dict[str, Any]:
    return {
        "clause": measure.clause,
        "content": measure.content,
        "category": measure.category,
        "severity": measure.severity,
        "applies_to": measure.applies_to,
        "bases": "\n".join(str(basis) for basis in measure.bases.all()),
        "units": [unit.pk for unit in measure.responsible_units.all()],
        "exceptions": "",
        "procedure": "",
        **changes,
    }


class TestMatrix:
    def test_the_coordinator_sees_the_whole_and_a_unit_its_own(self, cast: Cast, coordinator: Client) -> None:
        whole, own = page(coordinator, "matrix"), page(signed_in(cast.finance_clerk), "matrix")
        for measure in (cast.ban, cast.warning, cast.praise):
            assert measure.content in whole
        assert cast.ban.content in own
        assert cast.praise.content in own
        assert cast.warning.content not in own
        assert "《测试法》第一条" in own
        assert reverse("credit_list", args=[cast.black.code]) in own
        assert cast.ban.content not in page(signed_in(cast.stranger), "matrix")

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ({"credit_list": "TRED"}, {"praise"}),
            ({"unit": "transport"}, {"warning", "praise"}),
            ({"category": "ADMINISTRATIVE"}, {"ban", "warning"}),
            ({"category": "ADMINISTRATIVE", "unit": "finance"}, {"ban"}),
            ({"kind": "REWARD"}, {"praise"}),
            ({"memorandum": "900"}, {"ban", "warning", "praise"}),
            ({"severity": "SEVERE"}, set()),
            ({"text": "政府采购"}, {"ban"}),
            ({"text": "测试法"}, {"ban", "warning", "praise"}),
        ],
    )
    def test_it_is_filtered(self, cast: Cast, coordinator: Client, query: dict[str, str], shown: set[str]) -> None:
        table = coordinator.get(reverse("matrix"), query).context["table"]
        measures = {getattr(cast, name).pk for name in shown}
        assert {row.record.pk for row in table.rows} == measures

    def test_a_unit_cannot_ask_for_anothers(self, cast: Cast) -> None:
        client = signed_in(cast.finance_clerk)
        table = client.get(reverse("matrix"), {"unit": "transport"}).context["table"]
        assert {row.record.pk for row in table.rows} == {cast.ban.pk, cast.praise.pk}

    def test_a_severe_measure_names_serious_lists_alone(self, cast: Cast, coordinator: Client) -> None:
        cast.ban.severity = "SEVERE"
        cast.ban.save()
        address = reverse("credit_list", args=[cast.black.code])
        assert address not in page(coordinator, "matrix", text="政府采购")
        cast.black.is_serious = True
        cast.black.save()
        assert address in page(coordinator, "matrix", text="政府采购")

    def test_it_explains_who_may_apply_what(self, cast: Cast) -> None:
        shown = page(signed_in(cast.finance_clerk), "matrix")
        for words in ("银行", "征信机构", "三（二）2"):
            assert words in shown

    def test_it_costs_the_same_for_any_number_of_measures(self, cast: Cast, coordinator: Client) -> None:
        def cost() -> int:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page(coordinator, "matrix")
            return len(asked)

        few = cost()
        for number in range(30):
            more = Measure.objects.create(
                version=cast.ban.version,
                code=f"more-{number}",
                clause="1",
                content=f"措施{number}",
                kind="SANCTION",
                category="ADMINISTRATIVE",
                source="test",
            )
            more.bases.set(cast.ban.bases.all())
            more.responsible_units.add(cast.finance, cast.transport)
        assert cost() == few


class TestKeeping:
    def test_from_a_new_memorandum_to_its_measures_in_force(self, cast: Cast, coordinator: Client) -> None:
        given = {"title": "新备忘录", "document_number": "新1号", "kind": "", "lead_units": [cast.court.pk]}
        made = coordinator.post(reverse("memorandum_new"), given)
        version = MemorandumVersion.objects.get(memorandum__document_number="新1号")
        number = version.memorandum.number
        assert made["Location"] == reverse("memorandum", args=[number, 1])
        measure = {
            "clause": "一",
            "content": "限制参加工程招标",
            "category": "ADMINISTRATIVE",
            "severity": "ORDINARY",
            "applies_to": "BOTH",
            "bases": "《招标投标法》第三十三条\n《测试法》第一条",
            "units": [cast.finance.pk],
        }
        assert coordinator.post(reverse("measure_new", args=[number, 1]), measure).status_code == 302
        kept = version.measures.get()
        assert {str(basis) for basis in kept.bases.all()} == {"《招标投标法》第三十三条", "《测试法》第一条"}
        address = reverse("memorandum", args=[number, 1])
        coordinator.post(address, {"move": "circulate"})
        receipt = MemorandumReceipt.objects.get(unit=cast.finance)
        clerk = signed_in(cast.finance_clerk)
        confirm = reverse("receipt_confirm", args=[receipt.pk])
        assert confirm in page(clerk, "memorandum", number, 1)
        assert clerk.post(confirm).status_code == 302
        assert confirm not in page(clerk, "memorandum", number, 1)
        shown = page(coordinator, "memorandum", number, 1)
        assert cast.finance_clerk.display_name in shown
        day = clock.today() + timedelta(days=3)
        put = coordinator.post(reverse("memorandum_in_force", args=[number, 1]), {"valid_from": day.isoformat()})
        assert put.status_code == 302
        version.refresh_from_db()
        assert (version.state, version.valid_from) == (VersionState.IN_FORCE, day)
        lapse = {"last_day": day.isoformat(), "reason": "国家备忘录废止"}
        assert coordinator.post(reverse("memorandum_lapse", args=[number, 1]), lapse).status_code == 302
        version.refresh_from_db()
        assert (version.state, version.valid_to) == (VersionState.LAPSED, day)

    def test_what_lacks_a_basis_is_named_and_not_circulated(
        self, cast: Cast, coordinator: Client, revision: MemorandumVersion
    ) -> None:
        ban = revision.measures.get(code=cast.ban.code)
        edit = reverse("measure_edit", args=[ban.pk])
        assert coordinator.post(edit, measure_form(ban, bases="")).status_code == 302
        answer = coordinator.post(reverse("memorandum", args=[900, 2]), {"move": "circulate"}, follow=True)
        assert ban.content in refusal_on(answer)
        revision.refresh_from_db()
        assert revision.state == VersionState.DRAFT

    def test_what_a_kind_may_not_apply_is_named_and_not_circulated(
        self, cast: Cast, coordinator: Client, revision: MemorandumVersion
    ) -> None:
        cast.stranger_unit.kind, cast.stranger_unit.data_profile = "ASSOCIATION", "MASKED"
        cast.stranger_unit.save()
        ban = revision.measures.get(code=cast.ban.code)
        edit, address = reverse("measure_edit", args=[ban.pk]), reverse("memorandum", args=[900, 2])
        coordinator.post(edit, measure_form(ban, units=[cast.stranger_unit.pk]))
        answer = coordinator.post(address, {"move": "circulate"}, follow=True)
        assert cast.stranger_unit.name in refusal_on(answer)
        law = f"{cast.stranger_unit}：行业协会法第二条"
        coordinator.post(edit, measure_form(ban, units=[cast.stranger_unit.pk], exceptions=law))
        assert coordinator.post(address, {"move": "circulate"}).status_code == 302
        revision.refresh_from_db()
        assert revision.state == VersionState.CIRCULATED

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("bases", "测试法第一条"),
            ("bases", f"《{'长' * 201}》"),
            ("exceptions", "无此单位：某法"),
            ("exceptions", "测试财政局"),
            ("exceptions", f"测试财政局：{'长' * 301}"),
            ("category", "WEATHER"),
            ("units", ["999999"]),
        ],
    )
    def test_a_measure_that_cannot_be_read_is_refused_at_its_field(
        self, cast: Cast, coordinator: Client, revision: MemorandumVersion, field: str, value: Any
    ) -> None:
        ban = revision.measures.get(code=cast.ban.code)
        answer = coordinator.post(reverse("measure_edit", args=[ban.pk]), measure_form(ban, **{field: value}))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors

    def test_a_revision_is_begun_and_its_measure_taken_out(self, cast: Cast, coordinator: Client) -> None:
        address = reverse("memorandum_revise", args=[900, 1])
        assert coordinator.post(address, {"note": ""}).status_code == 422
        assert coordinator.post(address, {"note": EVIL})["Location"] == reverse("memorandum", args=[900, 2])
        assert EVIL not in page(coordinator, "memorandum", 900, 2)
        ban = Measure.objects.get(version__number=2, code=cast.ban.code)
        assert coordinator.post(reverse("measure_edit", args=[ban.pk]), {"remove": "yes"}).status_code == 302
        assert not Measure.objects.filter(pk=ban.pk).exists()
        assert coordinator.post(address, {"note": "又一次"}).status_code == 422

    def test_the_effect_on_the_lists_is_told_before(
        self, cast: Cast, coordinator: Client, revision: MemorandumVersion, django_assert_max_num_queries: Any
    ) -> None:
        ban = revision.measures.get(code=cast.ban.code)
        coordinator.post(reverse("measure_edit", args=[ban.pk]), measure_form(ban, units=[cast.stranger_unit.pk]))
        with django_assert_max_num_queries(14):
            effects = {effect.credit_list: effect for effect in effects_of_version(revision)}
        black, red = effects[cast.black], effects[cast.red]
        assert (black.joining, black.staying, black.leaving) == ([cast.stranger_unit], [], [cast.finance])
        assert (red.joining, red.staying, red.leaving) == ([], [], [])
        assert cast.stranger_unit.name in page(coordinator, "memorandum", 900, 2)
        by = cast.actor("coordinator")
        begin_subscription(credit_list=cast.black, unit=cast.finance, basis="测〔2026〕9号", by=by)
        black = next(effect for effect in effects_of_version(revision) if effect.credit_list == cast.black)
        assert (black.staying, black.leaving) == ([cast.finance], []), "a subscriber goes on being sent the list"


class TestAccess:
    def test_a_draft_is_the_coordinators_and_what_was_circulated_everybodys(
        self, cast: Cast, revision: MemorandumVersion
    ) -> None:
        clerk, address = signed_in(cast.finance_clerk), reverse("memorandum", args=[900, 2])
        assert clerk.get(address).status_code == 404
        assert address not in page(clerk, "memoranda")
        circulate_version(revision, by=cast.actor("coordinator"))
        assert clerk.get(address).status_code == 200
        assert address in page(clerk, "memoranda")

    def test_a_unit_sees_and_confirms_its_own_receipt_alone(self, cast: Cast, revision: MemorandumVersion) -> None:
        circulate_version(revision, by=cast.actor("coordinator"))
        theirs = MemorandumReceipt.objects.get(unit=cast.transport)
        clerk = signed_in(cast.finance_clerk)
        assert [one.unit for one in clerk.get(reverse("memorandum", args=[900, 2])).context["receipts"]] == [
            cast.finance
        ]
        assert clerk.post(reverse("receipt_confirm", args=[theirs.pk])).status_code == 404
        assert MemorandumReceipt.objects.owed().filter(pk=theirs.pk).exists()

    def test_no_unit_keeps_the_matrix(self, cast: Cast, revision: MemorandumVersion) -> None:
        ban = revision.measures.get(code=cast.ban.code)
        keeping = [
            reverse("memorandum_new"),
            reverse("memorandum_revise", args=[900, 1]),
            reverse("memorandum_in_force", args=[900, 2]),
            reverse("memorandum_lapse", args=[900, 1]),
            reverse("measure_new", args=[900, 2]),
            reverse("measure_edit", args=[ban.pk]),
        ]
        for who in (cast.clerk, cast.finance_clerk, cast.reviewer, cast.auditor):
            client = signed_in(who)
            for address in keeping:
                assert client.get(address).status_code == 403, address
                assert client.post(address, {"remove": "yes", "note": "x"}).status_code == 403, address
        circulate = signed_in(cast.finance_clerk).post(reverse("memorandum", args=[900, 1]), {"move": "take_back"})
        assert circulate.status_code == 403
        assert Memorandum.objects.count() == 1

    def test_what_is_owed_is_counted_on_the_workbench(self, cast: Cast, revision: MemorandumVersion) -> None:
        circulate_version(revision, by=cast.actor("coordinator"))
        for name in ("finance_clerk", "coordinator"):
            counter = next(one for one in counters_for(cast.actor(name)) if "receipt=owed" in one.url)
            listed = signed_in(getattr(cast, name)).get(counter.url).context["table"]
            assert counter.count == len(listed.rows) == 1
