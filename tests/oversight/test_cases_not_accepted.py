"""A case that is not accepted is concluded on the day on which that was said: late, it does not leave the figures."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.kernel import clock
from jinan_credit.oversight.enums import CaseSort
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.selectors.cases import CaseFigures, case_figures, case_rows, case_total
from lists.enums import DishonestyClass
from objections.services import objections
from objections.services.days import keep_days as keep_days_of_objections
from repair.services import applications as repairs
from repair.services.days import keep_days as keep_days_of_repairs
from tests.cast import Cast, publish_one
from tests.repair.conftest import PLEA

RECEIVED = date(2026, 11, 2)  # a Monday: both kinds are to be accepted, or an objection decided, by Thursday


class Desk:
    """Objections and repairs under the same words."""

    def __init__(self, cast: Cast, sort: str) -> None:
        self.cast, self.sort, self.by = cast, sort, cast.actor("clerk")

    def receive(self, seed: int = 1) -> Any:
        entry = publish_one(self.cast, seed=seed, dishonesty_class=DishonestyClass.MINOR)
        applicant = Applicant("测试企业", Relation.SELF, str(entry.subject.code), "0531")
        if self.sort == CaseSort.OBJECTION:
            given = {"grounds": "OTHER", "statement": "异议"}
            return objections.submit_objection(entry=entry, applicant=applicant, by=SYSTEM, **given).objection
        return repairs.submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM).application

    def not_accept(self, case: Any) -> None:
        if self.sort == CaseSort.OBJECTION:
            objections.not_accept_objection(objection=case, by=self.by, reason="无关")
        else:
            repairs.not_accept_repair(application=case, by=self.by, reason="无关")

    def ask(self, case: Any) -> None:
        if self.sort == CaseSort.OBJECTION:
            objections.ask_supplement(objection=case, by=self.by, reason="请补充")
        else:
            repairs.ask_supplement(application=case, by=self.by, reason="请补充")

    def keep_days(self) -> None:
        (keep_days_of_objections if self.sort == CaseSort.OBJECTION else keep_days_of_repairs)()

    def total(self) -> CaseFigures:
        return case_total(self.sort, scope())


def scope() -> Scope:
    return Scope(RECEIVED, RECEIVED + timedelta(days=60))


def on(day: int) -> time_machine.travel:
    return time_machine.travel(clock.start_of(date(2026, 11, day)) + timedelta(hours=10), tick=False)


@pytest.fixture(params=CaseSort.values)
def desk(cast: Cast, request: pytest.FixtureRequest) -> Desk:
    return Desk(cast, request.param)


@pytest.mark.parametrize(("day", "in_time", "median"), [(5, 1, 3), (6, 0, 4)])
def test_its_conclusion_is_held_against_the_day_of_acceptance(desk: Desk, day: int, in_time: int, median: int) -> None:
    with on(2):
        case = desk.receive()
    with on(day):
        desk.not_accept(case)
        found = desk.total()
    assert (found.received, found.decided, found.decided_in_time, found.overdue) == (1, 1, in_time, 0)
    assert (found.in_time_rate, found.median_wd) == (in_time, median)
    shown = case_rows(desk.sort, scope(), "decided").get()
    assert shown.decided_on == date(2026, 11, day)
    assert case_rows(desk.sort, scope(), "decided_in_time").count() == in_time


def test_while_a_supplement_is_awaited_the_clock_stands_still(desk: Desk) -> None:
    """A case that lapses was answered in time: after its day no supplement can be asked for."""
    with on(2):
        case = desk.receive()
    with on(5):
        desk.ask(case)
    with on(29):
        desk.keep_days()
        found = desk.total()
        assert case_rows(desk.sort, scope(), "decided").get().decided_on == date(2026, 11, 29)
    assert (found.decided, found.decided_in_time, found.overdue) == (1, 1, 0)


def test_an_open_case_is_decided_by_nobody(desk: Desk) -> None:
    with on(2):
        desk.receive()
    with on(9):
        found = desk.total()
    assert (found.decided, found.decided_in_time, found.overdue, found.in_time_rate) == (0, 0, 1, 0)


def test_many_take_as_many_queries_as_one(desk: Desk, django_assert_max_num_queries: Callable[[int], Any]) -> None:
    with on(2):
        cases = [desk.receive(seed) for seed in range(1, 5)]
    with on(6):
        for case in cases:
            desk.not_accept(case)
        with django_assert_max_num_queries(2):
            assert case_figures(desk.sort, scope())[desk.cast.court.pk].decided == 4
