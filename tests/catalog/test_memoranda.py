"""A memorandum's life, and what a version must be before units get it."""

from datetime import date, timedelta
from typing import Any, cast

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from catalog.enums import MeasureCategory, MeasureObject, Severity, VersionState
from catalog.models import (
    LegalBasis,
    Measure,
    Memorandum,
    MemorandumReceipt,
    MemorandumVersion,
    RuleProfile,
)
from catalog.selectors import changes_of, measures_for
from catalog.services.load_reference import DATA, load_rule_profiles
from catalog.services.measures import Clause, add_measure, change_measure, remove_measure
from catalog.services.memoranda import (
    circulate_version,
    confirm_receipt,
    correct_memorandum,
    discard_version,
    lapse_version,
    open_memorandum,
    put_version_in_force,
    revise_memorandum,
    take_back_version,
)
from catalog.services.reference_rows import Report
from jinan_credit.accounts.actors import SYSTEM, Actor, actor_of
from jinan_credit.accounts.enums import DataProfile, Role, UnitKind
from jinan_credit.accounts.models import Unit, User
from jinan_credit.accounts.services.roles import grant_role
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound

BASIS = ("中华人民共和国测试法", "第一条")


def person(name: str, role: Role, unit: Unit | None = None) -> Actor:
    user = User.objects.create_user(name, unit=unit)
    grant_role(user, role, by=SYSTEM)
    return actor_of(user)


def unit(code: str, kind: str = UnitKind.ADMINISTRATION, **fields: Any) -> Unit:
    masked = kind in (UnitKind.BANK, UnitKind.ASSOCIATION, UnitKind.PLATFORM, UnitKind.CREDIT_BUREAU)
    profile = DataProfile.MASKED if masked else DataProfile.FULL
    return Unit.objects.create(code=code, name=f"测试{code}", kind=kind, data_profile=profile, **fields)


def clause(*units: Unit, **fields: Any) -> Clause:
    given: dict[str, Any] = {
        "clause": "一",
        "content": "限制参加政府采购",
        "category": MeasureCategory.ADMINISTRATIVE,
        "severity": Severity.ORDINARY,
        "applies_to": MeasureObject.ORGANISATION,
        "bases": [BASIS],
        "units": units,
        **fields,
    }
    return Clause(**given)


@pytest.fixture
def coordinator(db: None) -> Actor:
    load_rule_profiles(DATA / "rule_profiles.yaml", Report())
    return person("coordinator", Role.COORDINATOR)


@pytest.fixture
def finance(db: None) -> Unit:
    return unit("finance", is_city_unit=False)


@pytest.fixture
def lead(db: None) -> Unit:
    return unit("lead", is_city_unit=False)


@pytest.fixture
def draft(coordinator: Actor, lead: Unit) -> MemorandumVersion:
    return open_memorandum(
        title="测试备忘录", document_number="测〔2026〕1号", kind="SANCTION", lead_units=[lead], by=coordinator
    )


@pytest.fixture
def ready(draft: MemorandumVersion, finance: Unit, coordinator: Actor) -> MemorandumVersion:
    add_measure(version=draft, clause=clause(finance), by=coordinator)
    return draft


def in_force(version: MemorandumVersion, coordinator: Actor, on: date | None = None) -> MemorandumVersion:
    circulate_version(version, by=coordinator)
    return put_version_in_force(version, by=coordinator, valid_from=on or clock.today())


