"""Who may apply what: the table, and what asks it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from catalog.enums import SANCTIONS, MeasureCategory
from catalog.models import Measure, MeasureResponsibility, Memorandum
from catalog.rules import PARTS, is_concerned, may_apply, most_data
from catalog.selectors import exceptions_in_force, measures_for, responsible_units, unlawful_parts
from catalog.services.load_reference import load_reference
from jinan_credit.accounts.enums import AUTHORITIES, DataProfile, UnitKind
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock

PRIVATE = [kind for kind in UnitKind if kind not in AUTHORITIES]


def test_every_kind_has_its_row_and_an_unknown_one_none():
    assert set(PARTS) == set(UnitKind)
    assert not may_apply("", MeasureCategory.MARKET)


@pytest.mark.parametrize("kind", UnitKind)
def test_administrative_constraint_is_for_administrations(kind):
    """P §三(二)1; a court, or anyone else, only by a law that the measure names."""
    is_administration = kind in (UnitKind.ADMINISTRATION, UnitKind.CUSTOMS, UnitKind.DISTRICT)
    assert may_apply(kind, MeasureCategory.ADMINISTRATIVE) == is_administration
    assert may_apply(kind, MeasureCategory.ADMINISTRATIVE, "某法第一条")


@pytest.mark.parametrize(
    ("kind", "sanctions"),
    [
        (UnitKind.ASSOCIATION, {MeasureCategory.INDUSTRY, MeasureCategory.SOCIAL}),
        (UnitKind.BANK, {MeasureCategory.MARKET}),
        (UnitKind.CREDIT_BUREAU, {MeasureCategory.MARKET}),
        (UnitKind.PLATFORM, {MeasureCategory.MARKET}),
    ],
)
def test_units_that_are_no_authority_apply_market_and_industry_constraint(kind, sanctions):
    """P §三(二)2–4."""
    assert {category for category in SANCTIONS if may_apply(kind, category)} == sanctions
    assert not any(is_concerned(kind, category) for category in MeasureCategory)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", UnitKind)
def test_the_database_gives_document_numbers_to_authorities_alone(kind):
    Unit.objects.create(code="masked", name="m", kind=kind, data_profile=DataProfile.MASKED)
    if most_data(kind) == DataProfile.FULL:
        Unit.objects.create(code="full", name="f", kind=kind, data_profile=DataProfile.FULL)
        return
    with pytest.raises(IntegrityError, match="only_authorities_get_document_numbers"), transaction.atomic():
        Unit.objects.create(code="full", name="f", kind=kind, data_profile=DataProfile.FULL)


class TestReferenceData:
    def test_what_the_files_say_is_lawful_and_its_exceptions_name_a_law(self, reference):
        assert unlawful_parts(Measure.objects.all()) == []
        excepted = {part.unit.name for part in exceptions_in_force(date(2017, 7, 1))}
        assert {"市委网信办", "市中级人民法院", "市委组织部", "市总工会"} <= excepted
        assert (
            not MeasureResponsibility.objects.filter(exception_basis="")
            .filter(unit__kind=UnitKind.COURT, measure__category=MeasureCategory.ADMINISTRATIVE)
            .exists()
        )

    def test_for_all_units_concerned_leaves_courts_out_of_administrative_constraint(self, reference):
        court, today = Unit.objects.get(name="市中级人民法院"), clock.today()
        plan = Memorandum.objects.filter(number=0)
        own = measures_for(plan, on=today, unit=court)
        assert own.filter(by_all_units=True, category=MeasureCategory.MARKET).exists()
        assert not own.filter(category=MeasureCategory.ADMINISTRATIVE).exists()
        everywhere = Measure.objects.filter(code="m00-sanction-1-02")
        assert (
            not responsible_units(everywhere, today)
            .exclude(kind=UnitKind.ADMINISTRATION)
            .exclude(kind=UnitKind.CUSTOMS)
            .exists()
        )

    def test_an_exception_that_a_file_takes_back_is_gone_at_the_next_loading(self, reference):
        part = MeasureResponsibility.objects.filter(measure__code="m14-19", unit__name="市委网信办")
        part.update(exception_basis="另一依据")
        assert load_reference().changes == 1
        assert "国发〔2014〕33号" in part.get().exception_basis

    @pytest.mark.parametrize("kind", PRIVATE)
    def test_a_new_private_unit_has_no_part_by_itself(self, reference, kind):
        unit = Unit.objects.create(code="new", name="新单位", kind=kind, data_profile=DataProfile.MASKED)
        assert not measures_for(Memorandum.objects.all(), on=clock.today(), unit=unit).exists()
