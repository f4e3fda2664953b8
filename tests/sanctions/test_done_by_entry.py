"""What was done with each entry, as its initiating unit reads it."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinan_credit.kernel import clock
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.selectors.figures import execution_totals, median_release_days
from lists.enums import ExitReason
from lists.models import Entry
from lists.services.removals import remove_entry
from sanctions.selectors import settled_figures
from sanctions.selectors.executions import SHOWN_OF_AN_ENTRY, done_with, last_executions
from sanctions.services.executions import answer_hit, cancel_execution, enforce
from sanctions.services.liftings import Settlement
from sanctions.services.promises import GivenPromise
from sanctions.services.unit_tasks import confirm_release
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in
from tests.sanctions.conftest import organisation, screened, task_of
from tests.sanctions.test_executions import applied, not_applied


def test_an_answer_is_seen_at_once_by_entry(cast: Cast, code: str) -> None:
    entry, page = publish_one(cast, code=code), signed_in(cast.clerk)
    assert page.get("/executions/entries/").context["lines"] == []
    finance, transport = cast.actor("finance_clerk"), cast.actor("transport_clerk")
    hit = screened(organisation(code), finance).hits.get()
    answer_hit(hit=hit, report=applied(cast.ban, amount=Decimal("100.10")), by=finance)
    enforce(entry=entry, report=applied(cast.warning, amount=Decimal("0.20")), by=transport)
    wrong = enforce(entry=entry, report=not_applied("没有对应事项"), by=transport)
    enforce(entry=entry, report=not_applied("无交易"), by=transport)
    cancel_execution(execution=wrong, by=transport, reason="误填")
    shown = page.get("/executions/entries/")
    (line,) = shown.context["lines"]
    assert (line.entry, line.units, line.applied, line.not_applied) == (entry, 2, 2, 1)
    assert (line.amount, line.unsettled, line.more) == (Decimal("100.30"), 0, 0)
    told = shown.content.decode()
    for word in (cast.finance.name, cast.ban.content, "100.10", cast.warning.content, "无交易"):
        assert word in told
    assert "没有对应事项" not in told


def test_what_is_left_to_lift_is_said_until_the_unit_says_what_became_of_it(cast: Cast) -> None:
    entry, clerk = publish_one(cast), cast.actor("finance_clerk")
    made = enforce(entry=entry, report=applied(cast.ban), by=clerk)
    page = signed_in(cast.clerk)
    assert page.get("/executions/entries/?unsettled=yes").context["total"] == 0
    publication = remove_entry(
        entry=Entry.objects.get(pk=entry.pk),
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    (line,) = page.get("/executions/entries/?unsettled=yes").context["lines"]
    assert line.unsettled == 1
    sent = [Settlement(made.pk, cast.ban.pk, lifted_on=clock.today())]
    confirm_release(task=task_of(cast.finance, publication=publication), settlements=sent, by=clerk)
    assert page.get("/executions/entries/?unsettled=yes").context["total"] == 0
    assert page.get("/executions/entries/").context["lines"][0].unsettled == 0


def test_filters_ask_any_report_on_the_entry(cast: Cast) -> None:
    first, second = publish_one(cast, seed=1), publish_one(cast, seed=2)
    enforce(entry=first, report=applied(cast.ban), by=cast.actor("finance_clerk"))
    enforce(entry=first, report=not_applied(), by=cast.actor("transport_clerk"))
    enforce(entry=second, report=not_applied(), by=cast.actor("transport_clerk"))
    page = signed_in(cast.clerk)

    def found(query: str) -> list[Entry]:
        return [line.entry for line in page.get(f"/executions/entries/?{query}").context["lines"]]

    assert found("") == [second, first]
    assert found("unit=finance") == [first]
    assert found("unit=transport") == [second, first]
    assert found("outcome=APPLIED") == [first]
    assert found("list=TRED") == []


@pytest.mark.parametrize(
    ("who", "sees"), [("clerk", True), ("coordinator", True), ("finance_clerk", False), ("stranger", False)]
)
def test_only_who_is_reported_to_reads_it(cast: Cast, who: str, sees: bool) -> None:
    enforce(entry=publish_one(cast), report=applied(cast.ban), by=cast.actor("finance_clerk"))
    assert last_executions(cast.actor(who)).exists() is sees
    assert bool(signed_in(getattr(cast, who)).get("/executions/entries/").context["lines"]) is sees


def test_of_many_reports_the_newest_are_shown_and_the_rest_is_a_step_away(cast: Cast) -> None:
    entry, page = publish_one(cast), signed_in(cast.clerk)
    for number in range(SHOWN_OF_AN_ENTRY + 2):
        enforce(entry=entry, report=not_applied(f"理由{number}"), by=cast.actor("finance_clerk"))
    (line,) = done_with([entry.pk])
    assert [one.reason for one in line.newest] == ["理由6", "理由5", "理由4", "理由3", "理由2"]
    assert line.more == 2
    rest = f"/executions/?entry={entry.pk}"
    assert rest in page.get("/executions/entries/").content.decode()
    assert page.get(rest).context["total"] == SHOWN_OF_AN_ENTRY + 2


def test_it_costs_the_same_for_one_entry_and_for_many(cast: Cast) -> None:
    page = signed_in(cast.clerk)
    enforce(entry=publish_one(cast), report=applied(cast.ban), by=cast.actor("finance_clerk"))

    def cost(path: str) -> int:
        page.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(path).status_code == 200
        return len(captured)

    paths = ("/executions/entries/", "/executions/")
    few = [cost(path) for path in paths]
    for seed in range(10, 16):
        entry = publish_one(cast, seed=seed)
        enforce(entry=entry, report=applied(cast.ban), by=cast.actor("finance_clerk"))
        enforce(entry=entry, report=applied(cast.warning), by=cast.actor("transport_clerk"))
    assert [cost(path) for path in paths] == few


def test_the_figures_of_executions(cast: Cast) -> None:
    today = clock.today()
    empty = execution_totals(Scope(today, today))
    assert (empty.applied, empty.measure_rate, empty.amount) == (0, None, 0)
    assert median_release_days(Scope(today, today)) is None
    entry, finance = publish_one(cast), cast.actor("finance_clerk")
    made = enforce(entry=entry, report=applied(cast.ban, amount=Decimal("100.10")), by=finance)
    enforce(entry=entry, report=not_applied(), by=cast.actor("transport_clerk"))
    gone = enforce(entry=entry, report=applied(cast.ban, amount=Decimal(9)), by=finance)
    cancel_execution(execution=gone, by=finance, reason="误填")
    red = publish_one(cast, credit_list=cast.red, seed=3, dishonesty_class="")
    promise = GivenPromise("验资报告", today, "承诺补交")
    enforce(entry=red, report=applied(cast.praise, amount=Decimal("0.05"), promise=promise), by=finance)
    publication = remove_entry(
        entry=Entry.objects.get(pk=entry.pk),
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    task = task_of(cast.finance, publication=publication)
    with time_machine.travel(task.made_at + timedelta(days=2, hours=1), tick=False):
        sent = [Settlement(made.pk, cast.ban.pk, lifted_on=today)]
        confirm_release(task=task, settlements=sent, by=finance)
        scope = Scope(today, clock.today())
        found, settled = execution_totals(scope), settled_figures(**scope.conditions)
        assert (found.applied, found.not_applied, found.amount) == (2, 1, Decimal("100.15"))
        assert found.measure_rate == 2 / 3
        assert (settled.lifted, settled.staying) == (1, 0)
        assert median_release_days(scope) == 2
        assert (settled.promises, settled.kept, settled.broken, settled.promises_overdue) == (1, 0, 0, 1)
    black = Scope(today, today, credit_list=cast.black)
    assert (execution_totals(black).applied, execution_totals(black).amount) == (1, Decimal("100.10"))
    assert settled_figures(**black.conditions).promises == 0
    assert execution_totals(Scope(today, today, cast.transport)).not_applied == 1
