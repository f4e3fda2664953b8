from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinan_credit.kernel.workdays import DueDate, WorkCalendar, last_known_year

CALENDAR = WorkCalendar({})
days = st.dates(date(2017, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 4), True),  # Sunday, make-up day
        (date(2026, 2, 14), True),  # Saturday, make-up day
        (date(2026, 2, 16), False),  # Monday, Spring Festival
        (date(2026, 2, 28), True),  # Saturday, make-up day
        (date(2026, 9, 20), True),  # Sunday, make-up day
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # Saturday, make-up day
        (date(2026, 10, 17), False),  # ordinary Saturday
        (date(2026, 10, 19), True),
    ],
)
def test_make_up_days_and_holidays_of_2026(day, works):
    assert CALENDAR.is_working_day(day) is works


def test_the_day_after_receipt_is_day_one():
    assert CALENDAR.due_on(date(2026, 11, 2), 3) == DueDate(date(2026, 11, 5), provisional=False)


def test_a_limit_over_the_spring_festival_counts_make_up_days():
    assert CALENDAR.due_on(date(2026, 2, 13), 3).on == date(2026, 2, 25)


def test_receipt_on_a_holiday_is_like_receipt_on_the_last_day_of_it():
    assert CALENDAR.due_on(date(2026, 10, 3), 1) == CALENDAR.due_on(date(2026, 10, 7), 1)


def test_a_limit_of_no_days_ends_on_the_day_itself():
    assert CALENDAR.due_on(date(2026, 10, 3), 0).on == date(2026, 10, 3)


def test_before_the_first_holiday_plan_every_weekday_works():
    assert [CALENDAR.is_working_day(date(1999, 1, day)) for day in (1, 2, 4)] == [True, False, True]
    assert not CALENDAR.due_on(date(1999, 1, 1), 3).provisional


def test_beyond_the_last_holiday_plan_a_date_is_provisional():
    last_day = date(last_known_year(), 12, 31)
    due = CALENDAR.due_on(last_day, 5)
    assert due.provisional
    assert due.on.weekday() < 5
    assert not CALENDAR.due_on(last_day - timedelta(days=60), 5).provisional


def test_the_citys_own_decision_wins_and_makes_a_day_certain():
    new_year = date(last_known_year() + 1, 1, 1)
    calendar = WorkCalendar({new_year: False, date(2026, 11, 3): False})
    assert not calendar.is_working_day(new_year)
    assert not calendar.is_provisional(new_year)
    assert calendar.due_on(date(2026, 11, 2), 1).on == date(2026, 11, 4)


@given(days, st.integers(1, 30))
def test_a_due_date_is_a_working_day_that_many_working_days_later(received_on, limit):
    due = CALENDAR.due_on(received_on, limit)
    assert CALENDAR.is_working_day(due.on)
    assert CALENDAR.working_days_between(received_on, due.on) == limit


@given(days, st.integers(0, 90))
def test_days_left_and_days_overdue_are_the_same_count(one, apart):
    other = one + timedelta(days=apart)
    assert CALENDAR.working_days_between(one, other) == -CALENDAR.working_days_between(other, one)
