"""Kept figures are what a recount gives, whatever happened since they were kept."""

from dataclasses import fields
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections

from jinan_credit.kernel import clock
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.models import FigureMark, KeptSpan, TaskCount
from jinan_credit.oversight.pages import PAGES, screenings
from jinan_credit.oversight.selectors.figures import screenings_by, task_figures
from jinan_credit.oversight.selectors.kept import tallied
from jinan_credit.oversight.services.keeping import keep_figures
from jinan_credit.oversight.services.verifying import verify_figures
from jinan_credit.oversight.spans import DAY, WEEK
from jinan_credit.oversight.tallies import TALLIES
from lists.enums import ExitReason
from lists.models import Entry
from lists.services.removals import expire_entries, remove_entry
from sanctions.models import Execution, Screening, UnitTask
from sanctions.selectors import TaskFigures, tasks_behind
from sanctions.services.executions import Report, answer_hit, cancel_execution
from sanctions.services.unit_tasks import confirm_release, declare_nothing_to_feed_back, sign_task
from tests.cast import Cast, publish_one
from tests.sanctions.conftest import an_execution, organisation, screened
from tests.sanctions.parties import ndjson, screened_file

PAST = (40, 38, 33, 12, 3)


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Six weeks: each day of PAST a publication that one unit signs, a hit, a measure applied; at last a removal."""
    for back in PAST:
        with time_machine.travel(clock.now() - timedelta(days=back)):
            an_execution(cast, seed=back)
            sign_what_is_open(cast, "finance_clerk")
    entry = publish_one(cast, seed=1)
    with time_machine.travel(clock.now() - timedelta(days=2)):
        remove(cast, entry)
    return cast


def remove(cast: Cast, entry: Entry) -> None:
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )


def sign_what_is_open(cast: Cast, user: str) -> None:
    for task in UnitTask.objects.filter(unit=cast.actor(user).unit).to_sign():
        sign_task(task=task, by=cast.actor(user))


def signed_task(cast: Cast) -> UnitTask:
    task = UnitTask.objects.filter(unit=cast.transport).to_sign().earliest("pk")
    sign_task(task=task, by=cast.actor("transport_clerk"))
    return UnitTask.objects.get(pk=task.pk)


def period() -> dict[str, date]:
    return {"since": clock.today() - timedelta(days=60), "until": clock.today()}


def figures() -> dict[str, list[dict[str, Any]]]:
    """Every tally by all its keys and the week."""
    return {
        code: sorted(tallied(tally, **period(), by=["week", *tally.keys]), key=str) for code, tally in TALLIES.items()
    }


def kept_spans(days: int) -> int:
    return KeptSpan.objects.filter(days=days).count()


def test_what_is_kept_is_what_is_counted(busy: Cast) -> None:
    counted = figures()
    assert all(counted[code] for code in ("TASKS", "EXECUTIONS", "MEASURES", "SCREENINGS", "HITS"))
    assert keep_figures() > 5 * 30
    assert kept_spans(WEEK) >= 5 * 4
    assert figures() == counted
    assert keep_figures() == 0, "nothing is left to count"
    assert verify_figures().differences == []


def test_each_figure_is_as_many_as_the_rows_behind_it(busy: Cast) -> None:
    keep_figures()
    for unit in (busy.finance, busy.transport):
        found = task_figures(Scope(**period(), unit=unit)).total
        for name in (field.name for field in fields(TaskFigures)):
            assert getattr(found, name) == tasks_behind(name, **period(), unit=unit).count(), (unit.code, name)


ACTS = {
    "signing an old task": lambda cast: sign_what_is_open(cast, "transport_clerk"),
    "answering an old task": lambda cast: declare_nothing_to_feed_back(
        task=signed_task(cast), by=cast.actor("transport_clerk")
    ),
    "confirming a release": lambda cast: confirm_release(
        task=UnitTask.objects.to_confirm().get(unit=cast.finance), by=cast.actor("finance_clerk")
    ),
    "cancelling an execution": lambda cast: cancel_execution(
        execution=Execution.objects.earliest("pk"), by=cast.actor("finance_clerk"), reason="录入有误"
    ),
    "a measure said to be of an earlier day": lambda cast: answer_hit(
        hit=screened(organisation(Entry.objects.earliest("pk").subject.code), cast.actor("finance_clerk")).hits.get(),
        report=Report(
            outcome="NOT_APPLIED", performed_on=clock.today() - timedelta(days=20), reason="不适用", measures=[]
        ),
        by=cast.actor("finance_clerk"),
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_change_of_an_old_day_is_read_at_once_and_kept_later(busy: Cast, act: str) -> None:
    keep_figures()
    before, marks = figures(), FigureMark.objects.count()
    ACTS[act](busy)
    changed = figures()
    assert changed != before
    assert FigureMark.objects.count() > marks
    assert verify_figures().differences == [], "a marked day is not right and not compared"
    assert keep_figures() > 0
    assert not FigureMark.objects.exists()
    assert figures() == changed
    assert verify_figures().differences == []


def test_a_term_that_ended_is_out_in_time_or_late(cast: Cast) -> None:
    today = clock.today()
    with time_machine.travel(clock.now() - timedelta(days=30)):
        for number, days in enumerate((9, 5)):
            day = clock.today()
            publish_one(cast, seed=number, term_from=day, term_to=day + timedelta(days=days))
    with time_machine.travel(clock.now() - timedelta(days=20)):
        assert expire_entries() == 2
    [line] = tallied(TALLIES["EXPIRY"], **period(), by=["credit_list"])
    assert line == {"credit_list": cast.black.pk, "ended": 2, "out": 2, "out_on_time": 1}
    keep_figures()
    [kept] = tallied(TALLIES["EXPIRY"], since=today - timedelta(days=40), until=today, by=["credit_list"])
    assert kept == line


def test_a_line_changed_by_hand_is_found(busy: Cast) -> None:
    keep_figures()
    line = TaskCount.objects.filter(days=DAY, tasks__gt=0).earliest("starts_on")
    TaskCount.objects.filter(pk=line.pk).update(signed=line.signed + 1)
    out = StringIO()
    with pytest.raises(CommandError, match="differ"):
        call_command("verify_figures", stdout=out, stderr=StringIO())
    assert f"TASKS, 1 day(s), only in what is kept: {line.starts_on}" in out.getvalue()


def test_a_line_that_is_kept_twice_is_found(busy: Cast) -> None:
    keep_figures()
    line = TaskCount.objects.filter(days=DAY, tasks__gt=0).earliest("starts_on")
    line.pk = None
    line.save(force_insert=True)
    assert [(one.tally, one.days, one.found_in) for one in verify_figures().differences] == [("TASKS", DAY, "kept")]


def test_the_command_says_what_it_compared(busy: Cast) -> None:
    out = StringIO()
    call_command("verify_figures", stdout=out, stderr=StringIO())
    assert "equal to a recount" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_while_its_day_is_counted_is_not_lost(busy: Cast) -> None:
    """The change is made before the count and committed after it: its mark stays, and the day is counted anew."""
    keep_figures()
    task = UnitTask.objects.filter(unit=busy.transport).to_sign().earliest("pk")
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("UPDATE sanctions_unittask SET state = 'SIGNED' WHERE id = %s", [task.pk])
        FigureMark.objects.create(tally="TASKS", day=clock.local_day(task.made_at))
        assert keep_figures() == 1
        other.commit()
    finally:
        other.close()
    assert FigureMark.objects.exists()
    [line] = tallied(TALLIES["TASKS"], **period(), by=["unit"], only={"unit": busy.transport.pk})
    assert line["signed"] == 1
    keep_figures()
    assert not FigureMark.objects.exists()
    assert verify_figures().differences == []


def test_reading_takes_as_many_queries_however_much_is_kept(busy: Cast, django_assert_max_num_queries: Any) -> None:
    keep_figures()
    sign_what_is_open(busy, "transport_clerk")
    with django_assert_max_num_queries(5):
        tallied(TALLIES["TASKS"], **period(), by=["unit", "credit_list"])


def test_the_most_frequent_matters_are_of_kept_days_of_open_ones_and_of_batches(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screenings, "MOST_MATTERS", 2)
    officer = cast.actor("finance_clerk")
    with time_machine.travel(clock.now() - timedelta(days=9)):
        for matter in ("一", "二", "二"):
            Screening.objects.filter(pk=screened(organisation(name="甲公司"), officer).pk).update(matter_name=matter)
    keep_figures()
    for matter in ("一", "一", "三"):
        Screening.objects.filter(pk=screened(organisation(name="甲公司"), officer).pk).update(matter_name=matter)
    parties = [{"kind": "organisation", "name": f"{number}公司"} for number in range(4)]
    batch = screened_file(ndjson(*parties), officer)
    scope = Scope(clock.today() - timedelta(days=20), clock.today())

    _units, matters = PAGES["screenings"].sheets(scope, {})

    assert [(line.name, line.cells[0].value, line.cells[1].value) for line in matters.lines] == [
        (batch.matter_name, 0, 4),
        ("一", 3, 0),
    ]
    assert "4" in matters.note
    assert screenings_by(scope, "matter_name")[("一",)].screenings == 3
