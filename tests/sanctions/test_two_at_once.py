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
from lists.services.synthetic import uscc
from sanctions.models import Execution, Hit, Screening, UnitTask
from sanctions.services.executions import Report, answer_hit
from sanctions.services.unit_tasks import sign_task
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