class TestOpening:
    def test_it_takes_the_next_number_and_begins_as_a_draft(self, coordinator: Actor, lead: Unit) -> None:
        Memorandum.objects.create(number=40, code="m40", title="t", document_number="n", source="test")
        made = open_memorandum(title="新", document_number="新1号", kind="", lead_units=[lead], by=coordinator)
        memorandum = made.memorandum
        assert (memorandum.number, memorandum.code, made.number, made.state) == (41, "m41", 1, VersionState.DRAFT)
        assert list(memorandum.lead_units.all()) == [lead]

    def test_what_is_kept_already_is_not_opened_again(self, draft: MemorandumVersion, coordinator: Actor) -> None:
        leads = list(draft.memorandum.lead_units.all())
        for number, units, code in (("测〔2026〕1号", leads, "document_number_taken"), ("x", [], "lead_unit_missing")):
            with pytest.raises(DomainError) as refusal:
                open_memorandum(title="新", document_number=number, kind="", lead_units=units, by=coordinator)
            assert refusal.value.code == code

    def test_what_was_mistyped_is_corrected_until_units_know_it(
        self, ready: MemorandumVersion, finance: Unit, coordinator: Actor, client: Client
    ) -> None:
        client.force_login(cast("User", coordinator.user), backend="django.contrib.auth.backends.ModelBackend")
        page = reverse("memorandum_correct", args=[ready.memorandum.number, ready.number])
        assert client.get(page).context["form"].initial["title"] == "测试备忘录"
        typed = {"title": "更正后的备忘录", "document_number": "测〔2026〕9号", "kind": "", "lead_units": finance.pk}
        assert client.post(page, typed).status_code == 302
        ready.memorandum.refresh_from_db()
        assert (ready.memorandum.title, ready.memorandum.document_number) == ("更正后的备忘录", "测〔2026〕9号")
        assert list(ready.memorandum.lead_units.all()) == [finance]
        other = open_memorandum(title="x", document_number="x", kind="", lead_units=[finance], by=coordinator)
        given = {"title": "x", "document_number": "测〔2026〕9号", "kind": "", "lead_units": [finance]}
        with pytest.raises(DomainError, check=lambda error: error.code == "document_number_taken"):
            correct_memorandum(other.memorandum, **given, by=coordinator)
        circulate_version(ready, by=coordinator)
        take_back_version(ready, by=coordinator, reason="有单位提出意见")
        with pytest.raises(DomainError, check=lambda error: error.code == "memorandum_known"):
            correct_memorandum(ready.memorandum, **given, by=coordinator)

    def test_a_draft_is_discarded_and_the_next_goes_on_from_what_was_in_force(
        self, ready: MemorandumVersion, finance: Unit, coordinator: Actor
    ) -> None:
        first = in_force(ready, coordinator)
        second = revise_memorandum(first.memorandum, note="修订", by=coordinator)
        remove_measure(measure=second.measures.get(), by=coordinator)
        with pytest.raises(InvalidInput):
            discard_version(second, by=coordinator, reason=" ")
        assert discard_version(second, by=coordinator, reason="不再修订").state == VersionState.DISCARDED
        clerk = person("clerk", Role.CLERK, finance)
        assert second not in MemorandumVersion.objects.visible_to(clerk)
        third = revise_memorandum(first.memorandum, note="再次修订", by=coordinator)
        assert (third.number, third.measures.count()) == (3, 1)
        changes = changes_of(third)
        assert changes is not None
        assert (changes.since, changes.dropped) == (1, [])

    @pytest.mark.parametrize("role", [role for role in Role.values if role != Role.COORDINATOR])
    def test_only_the_coordinator_keeps_the_catalogue(
        self, ready: MemorandumVersion, finance: Unit, role: Role
    ) -> None:
        other, measure = person("other", role), ready.measures.get()
        acts = [
            lambda: open_memorandum(title="x", document_number="x", kind="", lead_units=[finance], by=other),
            lambda: revise_memorandum(ready.memorandum, note="x", by=other),
            lambda: circulate_version(ready, by=other),
            lambda: add_measure(version=ready, clause=clause(finance), by=other),
            lambda: change_measure(measure=measure, clause=clause(finance), by=other),
            lambda: remove_measure(measure=measure, by=other),
        ]
        for act in acts:
            with pytest.raises(NotAllowed):
                act()


