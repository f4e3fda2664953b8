"""What a unit is decides what it sees and may answer: in screening, in the feed, in feedback (P §三(二)1–3)."""

from typing import Any

import pytest

from catalog.enums import MeasureCategory
from catalog.models import LegalBasis, Measure, MeasureResponsibility
from jinan_credit.accounts.actors import Actor, actor_of
from jinan_credit.accounts.enums import DataProfile, Role
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.selectors import cooperations, followed_lists
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput
from lists.models import Entry
from lists.selectors import cooperating_units, lists_for_unit
from sanctions.enums import Outcome, PartyKind, ScreeningResult
from sanctions.models import Execution, Screening, UnitTask
from sanctions.rules import Matter, Party
from sanctions.selectors.screenings import found_entries
from sanctions.services.executions import Report, answer_hit
from sanctions.services.screenings import screen
from tests.cast import Cast, make_user, publish_one


@pytest.fixture
def bank(cast: Cast) -> Unit:
    return Unit.objects.create(code="bank", name="测试银行", kind="BANK", data_profile="MASKED", is_city_unit=False)


@pytest.fixture
def teller(bank: Unit) -> Actor:
    return actor_of(make_user("teller", bank, Role.CLERK))


def duty(cast: Cast, unit: Unit, category: MeasureCategory, **fields: Any) -> Measure:
    """A measure in force, as an earlier release or raw SQL may have left it: no service looked at it."""
    measure = Measure.objects.create(
        version=cast.ban.version,
        code=f"t-{category.lower()}",
        clause="9",
        content=str(category.label),
        kind="SANCTION",
        category=category,
        source="test",
    )
    measure.bases.add(LegalBasis.objects.get())
    MeasureResponsibility.objects.create(measure=measure, unit=unit, **fields)
    return measure


def look_up(entry: Entry, by: Actor) -> Screening:
    party = Party(kind=PartyKind.ORGANISATION, code=entry.subject.code or "")
    return screen(party=party, matter=Matter("贷款审批"), purpose="贷前审查", by=by)


def test_a_bank_applies_market_measures_with_the_same_feedback(cast: Cast, bank: Unit, teller: Actor) -> None:
    refuse = duty(cast, bank, MeasureCategory.MARKET)
    entry = publish_one(cast)
    assert list(lists_for_unit(bank)) == [cast.black]
    assert UnitTask.objects.filter(unit=bank, publication=entry.last_publication_id).exists()
    screening = look_up(entry, teller)
    (found,) = found_entries(screening, DataProfile.MASKED)
    assert [measure.id for measure in found.measures] == [refuse.pk]
    report = Report(outcome=Outcome.APPLIED, performed_on=clock.today(), measures=[refuse.pk])
    execution = answer_hit(hit=found.hit, report=report, by=teller)
    assert Execution.objects.visible_to(cast.actor("clerk")).filter(pk=execution.pk).exists()


def test_what_its_kind_may_not_apply_is_neither_shown_nor_taken_as_an_answer(
    cast: Cast, bank: Unit, teller: Actor
) -> None:
    market, ban = duty(cast, bank, MeasureCategory.MARKET), duty(cast, bank, MeasureCategory.OTHER_SANCTION)
    screening = look_up(publish_one(cast), teller)
    (found,) = found_entries(screening, DataProfile.MASKED)
    assert [measure.id for measure in found.measures] == [market.pk]
    (followed,) = followed_lists(bank)
    assert [measure["id"] for measure in followed.measures] == [market.pk]
    report = Report(outcome=Outcome.APPLIED, performed_on=clock.today(), measures=[ban.pk])
    with pytest.raises(InvalidInput) as refusal:
        answer_hit(hit=found.hit, report=report, by=teller)
    assert refusal.value.code == "measure_not_own"


@pytest.mark.parametrize("law", ["", "商业银行法第四十条"])
def test_an_administrative_measure_concerns_a_bank_only_by_a_law_that_it_names(
    cast: Cast, bank: Unit, teller: Actor, law: str
) -> None:
    duty(cast, bank, MeasureCategory.ADMINISTRATIVE, exception_basis=law)
    is_by_law = bool(law)
    assert lists_for_unit(bank).exists() == is_by_law
    assert cooperating_units(cast.black).filter(pk=bank.pk).exists() == is_by_law
    assert ((bank.pk, cast.black.pk) in cooperations()) == is_by_law
    screening = look_up(publish_one(cast), teller)
    assert screening.result == (ScreeningResult.HIT if is_by_law else ScreeningResult.UNKNOWN)


def test_a_bank_is_none_of_the_citys_units_concerned(cast: Cast, bank: Unit) -> None:
    for_all = duty(cast, cast.finance, MeasureCategory.MARKET)
    for_all.by_all_units = True
    for_all.save()
    for unit in (bank, cast.commission):
        unit.is_city_unit = True
        unit.save()
    assert list(lists_for_unit(cast.commission)) == [cast.black]
    assert not lists_for_unit(bank).exists()
    assert (bank.pk, cast.black.pk) not in cooperations()


def test_a_unit_that_becomes_another_kind_loses_what_is_not_its_own_any_more(cast: Cast) -> None:
    assert lists_for_unit(cast.transport).filter(pk=cast.black.pk).exists()
    Unit.objects.filter(pk=cast.transport.pk).update(kind="PLATFORM", data_profile="MASKED")
    cast.transport.refresh_from_db()
    assert not lists_for_unit(cast.transport).exists()
    assert not {unit_id for unit_id, _list_id in cooperations()} & {cast.transport.pk}
