"""Two officers decide at the same moment: one act takes effect."""

import base64
import threading
from collections.abc import Callable
from random import Random

import pytest
from django.db import connection
from django.test import Client

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import ExitReason
from lists.services.removals import remove_entry
from lists.services.synthetic import uscc
from sanctions.models import Execution, Hit, Screening, UnitTask
from sanctions.selectors.releases import measures_to_lift
from sanctions.services.executions import Report, answer_hit, enforce
from sanctions.services.promises import GivenPromise, move_promise
from sanctions.services.unit_tasks import confirm_release, sign_task
from tests.cast import make_cast, publish_one
from tests.sanctions.conftest import organisation, screened, task_of
from tests.sanctions.test_api import body


def at_once(act: Callable[[], object], times: int = 2) -> list[str]:
    """What each of the acts, begun together on connections of their own, came to: `done` or the refusal's code."""
    barrier, results = threading.Barrier(times), []

    def run() -> None:
        try:
            barrier.wait(10)
            act()
            results.append("done")
        except DomainError as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(results)


@pytest.mark.django_db(transaction=True)
def test_a_hit_is_answered_and_a_task_signed_once() -> None:
    cast, code = make_cast(), uscc(Random(5))
    publish_one(cast, code=code)
    hit = screened(organisation(code), cast.actor("finance_clerk")).hits.get()
    report = Report(outcome="NOT_APPLIED", performed_on=clock.today(), reason="没有对应事项")
    answered = at_once(lambda: answer_hit(hit=hit, report=report, by=cast.actor("finance_clerk")))
    assert answered == ["already_answered", "done"]
    assert Execution.objects.count() == 1
    task: UnitTask = task_of(cast.finance)
    assert at_once(lambda: sign_task(task=task, by=cast.actor("finance_clerk"))) == ["done", "move_not_open"]
    assert task.moves.count() == 1


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
        acts = iter(
            [
                lambda task=task: confirm_release(task=task, by=cast.actor("finance_clerk")),
                lambda hit=hit, report=report: answer_hit(hit=hit, report=report, by=cast.actor("finance_clerk")),
            ]
        )
        assert at_once(lambda acts=acts: next(acts)()) in (["done", "done"], ["done", "measures_not_settled"])
        assert task_of(cast.finance, pk=task.pk).state == "TO_CONFIRM"
        assert measures_to_lift(task).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_promise_is_kept_or_broken_once() -> None:
    cast = make_cast()
    entry = publish_one(cast, credit_list=cast.red, dishonesty_class="")
    promise = GivenPromise("验资报告", clock.today(), "承诺补交")
    report = Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.praise.pk], promise=promise)
    kept = enforce(entry=entry, report=report, by=cast.actor("finance_clerk")).promise
    names = iter(["keep", "break"])
    done = at_once(lambda: move_promise(promise=kept, name=next(names), by=cast.actor("finance_clerk"), reason="逾期"))
    assert done == ["done", "move_not_open"]
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

    at_once(call, times=20)
    assert (len(answers), len(set(answers)), answers[0][0]) == (20, 1, 201)
    assert (Screening.objects.count(), Hit.objects.count()) == (1, 1)