class TestMeasures:
    def test_a_measure_gets_the_next_code_and_its_kind_by_its_category(
        self, draft: MemorandumVersion, finance: Unit, coordinator: Actor
    ) -> None:
        codes = [add_measure(version=draft, clause=clause(finance), by=coordinator).code for _ in range(2)]
        assert codes == [f"{draft.memorandum.code}-01", f"{draft.memorandum.code}-02"]
        assert {measure.kind for measure in draft.measures.all()} == {"SANCTION"}

    def test_a_change_replaces_units_and_bases(
        self, ready: MemorandumVersion, finance: Unit, lead: Unit, coordinator: Actor
    ) -> None:
        measure = ready.measures.get()
        change_measure(measure=measure, clause=clause(lead, assists=[finance], bases=[("另法", "")]), by=coordinator)
        assert {(part.unit, part.role) for part in measure.responsibilities.all()} == {
            (lead, "APPLIES"),
            (finance, "ASSISTS"),
        }
        assert [str(basis) for basis in measure.bases.all()] == ["《另法》"]

    def test_a_measure_that_was_taken_out_meanwhile_does_not_come_back(
        self, ready: MemorandumVersion, finance: Unit, coordinator: Actor
    ) -> None:
        measure = ready.measures.get()
        remove_measure(measure=ready.measures.get(), by=coordinator)
        with pytest.raises(NotFound):
            change_measure(measure=measure, clause=clause(finance), by=coordinator)
        assert not ready.measures.exists()

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"category": MeasureCategory.GREEN_CHANNEL}, "not_of_this_memorandum"),
            ({"category": MeasureCategory.GREEN_CHANNEL, "severity": Severity.SEVERE}, "not_of_this_memorandum"),
        ],
    )
    def test_a_memorandum_of_sanctions_has_no_rewards(
        self, draft: MemorandumVersion, finance: Unit, coordinator: Actor, fields: dict[str, Any], code: str
    ) -> None:
        with pytest.raises(InvalidInput) as refusal:
            add_measure(version=draft, clause=clause(finance, **fields), by=coordinator)
        assert refusal.value.code == code

    def test_a_reward_is_not_severe(self, coordinator: Actor, finance: Unit) -> None:
        mixed = open_memorandum(title="x", document_number="x", kind="", lead_units=[finance], by=coordinator)
        severe = clause(finance, category=MeasureCategory.GREEN_CHANNEL, severity=Severity.SEVERE)
        with pytest.raises(InvalidInput) as refusal:
            add_measure(version=mixed, clause=severe, by=coordinator)
        assert refusal.value.code == "severe_is_for_sanctions"

    def test_a_law_names_a_unit_that_has_a_part(
        self, draft: MemorandumVersion, finance: Unit, lead: Unit, coordinator: Actor
    ) -> None:
        with pytest.raises(InvalidInput) as refusal:
            add_measure(version=draft, clause=clause(finance, exceptions={lead: "某法"}), by=coordinator)
        assert refusal.value.code == "exception_of_nobody"

    def test_what_was_circulated_is_not_changed(
        self, ready: MemorandumVersion, finance: Unit, coordinator: Actor
    ) -> None:
        circulate_version(ready, by=coordinator)
        measure = ready.measures.get()
        for act in (
            lambda: add_measure(version=ready, clause=clause(finance), by=coordinator),
            lambda: change_measure(measure=measure, clause=clause(finance), by=coordinator),
            lambda: remove_measure(measure=measure, by=coordinator),
        ):
            with pytest.raises(DomainError) as refusal:
                act()
            assert refusal.value.code == "version_is_settled"

    def test_the_database_keeps_measures_that_were_circulated(
        self, ready: MemorandumVersion, coordinator: Actor
    ) -> None:
        measure = ready.measures.get()
        circulate_version(ready, by=coordinator)
        with pytest.raises(InternalError, match="never deleted"), transaction.atomic():
            measure.delete()
        take_back_version(ready, by=coordinator, reason="有单位提出意见")
        remove_measure(measure=measure, by=coordinator)
        assert not ready.measures.exists()

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"kind": "REWARD"}, "measure_category_is_of_its_kind"),
            ({"kind": "REWARD", "category": "PROMOTION", "severity": "SEVERE"}, "severe_measure_is_a_sanction"),
        ],
    )
    def test_the_database_holds_kind_category_and_severity_together(
        self, ready: MemorandumVersion, fields: dict[str, Any], constraint: str
    ) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Measure.objects.filter(version=ready).update(**fields)

    def test_a_code_stands_once_in_a_version(self, ready: MemorandumVersion) -> None:
        measure = ready.measures.get()
        measure.pk, measure._state.adding = None, True
        with pytest.raises(IntegrityError, match="measure_code_is_unique_in_its_version"), transaction.atomic():
            measure.save()


