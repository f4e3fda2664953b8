"""Two officers decide at the same moment: one act takes effect, and neither waits for the other for ever."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.test import Client

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.kernel import clock
from lists.enums import ExitReason, FeedbackMode
from lists.models import Entry
from lists.services.removals import remove_entry
from lists.services.synthetic import uscc
from sanctions.enums import TaskKind
from sanctions.models import Execution, Hit, PortfolioPosition, Screening, UnitTask
from sanctions.selectors.releases import measures_to_lift
from sanctions.services.answers import answer_hits
from sanctions.services.executions import Report, answer_hit, enforce, feed_back
from sanctions.services.periodic_feedback import open_periodic_feedback
from sanctions.services.portfolio_changes import review_portfolios
from sanctions.services.portfolios import end_portfolio, make_portfolio
from sanctions.services.promises import GivenPromise, move_promise
from sanctions.services.unit_tasks import confirm_release, sign_task
from tests.at_once import at_once, begun_in_turn
from tests.cast import make_cast, publish_many, publish_one
from tests.sanctions.conftest import organisation, screened, task_of
from tests.sanctions.test_api import body
from tests.sanctions.test_enforcement import clean


@pytest.mark.django_db(transaction=True)
def test_a_hit_is_answered_and_a_task_signed_once() -> None:
    cast, code = make_cast(), uscc(Random(5))
    publish_one(cast, code=code)
    hit = screened(organisation(code), cast.actor("finance_clerk")).hits.get()
    report = Report(outcome="NOT_APPLIED", performed_on=clock.today(), reason="没有对应事项")
    clerk = cast.actor("finance_clerk")
    answered = at_once(*[lambda: answer_hit(hit=hit, report=report, by=clerk)] * 2)
    assert sorted(answered) == ["already_answered", "done"]
    assert Execution.objects.count() == 1
    task: UnitTask = task_of(cast.finance)
    assert sorted(at_once(*[lambda: sign_task(task=task, by=clerk)] * 2)) == ["done", "move_not_open"]
    told = ["sign", "feed_back"]  # the report of before counts with the signature
    assert list(task.moves.order_by("pk").values_list("name", flat=True)) == told


@pytest.mark.django_db(transaction=True)
def test_no_measure_slips_past_a_release_that_is_confirmed_at_the_same_moment() -> None:
    cast = make_cast()
    for seed in range(4):
        code = uscc(Random(50 + seed))
        entry = publish_one(cast, code=code, seed=seed)
        hit = screened(organisation(code), cast.actor("finance_clerk")).hits.get()
        publication = remove_entry(
            entry=entry,
            exit_reason=ExitReason.BASIS_CHANGED,
            made_by=cast.clerk,
            by=cast.actor("second_reviewer"),
            reason="依据撤销",
        )
        task = task_of(cast.finance, publication=publication)
        report = Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.ban.pk])
        results = at_once(
            lambda task=task: confirm_release(task=task, by=cast.actor("finance_clerk")),
            lambda hit=hit, report=report: answer_hit(hit=hit, report=report, by=cast.actor("finance_clerk")),
        )
        assert results in (["done", "done"], ["measures_not_settled", "done"])
        assert task_of(cast.finance, pk=task.pk).state == "TO_CONFIRM"
        assert measures_to_lift(task).count() == 1


@pytest.mark.django_db(transaction=True)
def test_hits_answered_together_and_one_of_them_alone_do_not_wait_for_each_other() -> None:
    cast = make_cast()
    clerk, publication = cast.actor("finance_clerk"), publish_many(cast, 2)
    task = task_of(cast.finance, publication=publication)
    sign_task(task=task, by=clerk)
    first, second = Entry.objects.filter(changes__publication=publication).select_related("subject").order_by("pk")
    screening = screened(organisation(first.subject.code), clerk)
    other = screened(organisation(second.subject.code), clerk, joins=screening)
    report = Report(outcome="NOT_APPLIED", performed_on=clock.today(), reason="没有对应事项")
    assert begun_in_turn(
        lambda: UnitTask.objects.select_for_update().get(pk=task.pk),
        lambda: answer_hits(screening=screening, report=report, by=clerk),
        lambda: answer_hit(hit=other.hits.get(), report=report, by=clerk),
    ) == ["done", "already_answered"]


@pytest.mark.django_db(transaction=True)
def test_two_matters_with_the_same_parties_in_opposite_order_are_answered_at_once() -> None:
    cast = make_cast()
    clerk, codes = cast.actor("finance_clerk"), [uscc(Random(60 + number)) for number in range(2)]
    for seed, code in enumerate(codes):
        publish_one(cast, code=code, seed=seed)
    first, _second = tasks = list(UnitTask.objects.filter(unit=cast.finance).order_by("pk"))
    for task in tasks:
        sign_task(task=task, by=clerk)

    def matter_of(one: str, other: str) -> Screening:
        begun = screened(organisation(one), clerk)
        screened(organisation(other), clerk, joins=begun)
        return begun

    forth, back = matter_of(*codes), matter_of(*reversed(codes))
    report = Report(outcome="NOT_APPLIED", performed_on=clock.today(), reason="没有对应事项")
    assert begun_in_turn(
        lambda: UnitTask.objects.select_for_update().get(pk=first.pk),
        lambda: answer_hits(screening=forth, report=report, by=clerk),
        lambda: answer_hits(screening=back, report=report, by=clerk),
    ) == ["done", "done"]


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_does_not_come_through_leaves_no_file_behind(own_files: Path) -> None:
    cast, code = make_cast(), uscc(Random(5))
    publish_one(cast, code=code)
    clerk, task = cast.actor("finance_clerk"), task_of(cast.finance)
    sign_task(task=task, by=clerk)
    screening = screened(organisation(code), clerk)
    report = Report("NOT_APPLIED", clock.today(), reason="没有对应事项", attachments=[clean()])

    def answer() -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            answer_hits(screening=screening, report=report, by=clerk)
        except OperationalError as error:
            return str(error)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            UnitTask.objects.select_for_update().get(pk=task.pk)
            assert "lock timeout" in pool.submit(answer).result()
        assert not [path for path in own_files.rglob("*") if path.is_file()]
        assert pool.submit(answer).result() == "done"
    (kept,) = [path for path in own_files.rglob("*") if path.is_file()]
    assert kept.read_bytes() == clean().content


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_feedback_of_a_period_do_not_wait_for_each_other() -> None:
    cast, code = make_cast(), uscc(Random(5))
    clerk = cast.actor("finance_clerk")
    cast.red.feedback_mode = FeedbackMode.QUARTERLY
    cast.red.save()
    with time_machine.travel(datetime(2025, 8, 14, 2, tzinfo=UTC), tick=False):
        entry = publish_one(cast, credit_list=cast.red, code=code)
        hit = screened(organisation(code), clerk).hits.get()
    with time_machine.travel(datetime(2025, 10, 9, 2, tzinfo=UTC), tick=False):
        open_periodic_feedback()
        removal = remove_entry(
            entry=entry,
            exit_reason=ExitReason.BASIS_CHANGED,
            made_by=cast.clerk,
            by=cast.actor("second_reviewer"),
            reason="依据撤销",
        )
        release = task_of(cast.finance, publication=removal)
        period = task_of(cast.finance, kind=TaskKind.FEEDBACK)
        report = Report(outcome="APPLIED", performed_on=date(2025, 9, 1), measures=[cast.praise.pk])
        assert begun_in_turn(
            lambda: UnitTask.objects.select_for_update().get(pk=release.pk),
            lambda: answer_hit(hit=hit, report=report, by=clerk),
            lambda: feed_back(task=period, entry=entry, report=report, by=clerk),
        ) == ["done", "done"]


@pytest.mark.django_db(transaction=True)
def test_a_portfolio_that_ends_while_it_is_reviewed_follows_no_list() -> None:
    cast = make_cast()
    clerk = cast.actor("finance_clerk")
    portfolio = make_portfolio(name="供应商", purpose="供应商管理", legal_basis="法", by=clerk)
    assert PortfolioPosition.objects.exists()
    done = begun_in_turn(lambda: end_portfolio(portfolio=portfolio, by=clerk, reason="合同终止"), review_portfolios)
    assert (done, PortfolioPosition.objects.exists()) == (["done"], False)


@pytest.mark.django_db(transaction=True)
def test_a_promise_is_kept_or_broken_once() -> None:
    cast = make_cast()
    entry = publish_one(cast, credit_list=cast.red, dishonesty_class="")
    promise = GivenPromise("验资报告", clock.today(), "承诺补交")
    report = Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.praise.pk], promise=promise)
    kept = enforce(entry=entry, report=report, by=cast.actor("finance_clerk")).promise
    done = at_once(
        *(
            lambda name=name: move_promise(promise=kept, name=name, by=cast.actor("finance_clerk"), reason="逾期")
            for name in ("keep", "break")
        )
    )
    assert sorted(done) == ["done", "move_not_open"]
    assert kept.moves.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_calls_with_one_key_screen_once() -> None:
    cast, code = make_cast(), uscc(Random(5))
    publish_one(cast, code=code)
    client, secret = register_client(cast.finance, "system", ["screening"], by=SYSTEM)
    basic = base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
    token = Client().post(
        "/o/token/", {"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )
    headers = {"Authorization": f"Bearer {token.json()['access_token']}", "Idempotency-Key": "k-1"}
    answers: list[tuple[int, bytes]] = []

    def call() -> None:
        answer = Client().post("/api/v1/screenings/", body(code=code), "application/json", headers=headers)
        answers.append((answer.status_code, answer.content))

    at_once(*[call] * 20)
    assert (len(answers), len(set(answers)), answers[0][0]) == (20, 1, 201)
    assert (Screening.objects.count(), Hit.objects.count()) == (1, 1)
