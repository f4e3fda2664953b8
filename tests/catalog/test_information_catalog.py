"""公共信用信息目录: editions drafted, reviewed by another person, issued and superseded; items and their updates."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from catalog.comparison import compare
from catalog.enums import CYCLE_DAYS, CatalogState, UpdateCycle
from catalog.models import (
    CatalogItem,
    CatalogItemUpdate,
    InformationCatalog,
    Standard,
)
from catalog.services.information_catalog import (
    ItemField,
    ItemText,
    add_item,
    change_item,
    discard_edition,
    issue_edition,
    move_edition,
    open_edition,
    record_update,
    remove_item,
    review_edition,
    revise_edition,
    take_back_edition,
)
from catalog.services.load_reference import load_reference
from catalog.workflow import INFORMATION_CATALOG, KEY_TASK_REPORT, KEY_TASK_REQUEST
from jinan_credit.accounts.actors import SYSTEM, Actor, actor_of
from jinan_credit.accounts.deadlines import Owed, due_sources
from jinan_credit.accounts.enums import Act, Role
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.models import CreditList
from lists.services.catalogue_items import lists_left_out, take_lists_in
from lists.services.synthetic import citizen_number
from tests.cast import make_user
from tests.catalog.test_key_tasks import page_of, refusal_of

USCC = "GB 32100-2015"


@pytest.fixture
def units(db: None) -> dict[str, Unit]:
    Standard.objects.create(number=USCC, title="测试标准", level="NATIONAL")
    named = ("finance", "heir", "other", "commission")
    return {code: Unit.objects.create(code=code, name=f"测试{code}") for code in named}


@pytest.fixture
def maker(units: dict[str, Unit]) -> Actor:
    return actor_of(make_user("maker", units["commission"], Role.COORDINATOR))


@pytest.fixture
def checker(units: dict[str, Unit]) -> Actor:
    return actor_of(make_user("checker", units["commission"], Role.COORDINATOR))


@pytest.fixture
def provider(units: dict[str, Unit]) -> Actor:
    return actor_of(make_user("provider", units["finance"], Role.CLERK))


@pytest.fixture
def draft(maker: Actor, units: dict[str, Unit]) -> InformationCatalog:
    edition = open_edition(title="测试目录", note="", by=maker)
    add_item(edition=edition, code="A-1", says=says(units["finance"]), by=maker)
    return edition


def says(provider: Unit, **values: Any) -> ItemText:
    given: dict[str, Any] = {
        "name": "测试信息",
        "provider": provider,
        "fields": [ItemField("名称", "文本"), ItemField("代码", "编码", USCC)],
        "disclosure": "PUBLIC",
        "sharing": "UNCONDITIONAL",
        "update_cycle": UpdateCycle.MONTHLY,
        "legal_basis": "测试法第一条",
        "standards": [USCC],
        **values,
    }
    return ItemText(**given)


def issued(edition: InformationCatalog, maker: Actor, checker: Actor, on: date | None = None) -> InformationCatalog:
    review_edition(edition=edition, by=checker)
    return issue_edition(
        edition=edition,
        document_number="测〔2026〕1号",
        issued_on=on or clock.today(),
        legal_basis="测试条例第二条",
        by=maker,
    )


class TestEditions:
    def test_an_edition_is_drafted_reviewed_issued_and_superseded(
        self, draft: InformationCatalog, maker: Actor, checker: Actor
    ) -> None:
        first = issued(draft, maker, checker)
        second = issued(open_edition(title="第二版", note="修订", by=checker), checker, maker)
        first.refresh_from_db()
        assert (first.state, first.number, second.state, second.number) == ("SUPERSEDED", 1, "ISSUED", 2)
        assert InformationCatalog.objects.issued().get() == second
        assert [item.code for item in second.items.all()] == ["A-1"]
        assert list(first.moves.values_list("name", "by__username")) == [
            ("draft", "maker"),
            ("revise", "maker"),
            ("review", "checker"),
            ("issue", "maker"),
            ("supersede", None),
        ]

    def test_who_wrote_on_it_does_not_review_it(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        third = actor_of(make_user("third", units["commission"], Role.COORDINATOR))
        change_item(item=draft.items.get(), says=says(units["finance"], name="改名"), by=checker)
        for by in (maker, checker):
            assert refusal_of(lambda b=by: review_edition(edition=draft, by=b)) == "own_work"  # type: ignore[misc]
        assert review_edition(edition=draft, by=third).reviewed_by == third.user

    def test_who_did_not_see_what_another_wrote_does_not_write_over_it(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        item, told = draft.items.get(), says(units["finance"])
        add_item(edition=draft, code="A-2", says=told, by=maker)
        seen, heading = draft.moves.latest("pk").pk, {"title": "改", "note": "", "legal_basis": "法"}
        change_item(item=draft.items.get(code="A-2"), says=told, by=checker, seen_step=seen)
        change_item(item=item, says=replace(told, name="改名"), by=checker, seen_step=seen)
        revise_edition(edition=draft, **heading, by=checker, seen_step=seen)
        assert refusal_of(lambda: change_item(item=item, says=told, by=maker, seen_step=seen)) == "edit_conflict"
        assert refusal_of(lambda: revise_edition(edition=draft, **heading, by=maker, seen_step=seen)) == "edit_conflict"
        change_item(item=item, says=told, by=maker, seen_step=draft.moves.latest("pk").pk)

    def test_a_change_of_an_item_whose_code_ends_alike_is_no_conflict(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        told = says(units["finance"])
        tax, land_tax = (add_item(edition=draft, code=code, says=told, by=maker) for code in ("tax", "land-tax"))
        seen = draft.moves.latest("pk").pk
        change_item(item=land_tax, says=told, by=checker, seen_step=seen)
        assert change_item(item=tax, says=replace(told, name="改名"), by=maker, seen_step=seen).name == "改名"

    def test_the_page_of_an_item_says_that_another_person_changed_it(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        item = draft.items.get()
        client, address = page_of(maker), reverse("catalog_item_edit", args=[item.pk])
        form = client.get(address).context["form"]
        typed = {name: form[name].value() for name in form.fields}
        change_item(item=item, says=says(units["finance"], name="改名"), by=checker)
        assert client.post(address, typed).status_code == 422
        assert draft.items.get().name == "改名"

    def test_the_database_holds_maker_and_checker_apart(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        """The one who opened it by a constraint, whoever wrote an item by a trigger."""
        change_item(item=draft.items.get(), says=says(units["finance"], name="改名"), by=checker)
        reviewed = {"state": CatalogState.REVIEWED, "reviewed_at": clock.now()}
        with pytest.raises(InternalError, match="whoever wrote an edition does not review it"), transaction.atomic():
            InformationCatalog.objects.update(reviewed_by=checker.user, **reviewed)
        bare = InformationCatalog(title="另一版", made_by=maker.user, made_at=clock.now(), **reviewed)
        bare.reviewed_by = maker.user
        with pytest.raises(IntegrityError, match="edition_is_reviewed_by_another_person"), transaction.atomic():
            bare.save()

    def test_what_was_reviewed_is_changed_only_when_it_is_taken_back(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        review_edition(edition=draft, by=checker)
        item = draft.items.get()
        for act in (
            lambda: add_item(edition=draft, code="A-2", says=says(units["finance"]), by=maker),
            lambda: change_item(item=item, says=says(units["finance"]), by=maker),
            lambda: remove_item(item=item, by=maker),
            lambda: revise_edition(edition=draft, title="x", note="", legal_basis="", by=maker),
        ):
            assert refusal_of(act) == "edition_is_settled"
        assert refusal_of(lambda: take_back_edition(edition=draft, by=maker, reason=" ")) == "reason_missing"
        back = take_back_edition(edition=draft, by=maker, reason="漏项")
        assert (back.state, back.reviewed_by, back.reviewed_at) == ("DRAFT", None, None)
        add_item(edition=draft, code="A-2", says=says(units["finance"]), by=maker)

    def test_the_database_keeps_what_was_issued(self, draft: InformationCatalog, maker: Actor, checker: Actor) -> None:
        issued(draft, maker, checker)
        forbidden: list[Callable[[], object]] = [
            lambda: CatalogItem.objects.update(name="改写"),
            lambda: CatalogItem.objects.all()._raw_delete("default"),
            lambda: CatalogItem.objects.create(catalog=draft, code="A-9", provider_id=1, fields=[], name="x"),
            lambda: InformationCatalog.objects.update(title="改写"),
            lambda: InformationCatalog.objects.all()._raw_delete("default"),
        ]
        for act in forbidden:
            with pytest.raises(InternalError), transaction.atomic():
                act()

    def test_one_is_in_preparation_and_one_holds(self, draft: InformationCatalog, maker: Actor, checker: Actor) -> None:
        assert refusal_of(lambda: open_edition(title="又一版", note="", by=checker)) == "edition_in_preparation"
        with pytest.raises(IntegrityError, match="one_edition_is_in_preparation"), transaction.atomic():
            InformationCatalog.objects.create(title="x", made_by=maker.user, made_at=clock.now())
        issued(draft, maker, checker)
        second = open_edition(title="第二版", note="", by=maker)
        review_edition(edition=second, by=checker)
        with pytest.raises(IntegrityError, match="one_edition_holds_at_a_time"), transaction.atomic():
            InformationCatalog.objects.filter(pk=second.pk).update(
                state="ISSUED", number=2, document_number="x", legal_basis="x", issued_on=clock.today()
            )
        with pytest.raises(IntegrityError, match="edition_issued_has_number_day_and_basis"), transaction.atomic():
            InformationCatalog.objects.filter(pk=second.pk).update(number=2)
        with pytest.raises(IntegrityError, match="edition_reviewed_has_a_person"), transaction.atomic():
            InformationCatalog.objects.filter(pk=second.pk).update(state="DRAFT")

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"document_number": " "}, "document_number_missing"),
            ({"legal_basis": " "}, "basis_missing"),
            ({"issued_on": date(2999, 1, 1)}, "day_to_come"),
            ({"issued_on": date(2020, 1, 1)}, "day_before_last_issue"),
        ],
    )
    def test_it_is_issued_by_a_document_of_its_day(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, values: dict[str, Any], code: str
    ) -> None:
        issued(draft, maker, checker)
        second = open_edition(title="第二版", note="", by=maker)
        assert second.legal_basis == "测试条例第二条"
        review_edition(edition=second, by=checker)
        given = {"document_number": "2号", "issued_on": clock.today(), "legal_basis": "法", **values}
        assert refusal_of(lambda: issue_edition(edition=second, by=maker, **given)) == code

    def test_it_needs_items_of_units_of_today(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        _end(units["finance"], units["heir"])
        assert refusal_of(lambda: review_edition(edition=draft, by=checker)) == "provider_ended"
        remove_item(item=draft.items.get(), by=maker)
        assert refusal_of(lambda: review_edition(edition=draft, by=checker)) == "no_items"

    def test_the_next_edition_names_the_heirs(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        issued(draft, maker, checker)
        _end(units["finance"], units["heir"])
        assert open_edition(title="第二版", note="", by=maker).items.get().provider == units["heir"]


def _end(unit: Unit, successor: Unit) -> None:
    unit.valid_to, unit.successor = clock.today() - timedelta(days=1), successor
    unit.save()


class TestItems:
    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"name": " "}, "name_missing"),
            ({"fields": []}, "fields_missing"),
            ({"legal_basis": ""}, "basis_missing"),
            ({"sharing": "CONDITIONAL"}, "condition_missing"),
            ({"standards": ["GB/T 1"]}, "standard_unknown"),
            ({"fields": [ItemField("名称", "", "GB/T 1")]}, "standard_unknown"),
            ({"name": f"{citizen_number(Random(5))}的信息"}, "number_told"),
        ],
    )
    def test_an_item_that_lacks_something_is_refused(
        self, draft: InformationCatalog, maker: Actor, units: dict[str, Unit], values: dict[str, Any], code: str
    ) -> None:
        says_it = says(units["finance"], **values)
        assert refusal_of(lambda: add_item(edition=draft, code="B", says=says_it, by=maker)) == code
        assert refusal_of(lambda: change_item(item=draft.items.get(), says=says_it, by=maker)) == code

    def test_a_code_is_possible_and_stands_once(
        self, draft: InformationCatalog, maker: Actor, units: dict[str, Unit]
    ) -> None:
        for code, refused in (("A-1", "code_taken"), ("信息", "code_not_possible"), ("", "code_not_possible")):
            assert (
                refusal_of(lambda c=code: add_item(edition=draft, code=c, says=says(units["finance"]), by=maker))  # type: ignore[misc]
                == refused
            )
        item = draft.items.get()
        item.pk, item._state.adding = None, True
        with pytest.raises(IntegrityError, match="item_code_is_unique"), transaction.atomic():
            item.save()
        with pytest.raises(IntegrityError, match="item_shared_on_a_condition_names_it"), transaction.atomic():
            CatalogItem.objects.update(sharing="CONDITIONAL")

    def test_two_editions_are_compared_item_by_item(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        add_item(edition=draft, code="A-2", says=says(units["other"], name="将删"), by=maker)
        add_item(edition=draft, code="A-3", says=says(units["other"]), by=maker)
        first = issued(draft, maker, checker)
        second = open_edition(title="第二版", note="", by=maker)
        same = compare(first, second)
        assert (same.added, same.removed, same.changed, same.same) == ([], [], [], 3)
        remove_item(item=second.items.get(code="A-2"), by=maker)
        added = add_item(edition=second, code="A-4", says=says(units["finance"]), by=maker)
        changed = says(units["heir"], update_cycle="YEARLY", fields=[ItemField("名称", "文本"), ItemField("地址")])
        change_item(item=second.items.get(code="A-1"), says=changed, by=maker)
        found = compare(first, second)
        assert ([one.code for one in found.removed], found.added, found.same) == (["A-2"], [added], 1)
        with translation.override("en"):
            lines = {str(line.label): (line.only_old, line.only_new) for line in found.changed[0].lines}
        assert lines == {
            "provider": (["测试finance"], ["测试heir"]),
            "fields": ([f"代码 · 编码 · {USCC}"], ["地址"]),
            "update cycle": (lines["update cycle"][0], lines["update cycle"][1]),
        }
        assert lines["update cycle"][0] != lines["update cycle"][1]


class TestUpdates:
    def test_the_provider_records_what_it_renewed(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, provider: Actor, units: dict[str, Unit]
    ) -> None:
        item, today = draft.items.get(), clock.today()
        given: dict[str, Any] = {"item": item, "updated_on": today, "row_count": 3}
        assert refusal_of(lambda: record_update(**given, by=provider)) == "edition_not_in_force"
        issued(draft, maker, checker)
        stranger = actor_of(make_user("stranger", units["other"], Role.CLERK))
        officer = actor_of(make_user("officer", units["finance"], Role.TIP_OFF_OFFICER))
        for by, code in ((stranger, "not_found"), (maker, "not_found"), (officer, "act_not_allowed")):
            assert refusal_of(lambda b=by: record_update(**given, by=b)) == code  # type: ignore[misc]
        later = {**given, "updated_on": today + timedelta(days=1)}
        assert refusal_of(lambda: record_update(**later, by=provider)) == "day_to_come"
        record_update(**given, by=provider)
        _end(units["finance"], units["heir"])
        heir = actor_of(make_user("heir-clerk", units["heir"], Role.REVIEWER))
        assert record_update(**given, by=heir).unit == units["heir"]
        with pytest.raises(InternalError, match="append_only"), transaction.atomic():
            CatalogItemUpdate.objects.update(row_count=4)
        with pytest.raises(IntegrityError, match="item_update_is_by_a_person_or_a_client"), transaction.atomic():
            CatalogItemUpdate.objects.create(
                item=item, unit=units["finance"], updated_on=today, row_count=1, made_at=clock.now()
            )

    @pytest.mark.parametrize("cycle", list(UpdateCycle))
    def test_an_item_is_late_when_its_cycle_is_over(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit], cycle: str
    ) -> None:
        change_item(item=draft.items.get(), says=says(units["finance"], update_cycle=cycle), by=maker)
        issued(draft, maker, checker)
        days, today = CYCLE_DAYS.get(cycle), clock.today()
        if days is None:
            assert not CatalogItem.objects.late(on=today + timedelta(days=9999)).exists()
            return
        assert not CatalogItem.objects.late(on=today + timedelta(days=days)).exists()
        late = CatalogItem.objects.late(on=today + timedelta(days=days + 1)).get()
        assert late.due_on == today + timedelta(days=days)

    def test_it_counts_from_the_last_update_through_all_editions(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, provider: Actor
    ) -> None:
        today = clock.today()
        issued(draft, maker, checker, on=today - timedelta(days=60))
        assert [item.is_late for item in CatalogItem.objects.late()] == [True]
        issued(open_edition(title="第二版", note="", by=maker), maker, checker)
        item = CatalogItem.objects.late().get()
        assert item.counted_from == today - timedelta(days=60)
        record_update(item=item, updated_on=today - timedelta(days=31), row_count=1, by=provider)
        assert not CatalogItem.objects.late().exists()
        issued(open_edition(title="第三版", note="", by=maker), maker, checker)
        item = CatalogItem.objects.issued().with_updates().get()
        assert (item.updated_on, item.due_on, item.is_late) == (today - timedelta(days=31), today, False)

    def test_the_mail_of_the_morning_counts_what_is_late_and_what_is_soon_due(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        """By who provides the item today; an item without a cycle is never due."""
        for code, cycle in (("A-2", UpdateCycle.WEEKLY), ("A-3", UpdateCycle.ON_CHANGE)):
            add_item(edition=draft, code=code, says=says(units["finance"], update_cycle=cycle), by=maker)
        issued(draft, maker, checker, on=clock.today() - timedelta(days=CYCLE_DAYS[UpdateCycle.MONTHLY] - 2))
        [source] = [one for one in due_sources() if one.act == Act.UPDATE_CATALOGUE]
        assert source.count(clock.today()) == {units["finance"].pk: Owed(1, 0)}
        assert source.count(clock.today() + timedelta(days=2)) == {units["finance"].pk: Owed(1, 1)}
        Unit.objects.filter(pk=units["finance"].pk).update(
            valid_to=clock.today() - timedelta(days=1), successor=units["heir"]
        )
        assert source.count(clock.today()) == {units["heir"].pk: Owed(1, 0)}


LAWFUL = {
    ("DRAFT", "review"): (Role.COORDINATOR,),
    ("DRAFT", "discard"): (Role.COORDINATOR,),
    ("DRAFT", "revise"): (Role.COORDINATOR,),
    ("REVIEWED", "take_back"): (Role.COORDINATOR,),
    ("REVIEWED", "issue"): (Role.COORDINATOR,),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("state", list(CatalogState))
def test_every_state_and_move_by_role(
    draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit], state: str, role: Role
) -> None:
    if state in ("ISSUED", "SUPERSEDED"):
        issued(draft, maker, checker)
    if state == "SUPERSEDED":
        issued(open_edition(title="第二版", note="", by=maker), maker, checker)
    if state == "REVIEWED":
        review_edition(edition=draft, by=checker)
    if state == "DISCARDED":
        discard_edition(edition=draft, by=maker, reason="另起")
    draft.refresh_from_db()
    assert draft.state == state
    by = actor_of(make_user(f"as-{role}", units["commission"], role))
    document = {"document_number": "x", "issued_on": clock.today(), "legal_basis": "法"}
    acts: dict[str, Callable[[], InformationCatalog]] = {
        "issue": lambda: issue_edition(edition=draft, by=by, **document),
        "revise": lambda: revise_edition(edition=draft, title="改", note="", legal_basis="法", by=by),
    }
    for move in INFORMATION_CATALOG:
        if move.name == "draft":
            continue
        with transaction.atomic():
            act = acts.get(move.name) or partial(move_edition, edition=draft, name=move.name, by=by, reason="理由")
            if role in LAWFUL.get((state, move.name), ()):
                assert act().state == move.target
            else:
                assert refusal_of(act) in {"move_not_open", "act_not_allowed", "edition_is_settled"}
            transaction.set_rollback(True)


def test_every_step_of_the_log_is_in_the_table() -> None:
    """Else `docs/workflows.md` were not true, and the timeline had no word for it."""
    assert {name for _state, name in LAWFUL} | {"draft", "supersede"} == {move.name for move in INFORMATION_CATALOG}
    assert {"draft", "revise"} < {move.name for move in KEY_TASK_REPORT}
    assert "ask" in {move.name for move in KEY_TASK_REQUEST}


def test_the_system_takes_no_persons_step(draft: InformationCatalog, maker: Actor, checker: Actor) -> None:
    with pytest.raises(DomainError):
        open_edition(title="x", note="", by=SYSTEM)


class TestLists:
    def test_the_lists_begin_the_first_edition_as_items_of_their_units(self, db: None) -> None:
        load_reference()
        maker = actor_of(make_user("maker", Unit.objects.get(code="development-reform"), Role.COORDINATOR))
        edition = open_edition(title="目录", note="", by=maker)
        count = lists_left_out(edition)
        assert take_lists_in(edition=edition, by=maker) == count == edition.items.count() >= CreditList.objects.count()
        joint = {item.provider.name for item in edition.items.filter(code__startswith="SJRSX")}
        assert joint == {"市地方金融监管局", "人民银行山东省分行"}
        assert edition.items.get(code="AJNSR").provider.name == "市税务局"
        assert take_lists_in(edition=edition, by=maker) == lists_left_out(edition) == 0
        assert [move.name for move in edition.moves.all()] == ["draft", "revise"]
        page = page_of(maker).get(reverse("catalog_edition", args=[edition.pk]))
        assert page.context["panels"] == []
        remove_item(item=edition.items.get(code="AJNSR"), by=maker)
        page = page_of(maker)
        assert len(page.get(reverse("catalog_edition", args=[edition.pk])).context["panels"]) == 1
        page.post(reverse("catalog_from_lists", args=[edition.pk]))
        assert edition.items.filter(code="AJNSR").exists()


class TestPages:
    def test_an_edition_goes_by_pages_from_draft_to_issue(
        self, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        one, other = page_of(maker), page_of(checker)
        made = one.post(reverse("catalog_edition_new"), {"title": "目录", "note": ""})
        edition = InformationCatalog.objects.get()
        assert made["Location"] == reverse("catalog_edition", args=[edition.pk])
        typed = {
            "code": "A-1",
            "name": "信息",
            "provider": units["finance"].pk,
            "fields_text": f"名称\n代码 | 编码 ｜ {USCC}",
            "disclosure": "PUBLIC",
            "sharing": "UNCONDITIONAL",
            "update_cycle": "MONTHLY",
            "legal_basis": "法",
            "standards": [USCC],
        }
        new = reverse("catalog_item_new", args=[edition.pk])
        assert one.post(new, {**typed, "fields_text": "a|b|c|d"}).status_code == 422
        assert one.post(new, {**typed, "sharing": "CONDITIONAL"}).status_code == 422
        assert one.post(new, typed).status_code == 302
        item = edition.items.get()
        assert item.fields == [
            {"name": "名称", "type": "", "standard": ""},
            {"name": "代码", "type": "编码", "standard": USCC},
        ]
        change = reverse("catalog_item_edit", args=[item.pk])
        assert f"代码 | 编码 | {USCC}" in one.get(change).content.decode()
        one.post(change, {**typed, "name": "改名"})
        page = reverse("catalog_edition", args=[edition.pk])
        assert one.get(page).context["waits_for_another"]
        one.post(page, {"move": "review"})
        assert edition.moves.filter(name="review").count() == 0
        other.post(page, {"move": "review"})
        issue = reverse("catalog_edition_issue", args=[edition.pk])
        document = {"document_number": "测1号", "issued_on": clock.today(), "legal_basis": "法"}
        assert other.post(issue, {**document, "issued_on": "2999-01-01"}).status_code == 422
        assert other.post(issue, document)["Location"] == page
        edition.refresh_from_db()
        assert (edition.state, edition.number, edition.items.get().name) == ("ISSUED", 1, "改名")
        assert one.get(change).status_code == 404

    def test_units_see_what_was_issued_and_nothing_in_preparation(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, provider: Actor
    ) -> None:
        client, item = page_of(provider), draft.items.get()
        hidden = [
            reverse("catalog_edition", args=[draft.pk]),
            reverse("catalog_edition_compare", args=[draft.pk]),
            reverse("catalog_item", args=[item.pk]),
            reverse("catalog_item_update", args=[item.pk]),
        ]
        assert [client.get(address).status_code for address in hidden] == [404] * 4
        kept = [
            reverse("catalog_edition_new"),
            reverse("catalog_edition_edit", args=[draft.pk]),
            reverse("catalog_edition_issue", args=[draft.pk]),
            reverse("catalog_item_new", args=[draft.pk]),
            reverse("catalog_item_edit", args=[item.pk]),
        ]
        assert [client.get(address).status_code for address in kept] == [403] * 5
        assert client.post(reverse("catalog_from_lists", args=[draft.pk])).status_code == 403
        assert "测试目录" not in client.get(reverse("catalog_editions")).content.decode()
        issued(draft, maker, checker)
        assert [client.get(address).status_code for address in hidden] == [200] * 4
        client.post(hidden[3], {"updated_on": clock.today(), "row_count": "12", "note": "月报"})
        assert "月报" in client.get(hidden[2]).content.decode()
        assert client.get(reverse("catalog_updates")).context["providers"] is None

    def test_who_is_behind_is_counted_by_provider(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, provider: Actor, units: dict[str, Unit]
    ) -> None:
        add_item(edition=draft, code="A-2", says=says(units["other"], update_cycle="YEARLY"), by=maker)
        issued(draft, maker, checker, on=clock.today() - timedelta(days=40))
        page = page_of(maker).get(reverse("catalog_updates"))
        lines = [(line.provider.code, line.items, line.late) for line in page.context["providers"]]
        assert lines == [("finance", 1, 1), ("other", 1, 0)]
        for actor, label, count in (
            (provider, "待更新的目录条目", 1),
            (maker, "目录更新逾期", 1),
            (maker, "待更新的目录条目", 0),
        ):
            counter = next(one for one in counters_for(actor) if str(one.label) == label)
            assert (counter.count, page_of(actor).get(counter.url).context["total"]) == (count, count)

    def test_pages_cost_the_same_for_one_item_and_for_many(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, provider: Actor, units: dict[str, Unit]
    ) -> None:
        costs = []
        for count in (1, 12):
            for number in range(count):
                add_item(edition=draft, code=f"N{count}-{number}", says=says(units["other"]), by=maker)
            first = issued(draft, maker, checker)
            draft = open_edition(title="下一版", note="", by=maker)
            item = first.items.earliest("pk")
            for _time in range(count):
                record_update(item=item, updated_on=clock.today(), row_count=1, by=provider)
            addresses = (
                reverse("catalog_edition", args=[first.pk]),
                reverse("catalog_item", args=[item.pk]),
                reverse("catalog_edition_compare", args=[draft.pk]),
                reverse("catalog_updates"),
                reverse("catalog_editions"),
                reverse("public_catalogue"),
            )
            client = page_of(maker)
            with CaptureQueriesContext(connection) as queries:
                for address in addresses:
                    assert client.get(address).status_code == 200
            costs.append(len(queries))
        assert costs[0] == costs[1]


class TestPublic:
    def test_the_edition_that_holds_is_for_everybody(
        self, draft: InformationCatalog, maker: Actor, checker: Actor, units: dict[str, Unit]
    ) -> None:
        address = reverse("public_catalogue")
        assert "测试信息" not in Client().get(address).content.decode()
        issued(draft, maker, checker)
        second = open_edition(title="第二版", note="内部说明", by=maker)
        change_item(item=second.items.get(), says=replace(says(units["finance"]), name="尚未发布"), by=maker)
        text = Client().get(address).content.decode()
        assert "测试信息" in text
        assert "测〔2026〕1号" in text
        for hidden in ("尚未发布", "第二版", "内部说明", "maker", "checker"):
            assert hidden not in text


def test_standards_are_loaded_by_number(db: None) -> None:
    load_reference()
    assert Standard.objects.get(number="GB/T 39445-2020").title == "公共信用信息数据元"
    assert load_reference().changes == 0