class TestCirculation:
    def test_every_unit_with_a_part_owes_a_receipt(
        self, ready: MemorandumVersion, finance: Unit, lead: Unit, coordinator: Actor
    ) -> None:
        unit("stranger", is_city_unit=False)
        circulate_version(ready, by=coordinator)
        owed = MemorandumReceipt.objects.owed()
        assert {receipt.unit for receipt in owed} == {finance, lead}
        assert all(receipt.due_on > clock.today() for receipt in owed)

    @pytest.mark.parametrize("act", [circulate_version, lambda version, by: put_version_in_force(version, by=SYSTEM)])
    def test_a_measure_without_a_basis_stops_it_by_name(
        self, ready: MemorandumVersion, finance: Unit, coordinator: Actor, act: Any
    ) -> None:
        ready.valid_from = date(2018, 1, 1)
        ready.save()
        bare = add_measure(version=ready, clause=clause(finance, content="限制融资", bases=[]), by=coordinator)
        with pytest.raises(DomainError) as refusal:
            act(ready, by=coordinator)
        assert (refusal.value.code, refusal.value.details["measures"]) == ("measure_without_basis", [bare.code])
        assert "限制融资" in str(refusal.value)
        change_measure(measure=bare, clause=clause(finance), by=coordinator)
        act(ready, by=coordinator)

    def test_a_version_without_measures_or_with_one_of_nobody_is_not_circulated(
        self, draft: MemorandumVersion, coordinator: Actor
    ) -> None:
        with pytest.raises(DomainError) as refusal:
            circulate_version(draft, by=coordinator)
        assert refusal.value.code == "no_measures"
        add_measure(version=draft, clause=clause(), by=coordinator)
        with pytest.raises(DomainError) as refusal:
            circulate_version(draft, by=coordinator)
        assert refusal.value.code == "measure_without_unit"

    def test_a_unit_confirms_once_and_nobody_for_it(
        self, ready: MemorandumVersion, finance: Unit, lead: Unit, coordinator: Actor
    ) -> None:
        circulate_version(ready, by=coordinator)
        own = MemorandumReceipt.objects.get(unit=finance)
        clerk, stranger = person("clerk", Role.CLERK, finance), person("stranger", Role.CLERK, lead)
        with pytest.raises(NotFound):
            confirm_receipt(own, by=stranger)
        with pytest.raises(NotAllowed):
            confirm_receipt(own, by=coordinator)
        confirmed = confirm_receipt(own, by=clerk)
        assert (confirmed.received_by, confirmed.received_at is not None) == (clerk.user, True)
        assert [receipt.unit for receipt in MemorandumReceipt.objects.owed()] == [lead]
        with pytest.raises(DomainError) as refusal:
            confirm_receipt(own, by=clerk)
        assert refusal.value.code == "already_received"
        assert [receipt.unit for receipt in MemorandumReceipt.objects.visible_to(clerk)] == [finance]

    def test_what_was_taken_back_is_owed_anew_when_it_goes_round_again(
        self, ready: MemorandumVersion, finance: Unit, coordinator: Actor
    ) -> None:
        clerk = person("clerk", Role.CLERK, finance)
        circulate_version(ready, by=coordinator)
        first = MemorandumReceipt.objects.get(unit=finance)
        confirm_receipt(first, by=clerk)
        with pytest.raises(InvalidInput):
            take_back_version(ready, by=coordinator, reason=" ")
        take_back_version(ready, by=coordinator, reason="有单位提出意见")
        assert not MemorandumReceipt.objects.owed().exists()
        circulate_version(ready, by=coordinator)
        assert MemorandumReceipt.objects.owed().filter(unit=finance).exclude(pk=first.pk).exists()
        first.refresh_from_db()
        assert first.received_at is not None

    def test_nothing_is_confirmed_after_it_was_taken_back(
        self, ready: MemorandumVersion, finance: Unit, coordinator: Actor
    ) -> None:
        circulate_version(ready, by=coordinator)
        take_back_version(ready, by=coordinator, reason="有单位提出意见")
        with pytest.raises(DomainError) as refusal:
            confirm_receipt(MemorandumReceipt.objects.get(unit=finance), by=person("clerk", Role.CLERK, finance))
        assert refusal.value.code == "circulation_over"

    def test_what_lapses_later_is_confirmed_until_its_last_day_is_over(
        self, ready: MemorandumVersion, finance: Unit, coordinator: Actor
    ) -> None:
        """As its measures apply until then; a version that ended because the next began is owed nothing after."""
        last = clock.today() + timedelta(days=3)
        lapse_version(in_force(ready, coordinator), last_day=last, by=coordinator, reason="废止")
        own, clerk = MemorandumReceipt.objects.get(unit=finance), person("clerk", Role.CLERK, finance)
        assert MemorandumReceipt.objects.owed().count() == 2
        with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
            assert not MemorandumReceipt.objects.owed().exists()
            with pytest.raises(DomainError) as refusal:
                confirm_receipt(own, by=clerk)
            assert refusal.value.code == "circulation_over"
            MemorandumVersion.objects.update(state=VersionState.IN_FORCE)
            assert not MemorandumReceipt.objects.owed().exists()
        with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
            assert confirm_receipt(own, by=clerk).received_at is not None

    def test_the_database_keeps_receipts_whole(self, ready: MemorandumVersion, coordinator: Actor) -> None:
        circulate_version(ready, by=coordinator)
        with pytest.raises(IntegrityError, match="memorandum_receipt_names_time_and_person"), transaction.atomic():
            MemorandumReceipt.objects.update(received_at=clock.now())
        with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
            MemorandumReceipt.objects.all().delete()


