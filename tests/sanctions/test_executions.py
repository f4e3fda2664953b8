"""Answers to hits and feedback on publications."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from catalog.enums import MeasureCategory, MeasureKind, Severity
from catalog.models import LegalBasis, Measure, MeasureResponsibility
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import ExitReason
from lists.models import Entry
from lists.services.removals import remove_entry
from lists.services.stays import lift_stay, stay_entry
from sanctions.enums import TaskState
from sanctions.models import Execution, Hit, UnitTask
from sanctions.selectors import executions_visible_to
from sanctions.selectors.findings import listed_within
from sanctions.services.answers import answer_hits
from sanctions.services.executions import Report, answer_hit, cancel_execution, feed_back
from sanctions.services.screenings import close_screening
from sanctions.services.unit_tasks import sign_task, sign_tasks
from tests.cast import Cast, publish_one
from tests.sanctions.conftest import Call, organisation, screened, task_of


def applied(*measures: Measure, **more: Any) -> Report:
    ids = [measure.pk for measure in measures]
    return Report(outcome="APPLIED", performed_on=clock.today(), measures=ids, **more)


def not_applied(reason: str = "没有对应事项") -> Report:
    return Report(outcome="NOT_APPLIED", performed_on=clock.today(), reason=reason)


@pytest.fixture
def entry(cast: Cast, code: str) -> Entry:
    return publish_one(cast, code=code)


@pytest.fixture
def hit(cast: Cast, entry: Entry, code: str) -> Hit:
    return screened(organisation(code), cast.actor("finance_clerk")).hits.get()


def refusal_of(call: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value


def test_an_answer_closes_the_hit_and_feeds_back_the_signed_task(cast: Cast, hit: Hit) -> None:
    clerk = cast.actor("finance_clerk")
    sign_task(task=task_of(cast.finance), by=clerk)
    execution = answer_hit(hit=hit, report=applied(cast.ban, amount=Decimal("12.50")), by=clerk)
    hit.refresh_from_db()
    assert hit.state == "ANSWERED"
    assert list(execution.measures.all()) == [cast.ban]
    assert (execution.entry, execution.matter, execution.made_by) == (hit.entry, "政府采购", cast.finance_clerk)
    assert task_of(cast.finance).state == TaskState.FED_BACK
    assert close_screening(screening=hit.screening, by=clerk).state == "CLOSED"


def test_an_unsigned_task_is_not_fed_back_by_a_hit(cast: Cast, hit: Hit) -> None:
    answer_hit(hit=hit, report=applied(cast.ban), by=cast.actor("finance_clerk"))
    assert task_of(cast.finance).state == TaskState.TO_SIGN


@pytest.mark.parametrize("many", [False, True])
def test_what_was_reported_before_the_signature_counts_with_it(cast: Cast, hit: Hit, many: bool) -> None:
    clerk = cast.actor("finance_clerk")
    answer_hit(hit=hit, report=applied(cast.ban), by=clerk)
    task = task_of(cast.finance)
    if many:
        sign_tasks(tasks=UnitTask.objects.all(), by=clerk)
    else:
        sign_task(task=task, by=clerk)
    task.refresh_from_db()
    assert task.state == TaskState.FED_BACK
    assert list(task.moves.order_by("pk").values_list("name", flat=True)) == ["sign", "feed_back"]


def test_a_report_that_was_cancelled_before_the_signature_does_not_count(cast: Cast, hit: Hit) -> None:
    clerk = cast.actor("finance_clerk")
    execution = answer_hit(hit=hit, report=applied(cast.ban), by=clerk)
    cancel_execution(execution=execution, reason="误报", by=clerk)
    assert sign_task(task=task_of(cast.finance), by=clerk).state == TaskState.SIGNED


def test_a_second_answer_is_refused(cast: Cast, hit: Hit) -> None:
    clerk = cast.actor("finance_clerk")
    answer_hit(hit=hit, report=not_applied(), by=clerk)
    refusal = refusal_of(lambda: answer_hit(hit=hit, report=applied(cast.ban), by=clerk))
    assert (refusal.code, refusal.status) == ("already_answered", 409)
    assert Execution.objects.count() == 1


def test_foreign_and_missing_measures_and_reasons_are_refused(cast: Cast, hit: Hit) -> None:
    clerk = cast.actor("finance_clerk")
    cases = [
        (applied(cast.warning), "measure_not_own"),
        (applied(cast.ban, cast.warning), "measure_not_own"),
        (Report(outcome="APPLIED", performed_on=clock.today(), measures=[10**9]), "measure_not_own"),
        (applied(), "measures_missing"),
        (not_applied("  "), "reason_missing"),
        (
            Report(outcome="NOT_APPLIED", performed_on=clock.today(), measures=[cast.ban.pk], reason="x"),
            "measures_not_applied",
        ),
        (Report(outcome="APPLIED", performed_on=clock.today() + timedelta(1), measures=[cast.ban.pk]), "day_in_future"),
    ]
    for report, code in cases:
        assert refusal_of(lambda report=report: answer_hit(hit=hit, report=report, by=clerk)).code == code
    assert not Execution.objects.exists()


def test_severe_measures_are_for_serious_lists_only(cast: Cast, hit: Hit) -> None:
    severe = Measure.objects.create(
        version=cast.ban.version,
        code="t-severe",
        clause="9",
        content="市场禁入",
        kind=MeasureKind.SANCTION,
        category=MeasureCategory.MARKET,
        severity=Severity.SEVERE,
        source="test",
    )
    severe.bases.add(LegalBasis.objects.get())
    MeasureResponsibility.objects.create(measure=severe, unit=cast.finance)
    clerk = cast.actor("finance_clerk")
    assert refusal_of(lambda: answer_hit(hit=hit, report=applied(severe), by=clerk)).code == "measure_too_severe"
    cast.black.is_serious = True
    cast.black.save()
    assert answer_hit(hit=hit, report=applied(severe), by=clerk).outcome == "APPLIED"


def test_cancelling_reopens_hit_screening_and_task(cast: Cast, hit: Hit) -> None:
    clerk = cast.actor("finance_clerk")
    sign_task(task=task_of(cast.finance), by=clerk)
    execution = answer_hit(hit=hit, report=applied(cast.ban), by=clerk)
    close_screening(screening=hit.screening, by=clerk)
    assert refusal_of(lambda: cancel_execution(execution=execution, by=clerk, reason=" ")).code == "reason_missing"
    cancelled = cancel_execution(execution=execution, by=clerk, reason="误填")
    assert (cancelled.cancel_reason, cancelled.cancelled_by) == ("误填", cast.finance_clerk)
    hit.refresh_from_db()
    hit.screening.refresh_from_db()
    assert (hit.state, hit.screening.state, hit.screening.closed_at) == ("OPEN", "OPEN", None)
    assert task_of(cast.finance).state == TaskState.SIGNED
    assert (
        refusal_of(lambda: cancel_execution(execution=execution, by=clerk, reason="再次")).code == "already_cancelled"
    )
    answer_hit(hit=hit, report=not_applied(), by=clerk)
    assert Execution.objects.filter(hit=hit).count() == 2


def test_another_unit_can_neither_answer_nor_cancel(cast: Cast, hit: Hit) -> None:
    other = cast.actor("transport_clerk")
    assert refusal_of(lambda: answer_hit(hit=hit, report=not_applied(), by=other)).status == 404
    execution = answer_hit(hit=hit, report=not_applied(), by=cast.actor("finance_clerk"))
    for who in ("transport_clerk", "clerk", "stranger", "coordinator"):
        actor = cast.actor(who)
        assert refusal_of(lambda a=actor: cancel_execution(execution=execution, by=a, reason="x")).status == 404


def test_feedback_on_a_publication_repeats_and_needs_a_signature(cast: Cast, entry: Entry) -> None:
    clerk, task = cast.actor("finance_clerk"), task_of(cast.finance)
    assert refusal_of(lambda: feed_back(task=task, report=applied(cast.ban), by=clerk)).code == "move_not_open"
    sign_task(task=task, by=clerk)
    first = feed_back(task=task, report=applied(cast.ban), by=clerk, entry=entry)
    second = feed_back(task=task, report=not_applied(), by=clerk)
    assert task_of(cast.finance).state == TaskState.FED_BACK
    cancel_execution(execution=first, by=clerk, reason="误填")
    assert task_of(cast.finance).state == TaskState.FED_BACK
    cancel_execution(execution=second, by=clerk, reason="误填")
    assert task_of(cast.finance).state == TaskState.SIGNED


def test_feedback_rests_on_an_entry_in_force_on_the_day_of_the_measure_and_may_come_late(
    cast: Cast, entry: Entry
) -> None:
    clerk, task, listed = cast.actor("finance_clerk"), task_of(cast.finance), clock.today()
    sign_task(task=task, by=clerk)

    def said(report: Report, about: Entry | None = None) -> str:
        try:
            with transaction.atomic():
                feed_back(task=task, report=report, by=clerk, entry=about)
        except DomainError as refusal:
            return refusal.code
        return "done"

    def on_day(days: int) -> Report:
        return replace(applied(cast.ban), performed_on=listed + timedelta(days))

    assert said(on_day(-1)) == "entry_not_in_force"
    with time_machine.travel(clock.now() + timedelta(2), tick=False):
        remove_entry(
            entry=entry,
            exit_reason=ExitReason.BASIS_CHANGED,
            made_by=cast.clerk,
            by=cast.actor("second_reviewer"),
            reason="依据撤销",
        )
        assert said(on_day(2)) == "done", "applied in the morning, released in the afternoon"
    with time_machine.travel(clock.now() + timedelta(9), tick=False):
        assert said(on_day(1), entry) == "done", "told late"
        assert said(on_day(3), entry) == "entry_not_in_force"
        assert said(on_day(3)) == "entry_not_in_force"
        assert said(replace(not_applied("已移出"), performed_on=clock.today()), entry) == "done"


def test_a_hit_of_an_entry_that_left_is_answered_by_what_was_done_while_it_was_in_force(
    cast: Cast, entry: Entry, hit: Hit
) -> None:
    clerk, listed = cast.actor("finance_clerk"), clock.today()
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    with time_machine.travel(clock.now() + timedelta(3), tick=False):
        late = refusal_of(lambda: answer_hit(hit=hit, report=applied(cast.ban), by=clerk))
        assert late.code == "entry_not_in_force"
        together = refusal_of(lambda: answer_hits(screening=hit.screening, report=applied(cast.ban), by=clerk))
        assert together.code == "entry_not_in_force"
        assert answer_hit(hit=hit, report=replace(applied(cast.ban), performed_on=listed), by=clerk).hit == hit


def test_why_nothing_was_applied_may_be_said_of_a_hit_whose_entry_left(cast: Cast, entry: Entry, hit: Hit) -> None:
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    with time_machine.travel(clock.now() + timedelta(3), tick=False):
        assert answer_hit(hit=hit, report=not_applied("已移出"), by=cast.actor("finance_clerk")).hit == hit


def test_no_measure_rests_on_an_entry_that_is_stayed(cast: Cast, entry: Entry) -> None:
    clerk, task, listed = cast.actor("finance_clerk"), task_of(cast.finance), clock.today()
    sign_task(task=task, by=clerk)
    reviewer = cast.actor("second_reviewer")
    with time_machine.travel(clock.now() + timedelta(2), tick=False):
        stay_entry(entry=entry, made_by=cast.clerk, by=reviewer, reason="复议")
    with time_machine.travel(clock.now() + timedelta(5), tick=False):
        lift_stay(entry=entry, made_by=cast.clerk, by=reviewer, reason="维持")
        listed_then = [
            bool(listed_within(Entry.objects.filter(pk=entry.pk), listed + timedelta(day))) for day in range(-1, 7)
        ]
    assert listed_then == [False, True, True, True, False, False, True, True]


def test_feedback_names_only_entries_of_the_publication(cast: Cast, entry: Entry) -> None:
    other = publish_one(cast, seed=9)
    clerk = cast.actor("finance_clerk")
    task = task_of(cast.finance, publication=entry.last_publication)
    sign_task(task=task, by=clerk)
    refusal = refusal_of(lambda: feed_back(task=task, report=applied(cast.ban), by=clerk, entry=other))
    assert refusal.code == "entry_not_in_publication"


def test_executions_are_reported_to_the_initiating_unit_and_nobody_else(cast: Cast, hit: Hit) -> None:
    execution = answer_hit(hit=hit, report=applied(cast.ban), by=cast.actor("finance_clerk"))
    for who, sees in {
        "finance_clerk": True,
        "clerk": True,
        "coordinator": True,
        "transport_clerk": False,
        "stranger": False,
    }.items():
        assert executions_visible_to(cast.actor(who)).filter(pk=execution.pk).exists() is sees, who


def test_the_database_holds_what_the_service_holds(cast: Cast, hit: Hit) -> None:
    execution = answer_hit(hit=hit, report=not_applied(), by=cast.actor("finance_clerk"))
    rows = Execution.objects.filter(pk=execution.pk)
    for change, name in (
        ({"reason": ""}, "execution_not_applied_has_a_reason"),
        ({"made_by": None}, "execution_is_by_a_person_or_a_client"),
        ({"cancelled_at": clock.now()}, "execution_cancelled_names_time_person_and_reason"),
        ({"task": UnitTask.objects.first()}, "execution_is_of_a_hit_a_task_or_an_entry"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="hit_has_one_valid_answer"), transaction.atomic():
        Execution.objects.create(
            unit=cast.finance,
            hit=hit,
            entry=hit.entry,
            outcome="APPLIED",
            performed_on=clock.today(),
            made_by=cast.finance_clerk,
            made_at=clock.now(),
        )


def test_what_a_merged_unit_left_open_its_successor_answers_and_closes(
    cast: Cast, hit: Hit, code: str, client: Client, api: Callable[..., Call]
) -> None:
    officer, call, path = cast.actor("transport_clerk"), api(cast.transport), f"screenings/{hit.screening_id}/"
    assert refusal_of(lambda: answer_hit(hit=hit, report=not_applied(), by=officer)).code == "not_found"
    assert call("post", f"{path}close/").status_code == 404
    cast.finance.valid_to, cast.finance.successor = clock.today() - timedelta(1), cast.transport
    cast.finance.save()
    client.force_login(cast.transport_clerk)
    (counter,) = [one for one in counters_for(cast.actor("transport_clerk")) if one.url.startswith("/screenings/")]
    assert counter.count == 1
    assert [row.record.pk for row in client.get(counter.url).context["table"].rows] == [hit.screening_id]
    page = client.get(f"/screenings/{hit.screening_id}/").content.decode()
    assert cast.ban.content in page, "the measures that are the successor's now"
    report = {"outcome": "applied", "measures": [cast.ban.pk], "performed_on": str(clock.today())}
    (answer,) = call("post", f"{path}answers/", report).json()
    assert (answer["unit"], answer["hit"]) == (cast.transport.code, hit.pk)
    assert call("post", f"{path}close/").json()["closed_at"]
    assert client.get(f"/screenings/{screened(organisation(code), cast.actor('clerk')).pk}/").status_code == 404
