"""What a publication makes the units owe, when it is due, and signing."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import CalendarDay, MeasureResponsibility
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.signals import changes_acknowledged
from jinan_credit.kernel.workdays import last_known_year
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.selectors.figures import task_figures
from lists.enums import ChangeReason, ExitReason, Mark
from lists.models import Publication
from lists.services.amendments import correct_entry, mark_entry
from lists.services.removals import remove_entry
from sanctions.enums import TaskKind, TaskState
from sanctions.models import UnitTask
from sanctions.selectors import response_matrix
from sanctions.services.due_dates import settle_due_dates
from sanctions.services.unit_tasks import confirm_release, open_tasks, sign_task, sign_tasks
from tests.cast import Cast, publish_many, publish_one
from tests.sanctions.conftest import task_of


def test_one_task_for_each_cooperating_unit(cast: Cast) -> None:
    publication = publish_many(cast, 3)
    assert set(publication.unit_tasks.values_list("unit__code", "kind", "state")) == {
        ("finance", "SIGN", "TO_SIGN"),
        ("transport", "SIGN", "TO_SIGN"),
    }


def test_a_second_call_makes_no_second_task(cast: Cast) -> None:
    publication = publish_many(cast, 2)
    open_tasks(publication=publication)
    assert publication.unit_tasks.count() == 2


def test_a_removal_makes_release_tasks_that_are_confirmed(cast: Cast) -> None:
    entry = publish_one(cast)
    publication = remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    task = task_of(cast.finance, publication=publication)
    assert (task.kind, task.state, task.feedback_due_on) == (TaskKind.RELEASE, TaskState.TO_CONFIRM, None)
    assert confirm_release(task=task, by=cast.actor("finance_clerk")).state == TaskState.CONFIRMED


def test_a_correction_is_signed_and_a_mark_makes_no_task(cast: Cast) -> None:
    entry = publish_one(cast)
    correction = correct_entry(
        entry=entry,
        new_values={"grounds": "更正后的事由"},
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="笔误",
    )
    mark = mark_entry(
        entry=entry, mark=Mark.OBJECTION_OPEN, change_reason=ChangeReason.OBJECTION_OPENED, by=cast.actor("reviewer")
    )
    assert mark is not None
    assert {task.kind for task in correction.unit_tasks.all()} == {TaskKind.SIGN}
    assert mark.unit_tasks.count() == 0


def test_due_dates_count_working_days_over_a_holiday(cast: Cast) -> None:
    with time_machine.travel(datetime(2025, 9, 29, 2, tzinfo=UTC), tick=False):  # Monday; 1–8 October is a holiday
        publication = publish_many(cast, 1)
    task = task_of(cast.finance, publication=publication)
    assert task.due_on == date(2025, 10, 10)  # 30 September, 9, 10 October
    assert not task.is_due_provisional
    assert task.feedback_due_on == date(2025, 10, 20)  # with the make-up working day 11 October


def test_a_provisional_day_is_counted_anew_when_the_holiday_plan_is_known(cast: Cast) -> None:
    year = last_known_year()
    with time_machine.travel(datetime(year, 12, 30, 2, tzinfo=UTC), tick=False):
        publish_one(cast)
        task = task_of(cast.finance)
        assert task.is_due_provisional
        assert task.is_feedback_due_provisional
        assert settle_due_dates() == 0  # nothing new is known
        new_year = date(year + 1, 1, 1)
        days = [new_year + timedelta(days=n) for n in range(31)]
        CalendarDay.objects.bulk_create(CalendarDay(on=day, is_working=day.day > 20, source="test") for day in days)
        assert settle_due_dates() == 2
        before, task = task, task_of(cast.finance)
        assert not (task.is_due_provisional)
        assert not (task.is_feedback_due_provisional)
        assert task.due_on == date(year + 1, 1, 22) > before.due_on
        assert settle_due_dates() == 0


def test_overdue_follows_from_the_date_alone(cast: Cast) -> None:
    with time_machine.travel(datetime(2025, 9, 29, 2, tzinfo=UTC), tick=False):
        publish_many(cast, 1)
    with time_machine.travel(datetime(2025, 10, 10, 15, 59, tzinfo=UTC), tick=False):  # 23:59 in Jinan
        assert not UnitTask.objects.overdue().exists()
    with time_machine.travel(datetime(2025, 10, 10, 16, 1, tzinfo=UTC), tick=False):
        assert UnitTask.objects.overdue().count() == 2
        assert all(task.is_overdue for task in UnitTask.objects.all())


def test_a_batch_signs_the_units_own_and_reports_the_rest(cast: Cast) -> None:
    for seed in range(3):
        publish_one(cast, seed=seed)
    clerk = cast.actor("finance_clerk")
    first = UnitTask.objects.filter(unit=cast.finance).earliest("pk")
    sign_task(task=first, by=clerk)
    report = sign_tasks(tasks=UnitTask.objects.all(), by=clerk)
    assert len(report.signed) == 2
    assert [task for task, _why in report.refused] == [first]
    assert UnitTask.objects.filter(unit=cast.finance, state=TaskState.SIGNED).count() == 3
    assert not UnitTask.objects.filter(unit=cast.transport, state=TaskState.SIGNED).exists()
    assert all(task.moves.count() == 1 for task in UnitTask.objects.filter(unit=cast.finance))


def test_a_machines_acknowledgement_signs_only_where_the_unit_has_chosen_it(cast: Cast) -> None:
    publish_one(cast, seed=1)
    publish_one(cast, seed=2)

    def acknowledge(unit: Unit, seq: int, auto_sign: bool) -> None:
        changes_acknowledged.send(None, unit=unit, credit_list=cast.black, seq=seq, auto_sign=auto_sign)

    acknowledge(cast.finance, 2, auto_sign=False)
    assert UnitTask.objects.filter(state=TaskState.SIGNED).count() == 0
    acknowledge(cast.finance, 1, auto_sign=True)
    acknowledge(cast.finance, 1, auto_sign=True)
    signed = UnitTask.objects.get(state=TaskState.SIGNED)
    assert (signed.unit, signed.publication.last_seq) == (cast.finance, 1)
    move = signed.moves.get()
    assert (move.name, move.by, move.unit) == ("sign_automatically", None, cast.finance)


def test_automatic_signing_never_confirms_a_release(cast: Cast) -> None:
    entry = publish_one(cast)
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.LISTED_IN_ERROR,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="错误列入",
    )
    changes_acknowledged.send(None, unit=cast.finance, credit_list=cast.black, seq=2, auto_sign=True)
    assert UnitTask.objects.get(unit=cast.finance, kind=TaskKind.RELEASE).state == TaskState.TO_CONFIRM


def test_the_response_matrix_costs_the_same_for_two_units_and_for_many(cast: Cast) -> None:
    small = publish_one(cast, seed=1).last_publication
    for number in range(20):
        unit = Unit.objects.create(code=f"more{number}", name=f"更多单位{number}", is_city_unit=False)
        MeasureResponsibility.objects.create(measure=cast.ban, unit=unit)
    large = publish_one(cast, seed=2).last_publication
    assert small is not None
    assert large is not None
    sign_task(task=task_of(cast.finance, publication=large), by=cast.actor("finance_clerk"))
    assert _queries(small) == _queries(large)
    rows = {row.unit.code: row for row in response_matrix(large)}
    assert len(rows) == 22
    assert rows["finance"].signed_at is not None
    assert rows["transport"].signed_at is None


def _queries(publication: Publication) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response_matrix(publication)
    return len(captured)


def test_figures_by_unit_and_list(cast: Cast) -> None:
    with time_machine.travel(datetime(2025, 9, 29, 2, tzinfo=UTC), tick=False):
        publish_one(cast, seed=1)
        sign_task(task=task_of(cast.finance), by=cast.actor("finance_clerk"))
    with time_machine.travel(datetime(2025, 10, 20, 2, tzinfo=UTC), tick=False):
        sign_task(task=task_of(cast.transport), by=cast.actor("transport_clerk"))
        tasks = task_figures(Scope(date(2025, 9, 1), date(2025, 9, 30)))
        figures = tasks.total
        assert (figures.tasks, figures.signed, figures.signed_on_time) == (2, 2, 1)
        assert figures.on_time_rate == 0.5
        by_unit = {unit.code: of_unit for unit, of_unit in tasks.by_unit()}
        assert (by_unit["finance"].signed_on_time, by_unit["transport"].signed_on_time) == (1, 0)
        assert [(one.code, of_list.tasks) for one, of_list in tasks.by_list()] == [("TBLACK", 2)]
        assert task_figures(Scope(date(2025, 10, 1), date(2025, 10, 31))).total.sign_rate is None


def test_the_database_keeps_states_to_their_kind(cast: Cast) -> None:
    publish_one(cast)
    with pytest.raises(IntegrityError, match="unit_task_has_a_state_of_its_kind"), transaction.atomic():
        UnitTask.objects.update(state=TaskState.CONFIRMED)