class TestInForce:
    def test_it_comes_into_force_by_date_whoever_has_not_confirmed(
        self, ready: MemorandumVersion, coordinator: Actor
    ) -> None:
        day = clock.today() + timedelta(days=10)
        version = in_force(ready, coordinator, day)
        memoranda = Memorandum.objects.filter(pk=ready.memorandum_id)
        assert version.state == VersionState.IN_FORCE
        assert not measures_for(memoranda, on=day - timedelta(days=1)).exists()
        assert measures_for(memoranda, on=day).count() == 1
        assert MemorandumReceipt.objects.owed().count() == 2
        assert [move.name for move in version.moves.all()] == ["circulate", "put_in_force"]

    def test_a_draft_is_circulated_first(self, ready: MemorandumVersion, coordinator: Actor) -> None:
        with pytest.raises(DomainError) as refusal:
            put_version_in_force(ready, by=coordinator, valid_from=clock.today())
        assert refusal.value.code == "move_not_open"

    def test_the_first_day_is_given_and_not_past(self, ready: MemorandumVersion, coordinator: Actor) -> None:
        circulate_version(ready, by=coordinator)
        for day, code in ((None, "first_day_missing"), (clock.today() - timedelta(days=1), "first_day_past")):
            with pytest.raises(InvalidInput) as refusal:
                put_version_in_force(ready, by=coordinator, valid_from=day)
            assert refusal.value.code == code

    def test_what_is_in_force_is_not_put_in_force_again(self, ready: MemorandumVersion, coordinator: Actor) -> None:
        version = in_force(ready, coordinator)
        for act in (
            lambda: circulate_version(version, by=coordinator),
            lambda: take_back_version(version, by=coordinator, reason="x"),
            lambda: put_version_in_force(version, by=coordinator, valid_from=clock.today()),
        ):
            with pytest.raises(DomainError):
                act()

    def test_the_system_takes_over_what_was_signed_before(self, ready: MemorandumVersion) -> None:
        ready.valid_from = date(2018, 1, 1)
        ready.save()
        version = put_version_in_force(ready, by=SYSTEM)
        assert [move.name for move in version.moves.all()] == ["take_over"]

    def test_the_database_refuses_two_versions_in_force_at_once(
        self, ready: MemorandumVersion, coordinator: Actor
    ) -> None:
        in_force(ready, coordinator)
        with pytest.raises(IntegrityError, match="memorandum_versions_in_force_do_not_overlap"), transaction.atomic():
            MemorandumVersion.objects.create(
                memorandum=ready.memorandum, number=2, state=VersionState.IN_FORCE, valid_from=date(2030, 7, 1)
            )

    def test_a_lapsed_version_was_in_force_until_its_last_day(
        self, ready: MemorandumVersion, coordinator: Actor
    ) -> None:
        version, today = in_force(ready, coordinator), clock.today()
        with pytest.raises(InvalidInput):
            lapse_version(version, last_day=today, by=coordinator, reason=" ")
        with pytest.raises(InvalidInput):
            lapse_version(version, last_day=today - timedelta(days=1), by=coordinator, reason="国家文件废止")
        with time_machine.travel(clock.now() + timedelta(days=3), tick=False), pytest.raises(InvalidInput) as refusal:
            lapse_version(version, last_day=today + timedelta(days=2), by=coordinator, reason="国家文件废止")
        assert (refusal.value.code, refusal.value.field) == ("last_day_past", "last_day")
        lapse_version(version, last_day=today, by=coordinator, reason="国家文件废止")
        assert MemorandumVersion.objects.in_force(today).exists()
        assert not MemorandumVersion.objects.in_force(today + timedelta(days=1)).exists()
        assert MemorandumReceipt.objects.owed().exists()
        with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
            assert not MemorandumReceipt.objects.owed().exists()

    def test_its_page_says_what_the_days_say(
        self, ready: MemorandumVersion, coordinator: Actor, client: Client
    ) -> None:
        """Lapsed by decision, it applies until its last day; one in force may have seen its last day already."""
        client.force_login(cast(User, coordinator.user), backend="django.contrib.auth.backends.ModelBackend")
        version, today = in_force(ready, coordinator), clock.today()
        address = reverse("memorandum", args=[version.memorandum.number, version.number])
        assert client.get(address).context["standing"] == ""
        lapse_version(version, last_day=today, by=coordinator, reason="国家文件废止")
        assert client.get(address).context["standing"] == gettext("Its measures apply until its last day is over.")
        with time_machine.travel(clock.now() + timedelta(days=1)):
            client.force_login(cast(User, coordinator.user), backend="django.contrib.auth.backends.ModelBackend")
            assert client.get(address).context["standing"] == ""


