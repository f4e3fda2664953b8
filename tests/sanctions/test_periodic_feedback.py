"""Lists that are fed back by quarters: what is opened when, what closes it, and what an outage does not lose."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.selectors.figures import execution_totals, task_figures
from lists.enums import ExitReason, FeedbackMode
from lists.models import Entry, Publication
from lists.services.list_versions import keep_version
from lists.services.removals import remove_entry
from sanctions.enums import TaskKind, TaskState
from sanctions.models import UnitTask
from sanctions.rules import period_end
from sanctions.selectors.releases import measures_to_lift
from sanctions.selectors.screenings import executions_of_task
from sanctions.services.executions import Report, answer_hit, cancel_execution, feed_back
from sanctions.services.liftings import Settlement
from sanctions.services.periodic_feedback import open_periodic_feedback
from sanctions.services.unit_tasks import confirm_release, declare_nothing_to_feed_back, sign_task
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in
from tests.sanctions.conftest import Call, organisation, screened

LISTED = datetime(2025, 8, 14, 2, tzinfo=UTC)
OCTOBER = datetime(2025, 10, 9, 2, tzinfo=UTC)


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def entry(cast: Cast, code: str) -> Iterator[Entry]:
    """On the red list since August 2025, which is fed back by quarters; it is October."""
    cast.red.feedback_mode = FeedbackMode.QUARTERLY
    cast.red.save()
    with at(LISTED):
        entry = publish_one(cast, credit_list=cast.red, code=code)
    with at(OCTOBER):
        yield entry


def of_finance(cast: Cast) -> UnitTask:
    return UnitTask.objects.get(unit=cast.finance, kind=TaskKind.FEEDBACK)


def applied(cast: Cast, on: date) -> Report:
    return Report(outcome="APPLIED", performed_on=on, measures=[cast.praise.pk])


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2025, 1, 1), 3, date(2025, 3, 31)),
        (date(2025, 3, 31), 3, date(2025, 3, 31)),
        (date(2025, 12, 31), 3, date(2025, 12, 31)),
        (date(2024, 2, 29), 1, date(2024, 2, 29)),
        (date(2025, 7, 1), 12, date(2025, 12, 31)),
        (date(2025, 5, 9), 6, date(2025, 6, 30)),
    ],
)
def test_a_period_is_so_many_whole_months(day: date, months: int, end: date) -> None:
    assert period_end(day, months) == end


def test_the_single_publication_owes_no_feedback_the_quarter_does(cast: Cast, entry: Entry) -> None:
    assert set(UnitTask.objects.values_list("feedback_due_on", flat=True)) == {None}
    assert open_periodic_feedback() == 2
    task = of_finance(cast)
    assert (task.state, task.period_from, task.period_to) == ("TO_FEED_BACK", date(2025, 8, 14), date(2025, 9, 30))
    assert task.due_on == date(2025, 10, 21)  # the tenth working day, with the make-up day 11 October
    assert task.number == "TRED〔2025〕8–9月"
    assert UnitTask.objects.of_unit(cast.actor("finance_clerk")).owing_feedback().get() == task


def test_a_period_is_opened_once_and_not_before_it_has_ended(cast: Cast, entry: Entry) -> None:
    with at(datetime(2025, 9, 30, 15, 59, tzinfo=UTC)):  # 23:59 in Jinan, the last day
        assert open_periodic_feedback() == 0
    with at(datetime(2025, 9, 30, 16, 1, tzinfo=UTC)):
        assert open_periodic_feedback() == 2
        assert open_periodic_feedback() == 0
    again = of_finance(cast)
    again.pk = None
    with pytest.raises(IntegrityError, match="unit_has_one_task_a_period"), transaction.atomic():
        again.save()


def test_an_outage_is_caught_up_and_moves_no_deadline(cast: Cast, entry: Entry) -> None:
    with at(datetime(2026, 5, 4, 2, tzinfo=UTC)):
        assert open_periodic_feedback() == 6
        periods = UnitTask.objects.filter(unit=cast.finance, kind=TaskKind.FEEDBACK).order_by("period_to")
        assert [str(task.period_to) for task in periods] == ["2025-09-30", "2025-12-31", "2026-03-31"]
        assert periods[0].due_on == date(2025, 10, 21)
        assert periods[0].is_overdue


def test_a_list_owes_by_quarters_from_the_day_it_says_so(cast: Cast) -> None:
    with at(datetime(2025, 2, 3, 2, tzinfo=UTC)):
        publish_one(cast, credit_list=cast.red)
    with at(datetime(2025, 8, 1, 2, tzinfo=UTC)):
        cast.red.feedback_mode = FeedbackMode.QUARTERLY
        cast.red.save()
        assert open_periodic_feedback() == 0  # no version says so yet
        keep_version(cast.red)
    with at(OCTOBER):
        assert open_periodic_feedback() == 2
        assert of_finance(cast).period_from == date(2025, 8, 1)


def test_nothing_is_owed_from_before_the_list_was_kept_here(cast: Cast, entry: Entry) -> None:
    Publication.objects.update(published_at=datetime(2021, 2, 3, 2, tzinfo=UTC))
    assert open_periodic_feedback() == 2
    assert of_finance(cast).period_from == date(2025, 8, 14)


def leave(cast: Cast, entry: Entry) -> UnitTask:
    publication = remove_entry(
        entry=Entry.objects.get(pk=entry.pk),
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    return UnitTask.objects.get(unit=cast.finance, publication=publication)


def test_what_was_reported_for_a_period_is_lifted_for_each_who_was_listed_in_it(cast: Cast, entry: Entry) -> None:
    clerk, later = cast.actor("finance_clerk"), publish_one(cast, credit_list=cast.red, seed=5)
    open_periodic_feedback()
    made = feed_back(task=of_finance(cast), report=applied(cast, date(2025, 9, 30)), by=clerk)
    assert made.entry is None
    assert not measures_to_lift(leave(cast, later)).exists()  # listed after the period
    task = leave(cast, entry)
    settled = [Settlement(made.pk, cast.praise.pk, lifted_on=clock.today())]
    assert measures_to_lift(task).count() == 1
    assert of_finance(cast).number in signed_in(cast.finance_clerk).get(f"/tasks/{task.pk}/release/").content.decode()
    assert confirm_release(task=task, by=clerk, settlements=settled).state == TaskState.CONFIRMED


def test_a_report_for_a_period_opens_the_releases_of_those_who_left_in_it(cast: Cast, entry: Entry) -> None:
    clerk = cast.actor("finance_clerk")
    with at(datetime(2025, 9, 1, 2, tzinfo=UTC)):
        gone = leave(cast, entry)
        confirm_release(task=gone, by=clerk)
        after = publish_one(cast, credit_list=cast.red, seed=5)
    with at(datetime(2025, 10, 8, 2, tzinfo=UTC)):
        left = leave(cast, after)
        of_the_next = leave(cast, publish_one(cast, credit_list=cast.red, seed=6))
        for task in (left, of_the_next):
            confirm_release(task=task, by=clerk)
    open_periodic_feedback()
    made = feed_back(task=of_finance(cast), report=applied(cast, date(2025, 9, 30)), by=clerk)
    states = dict(UnitTask.objects.filter(kind=TaskKind.RELEASE, unit=cast.finance).values_list("pk", "state"))
    assert states == {gone.pk: "TO_CONFIRM", left.pk: "TO_CONFIRM", of_the_next.pk: "CONFIRMED"}
    for task, day in ((gone, date(2025, 9, 1)), (left, date(2025, 10, 8))):
        settled = [Settlement(made.pk, cast.praise.pk, lifted_on=day)]
        assert confirm_release(task=task, by=clerk, settlements=settled).state == TaskState.CONFIRMED


def test_lists_fed_back_at_once_or_never_used_owe_nothing_by_quarters(cast: Cast) -> None:
    cast.red.feedback_mode = FeedbackMode.QUARTERLY
    cast.red.save()
    with at(LISTED):
        publish_one(cast)
    with at(OCTOBER):
        assert open_periodic_feedback() == 0


def test_who_reported_within_the_period_has_fed_back(cast: Cast, entry: Entry, code: str) -> None:
    clerk = cast.actor("finance_clerk")
    with at(datetime(2025, 9, 1, 2, tzinfo=UTC)):
        hit = screened(organisation(code), clerk).hits.get()
        execution = answer_hit(hit=hit, report=applied(cast, clock.today()), by=clerk)
    open_periodic_feedback()
    task = of_finance(cast)
    assert (task.state, task.moves.get().name) == (TaskState.FED_BACK, "count_reports")
    assert list(executions_of_task(task)) == [execution]
    cancel_execution(execution=execution, by=clerk, reason="误填")
    assert of_finance(cast).state == TaskState.TO_FEED_BACK
    later = answer_hit(hit=hit, report=applied(cast, date(2025, 9, 2)), by=clerk)
    assert of_finance(cast).state == TaskState.FED_BACK
    cancel_execution(execution=later, by=clerk, reason="误填")
    answer_hit(hit=hit, report=applied(cast, clock.today()), by=clerk)  # of the next period
    assert of_finance(cast).state == TaskState.TO_FEED_BACK


def test_feeding_back_or_declaring_nothing_closes_it(cast: Cast, entry: Entry) -> None:
    open_periodic_feedback()
    clerk = cast.actor("finance_clerk")
    declare_nothing_to_feed_back(task=of_finance(cast), by=clerk)
    assert of_finance(cast).deadline is None
    execution = feed_back(task=of_finance(cast), entry=entry, report=applied(cast, clock.today()), by=clerk)
    assert of_finance(cast).state == TaskState.FED_BACK
    cancel_execution(execution=execution, by=clerk, reason="误填")
    assert [move.name for move in of_finance(cast).moves.all()] == [
        "declare_nothing_to_feed_back",
        "feed_back",
        "void_reports",
    ]


def test_only_entries_of_the_list_are_reported_on(cast: Cast, entry: Entry) -> None:
    open_periodic_feedback()
    other = publish_one(cast, seed=2)
    with pytest.raises(DomainError) as refused:
        feed_back(
            task=of_finance(cast), entry=other, report=applied(cast, clock.today()), by=cast.actor("finance_clerk")
        )
    assert refused.value.code == "entry_not_in_publication"


def test_a_period_cannot_be_signed(cast: Cast, entry: Entry) -> None:
    open_periodic_feedback()
    with pytest.raises(DomainError) as refused:
        sign_task(task=of_finance(cast), by=cast.actor("finance_clerk"))
    assert refused.value.code == "move_not_open"


def test_it_counts_among_what_owes_feedback(cast: Cast, entry: Entry) -> None:
    open_periodic_feedback()
    declare_nothing_to_feed_back(task=of_finance(cast), by=cast.actor("finance_clerk"))
    tasks = task_figures(Scope(date(2025, 10, 1), date(2025, 10, 31)))
    owed = {unit.code: (figures.owing_feedback, figures.fed_back) for unit, figures in tasks.by_unit()}
    assert owed == {"finance": (1, 1), "transport": (1, 0)}


def test_the_system_of_the_unit_sees_and_closes_it(cast: Cast, entry: Entry, api: Any) -> None:
    open_periodic_feedback()
    call: Call = api(cast.finance)
    (task,) = call("get", "tasks/?kind=FEEDBACK&due_before=2025-10-21").json()["results"]
    assert (task["publication"], task["list"], task["is_overdue"]) == (None, "TRED", False)
    assert task["period"] == {"from": "2025-08-14", "to": "2025-09-30"}
    assert set(task["moves"]) == {"feed_back", "declare_nothing_to_feed_back", "declare_not_executed"}
    report = {"outcome": "applied", "measures": [cast.praise.pk], "performed_on": "2025-09-02"}
    answer = call("post", "executions/", {"task": task["id"], "entry": str(entry.pk), **report})
    assert answer.status_code == 201, answer.json()
    assert of_finance(cast).state == TaskState.FED_BACK


def test_what_is_reported_on_a_whole_period_is_found_by_its_list(cast: Cast, entry: Entry, api: Any) -> None:
    open_periodic_feedback()
    day = clock.today()
    feed_back(task=of_finance(cast), report=applied(cast, day), by=cast.actor("finance_clerk"))
    found = [execution_totals(Scope(day, day, credit_list=one)).applied for one in (cast.red, cast.black)]
    assert found == [1, 0]
    call: Call = api(cast.finance)
    assert len(call("get", "executions/?list=TRED").json()["results"]) == 1
    assert call("get", "executions/?list=TBLACK").json()["results"] == []


def test_the_database_keeps_a_task_to_a_publication_or_a_period(cast: Cast, entry: Entry) -> None:
    with pytest.raises(IntegrityError, match="unit_task_is_for_a_publication_or_a_period"), transaction.atomic():
        UnitTask.objects.update(period_to=clock.today())
