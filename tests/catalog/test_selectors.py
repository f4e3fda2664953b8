from datetime import date

import pytest

from catalog.enums import MeasureCategory, MeasureKind, VersionState
from catalog.models import CalendarDay, LegalBasis, Measure, MeasureResponsibility, Memorandum, MemorandumVersion
from catalog.selectors import measures_for, responsible_units, work_calendar
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.selectors import current_holders

TODAY = date(2026, 11, 24)


def _unit(code, **fields):
    return Unit.objects.create(code=code, name=code, kind="ADMINISTRATION", source="test", **fields)


def _names(units):
    return sorted(unit.name for unit in units)


@pytest.fixture
def memorandum(db):
    memorandum = Memorandum.objects.create(number=40, code="m40", title="t", document_number="n", source="test")
    MemorandumVersion.objects.create(
        memorandum=memorandum, number=1, state=VersionState.IN_FORCE, valid_from=date(2018, 1, 1)
    )
    return memorandum


@pytest.fixture
def make_measure(memorandum):
    def make(code, *units, has_basis=True, **fields):
        measure = Measure.objects.create(
            version=memorandum.versions.get(),
            code=code,
            clause="1",
            content=code,
            kind=MeasureKind.SANCTION,
            category=MeasureCategory.ADMINISTRATIVE,
            source="test",
            **fields,
        )
        for unit in units:
            MeasureResponsibility.objects.create(measure=measure, unit=unit)
        if has_basis:
            measure.bases.add(LegalBasis.objects.get_or_create(title="法", article="第一条")[0])
        return measure

    return make


def test_a_measure_without_a_basis_is_never_returned(memorandum, make_measure):
    make_measure("bare", has_basis=False)
    sound = make_measure("sound")
    assert list(measures_for([memorandum], on=TODAY)) == [sound]


def test_measures_are_in_force_by_the_dates_of_their_version(memorandum, make_measure):
    make_measure("one")
    version = memorandum.versions.get()
    version.valid_to = date(2020, 12, 31)
    version.save()
    assert measures_for([memorandum], on=date(2018, 1, 1)).count() == 1
    assert measures_for([memorandum], on=date(2020, 12, 31)).count() == 1
    assert measures_for([memorandum], on=date(2017, 12, 31)).count() == 0
    assert measures_for([memorandum], on=date(2021, 1, 1)).count() == 0
    version.state, version.valid_to = VersionState.DRAFT, None
    version.save()
    assert measures_for([memorandum], on=TODAY).count() == 0


def test_a_unit_sees_its_own_measures_only(memorandum, make_measure):
    own, other = _unit("own"), _unit("other")
    mine, theirs, everybodys = make_measure("a", own), make_measure("b", other), make_measure("c", by_all_units=True)
    assert list(measures_for([memorandum], on=TODAY, unit=own)) == [mine, everybodys]
    assert list(measures_for([memorandum], on=TODAY, unit=other)) == [theirs, everybodys]


def test_for_all_units_concerned_means_the_active_units_of_the_city(memorandum, make_measure):
    measure = make_measure("a", by_all_units=True)
    city, district = _unit("city"), _unit("district", is_city_unit=False)
    ended, coming = _unit("ended", valid_to=date(2018, 12, 31)), _unit("coming", valid_from=date(2027, 1, 1))
    assert _names(responsible_units(Measure.objects.all(), TODAY)) == ["city"]
    assert list(measures_for([memorandum], on=TODAY, unit=city)) == [measure]
    for unit in (district, ended, coming):
        assert list(measures_for([memorandum], on=TODAY, unit=unit)) == []


def test_responsibility_passes_down_the_line_of_successors(memorandum, make_measure):
    third = _unit("third", valid_from=date(2023, 7, 20))
    second = _unit("second", valid_from=date(2019, 1, 1), valid_to=date(2023, 7, 19), successor=third)
    first = _unit("first", valid_to=date(2018, 12, 31), successor=second)
    measure = make_measure("a", first)
    for on, holder in [(date(2018, 12, 31), first), (date(2019, 1, 1), second), (TODAY, third)]:
        assert list(responsible_units(Measure.objects.all(), on)) == [holder]
        assert list(measures_for([memorandum], on=on, unit=holder)) == [measure]
        for other in {first, second, third} - {holder}:
            assert list(measures_for([memorandum], on=on, unit=other)) == []


def test_two_predecessors_make_one_responsible_unit(memorandum, make_measure):
    heir = _unit("heir", valid_from=date(2019, 1, 1))
    old = [_unit(name, valid_to=date(2018, 12, 31), successor=heir) for name in ("a", "b")]
    measure = make_measure("m", *old)
    assert list(responsible_units(Measure.objects.all(), TODAY)) == [heir]
    assert list(measures_for([memorandum], on=TODAY, unit=heir)) == [measure]


def test_a_unit_without_an_heir_and_a_circle_answer_for_nothing(make_measure):
    childless = _unit("childless", valid_to=date(2018, 12, 31))
    one = _unit("one", valid_to=date(2018, 12, 31))
    other = _unit("other", valid_to=date(2018, 12, 31), successor=one)
    one.successor = other
    one.save()
    make_measure("a", childless, one, other)
    assert list(responsible_units(Measure.objects.all(), TODAY)) == []
    assert current_holders(TODAY) == {}


@pytest.mark.django_db
def test_the_citys_own_days_are_in_the_calendar():
    assert work_calendar().is_working_day(date(2026, 11, 3))
    CalendarDay.objects.create(on=date(2026, 11, 3), is_working=False, source="test")
    assert work_calendar().due_on(date(2026, 11, 2), 1).on == date(2026, 11, 4)