class TestRevision:
    def test_it_says_what_the_last_version_says_and_ends_it(
        self, ready: MemorandumVersion, finance: Unit, coordinator: Actor
    ) -> None:
        first = in_force(ready, coordinator)
        revision = revise_memorandum(first.memorandum, note="国家修订", by=coordinator)
        old, new = first.measures.get(), revision.measures.get()
        assert (revision.number, new.code, new.pk != old.pk) == (2, old.code, True)
        assert list(new.bases.all()) == list(old.bases.all())
        assert [part.unit for part in new.responsibilities.all()] == [finance]
        day = clock.today() + timedelta(days=5)
        in_force(revision, coordinator, day)
        numbers = [MemorandumVersion.objects.in_force(on).get().number for on in (day - timedelta(days=1), day)]
        assert numbers == [1, 2]

    def test_a_memorandum_has_one_version_in_preparation(self, ready: MemorandumVersion, coordinator: Actor) -> None:
        with pytest.raises(DomainError) as refusal:
            revise_memorandum(ready.memorandum, note="x", by=coordinator)
        assert refusal.value.code == "version_in_preparation"
        with pytest.raises(InvalidInput):
            revise_memorandum(ready.memorandum, note=" ", by=coordinator)
        with pytest.raises(IntegrityError, match="memorandum_has_one_version_in_preparation"), transaction.atomic():
            MemorandumVersion.objects.create(memorandum=ready.memorandum, number=2)

    def test_heirs_stand_in_place_of_units_that_ended(
        self, ready: MemorandumVersion, finance: Unit, lead: Unit, coordinator: Actor
    ) -> None:
        first = in_force(ready, coordinator)
        finance.valid_to, finance.successor = clock.today() - timedelta(days=1), lead
        finance.save()
        revision = revise_memorandum(first.memorandum, note="机构改革", by=coordinator)
        assert [part.unit for part in revision.measures.get().responsibilities.all()] == [lead]

    def test_what_changed_is_told(self, ready: MemorandumVersion, finance: Unit, coordinator: Actor) -> None:
        kept = ready.measures.get()
        dropped = add_measure(version=ready, clause=clause(finance, content="取消优惠"), by=coordinator)
        first = in_force(ready, coordinator)
        assert changes_of(first) is None
        revision = revise_memorandum(first.memorandum, note="国家修订", by=coordinator)
        same = changes_of(revision)
        assert same is not None
        assert (same.new, same.changed, same.dropped) == (frozenset(), frozenset(), [])
        change_measure(
            measure=revision.measures.get(code=kept.code), clause=clause(finance, bases=[("新法", "")]), by=coordinator
        )
        remove_measure(measure=revision.measures.get(code=dropped.code), by=coordinator)
        new = add_measure(version=revision, clause=clause(finance, content="另一措施"), by=coordinator)
        found = changes_of(revision)
        assert found is not None
        assert (found.since, found.new, found.changed) == (1, frozenset({new.code}), frozenset({kept.code}))
        assert [measure.code for measure in found.dropped] == [dropped.code]
        assert new.code != dropped.code


@pytest.mark.django_db
def test_the_database_refuses_rule_profiles_that_overlap() -> None:
    RuleProfile.objects.create(code="x", title="x", legal_basis="x", valid_from=date(2020, 1, 1))
    with pytest.raises(IntegrityError, match="rule_profiles_of_one_code_do_not_overlap"), transaction.atomic():
        RuleProfile.objects.create(code="x", title="x", legal_basis="x", valid_from=date(2021, 1, 1))
    RuleProfile.objects.create(
        code="x", title="x", legal_basis="x", valid_from=date(2019, 1, 1), valid_to=date(2019, 12, 31)
    )


@pytest.mark.django_db
def test_a_basis_is_kept_once(coordinator: Actor, ready: MemorandumVersion, finance: Unit) -> None:
    add_measure(version=ready, clause=clause(finance), by=coordinator)
    assert LegalBasis.objects.count() == 1


@pytest.mark.django_db
def test_a_rule_profile_is_never_deleted() -> None:
    """The rule of a term carries no foreign key of the database (ADR 9)."""
    rule = RuleProfile.objects.create(code="x", title="x", legal_basis="x", valid_from=date(2020, 1, 1))
    with pytest.raises(InternalError, match="Cannot delete"):
        RuleProfile.objects.filter(pk=rule.pk)._raw_delete("default")
