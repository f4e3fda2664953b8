"""Taking tasks on, giving them back, and who acts for whom."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from jinan_credit.accounts.actors import SYSTEM, Actor, actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from sanctions.models import Substitution, UnitTask
from sanctions.selectors import inbox_counts
from sanctions.services.claims import claim_task, end_substitution, give_back_task, name_substitute
from sanctions.services.executions import Report, feed_back
from sanctions.services.unit_tasks import sign_task
from tests.cast import Cast, make_user, publish_one
from tests.sanctions.conftest import task_of


@pytest.fixture
def task(cast: Cast) -> UnitTask:
    publish_one(cast)
    return task_of(cast.finance)


@pytest.fixture
def colleague(cast: Cast) -> User:
    return make_user("finance-colleague", cast.finance, Role.CLERK)


@pytest.fixture
def manager(cast: Cast) -> User:
    return make_user("finance-reviewer", cast.finance, Role.REVIEWER)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def code_of(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def substitute(absent: User, other: User, by: User, days: int = 3) -> Substitution:
    today = clock.today()
    return name_substitute(
        absent=absent, substitute=other, valid_from=today, valid_to=today + timedelta(days=days), by=actor_of(by)
    )


def test_who_has_taken_a_task_on_acts_and_nobody_else(cast: Cast, task: UnitTask, colleague: User) -> None:
    claim_task(task=task, by=cast.actor("finance_clerk"))
    other = actor_of(colleague)
    with pytest.raises(DomainError) as refused:
        sign_task(task=task, by=other)
    assert refused.value.code == "claimed_by_another"
    assert "finance-clerk" in str(refused.value)
    sign_task(task=task, by=cast.actor("finance_clerk"))
    report = Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.ban.pk])
    assert code_of(feed_back, task=task, report=report, by=other) == "claimed_by_another"
    assert feed_back(task=task, report=report, by=cast.actor("finance_clerk"))


def test_a_task_is_given_back_or_taken_over(cast: Cast, task: UnitTask, colleague: User) -> None:
    clerk, other = cast.actor("finance_clerk"), actor_of(colleague)
    claim_task(task=task, by=clerk)
    assert code_of(claim_task, task=task, by=clerk) == "already_claimed"
    assert code_of(give_back_task, task=task, by=other) == "not_claimed"
    assert claim_task(task=task, by=other).claimed_by == colleague
    given_back = give_back_task(task=task, by=other)
    assert (given_back.claimed_by, given_back.claimed_at) == (None, None)
    assert code_of(give_back_task, task=task, by=other) == "not_claimed"
    assert sign_task(task=task, by=clerk).state == "SIGNED"


def test_what_is_settled_or_of_another_unit_is_not_taken_on(cast: Cast, task: UnitTask) -> None:
    assert code_of(claim_task, task=task, by=cast.actor("transport_clerk")) == "not_found"
    assert code_of(claim_task, task=task, by=cast.actor("coordinator")) == "act_not_allowed"
    client, _secret = register_client(cast.finance, "system", ("feedback",), by=SYSTEM)
    assert code_of(claim_task, task=task, by=Actor(client=client)) == "person_only"
    UnitTask.objects.filter(pk=task.pk).update(state="FED_BACK")
    assert code_of(claim_task, task=task, by=cast.actor("finance_clerk")) == "task_settled"


def test_the_units_own_system_acts_all_the_same(cast: Cast, task: UnitTask) -> None:
    claim_task(task=task, by=cast.actor("finance_clerk"))
    client, _secret = register_client(cast.finance, "system", ("feedback",), by=SYSTEM)
    sign_task(task=task, by=Actor(client=client))
    move = task.moves.get()
    assert (move.by_client, move.acted_for) == (client, None)


def test_a_substitute_acts_on_claimed_tasks_and_the_step_names_both(
    cast: Cast, task: UnitTask, colleague: User
) -> None:
    claim_task(task=task, by=cast.actor("finance_clerk"))
    assert inbox_counts(actor_of(colleague)).claimed == 0
    substitute(cast.finance_clerk, colleague, by=cast.finance_clerk)
    assert inbox_counts(actor_of(colleague)).claimed == 1
    sign_task(task=task, by=actor_of(colleague))
    move = task.moves.get()
    assert (move.by, move.acted_for) == (colleague, cast.finance_clerk)
    page = signed_in(cast.finance_clerk).get(f"/tasks/{task.pk}/").content.decode()
    assert "finance-colleague" in page


def test_a_substitution_counts_on_its_days_only(cast: Cast, task: UnitTask, colleague: User) -> None:
    claim_task(task=task, by=cast.actor("finance_clerk"))
    with time_machine.travel(datetime(2026, 3, 2, 2, tzinfo=UTC), tick=False):
        name_substitute(
            absent=cast.finance_clerk,
            substitute=colleague,
            valid_from=date(2026, 3, 4),
            valid_to=date(2026, 3, 5),
            by=cast.actor("finance_clerk"),
        )
        assert code_of(sign_task, task=task, by=actor_of(colleague)) == "claimed_by_another"
    with time_machine.travel(datetime(2026, 3, 5, 16, 1, tzinfo=UTC), tick=False):  # the sixth has begun in Jinan
        assert code_of(sign_task, task=task, by=actor_of(colleague)) == "claimed_by_another"
    with time_machine.travel(datetime(2026, 3, 5, 15, 59, tzinfo=UTC), tick=False):
        assert sign_task(task=task, by=actor_of(colleague)).state == "SIGNED"


def test_it_is_named_by_the_absent_officer_or_a_reviewer_and_ends_at_once(
    cast: Cast, colleague: User, manager: User
) -> None:
    assert code_of(substitute, cast.finance_clerk, colleague, colleague) == "act_not_allowed"
    made = substitute(cast.finance_clerk, colleague, manager)
    assert code_of(end_substitution, substitution=made, by=cast.actor("transport_clerk")) == "not_found"
    assert code_of(end_substitution, substitution=made, by=actor_of(colleague)) == "act_not_allowed"
    ended = end_substitution(substitution=made, by=cast.actor("finance_clerk"))
    assert (ended.ended_by, ended.made_by) == (cast.finance_clerk, manager)
    assert not Substitution.objects.in_force(clock.today()).exists()
    assert code_of(end_substitution, substitution=made, by=cast.actor("finance_clerk")) == "substitution_over"
    assert substitute(cast.finance_clerk, colleague, cast.finance_clerk)


def test_what_no_substitution_may_say(cast: Cast, colleague: User, manager: User) -> None:
    assert code_of(substitute, cast.finance_clerk, cast.transport_clerk, manager) == "not_of_the_unit"
    assert code_of(substitute, cast.transport_clerk, colleague, manager) == "not_of_the_unit"
    assert code_of(substitute, cast.finance_clerk, cast.finance_clerk, manager) == "own_substitute"
    assert code_of(substitute, cast.finance_clerk, colleague, manager, days=-1) == "days_wrong"
    substitute(cast.finance_clerk, colleague, manager)
    assert code_of(substitute, cast.finance_clerk, manager, manager) == "has_a_substitute"
    assert code_of(substitute, cast.finance_clerk, colleague, cast.coordinator) == "act_not_allowed"


def test_the_database_refuses_what_the_service_refuses(cast: Cast, colleague: User, task: UnitTask) -> None:
    made = substitute(cast.finance_clerk, colleague, cast.finance_clerk)
    day = clock.today()
    for name, values in {
        "nobody_is_his_own_substitute": {"substitute": cast.finance_clerk},
        "substitution_ends_after_it_begins": {"valid_to": day - timedelta(days=1)},
        "substitution_ended_names_time_and_person": {"ended_at": clock.now()},
    }.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Substitution.objects.filter(pk=made.pk).update(**values)
    with pytest.raises(IntegrityError, match="nobody_has_two_substitutes_on_a_day"), transaction.atomic():
        Substitution.objects.create(
            unit=made.unit,
            absent=made.absent,
            substitute=colleague,
            valid_from=day,
            valid_to=day,
            made_by=colleague,
            made_at=clock.now(),
        )
    with pytest.raises(IntegrityError, match="unit_task_is_claimed_by_a_person_at_a_time"), transaction.atomic():
        UnitTask.objects.filter(pk=task.pk).update(claimed_by=colleague)


def test_the_pages_of_claims_and_substitutes(cast: Cast, task: UnitTask, colleague: User, manager: User) -> None:
    page = signed_in(cast.finance_clerk)
    page.post(f"/tasks/{task.pk}/claim/")
    assert task_of(cast.finance).claimed_by == cast.finance_clerk
    seen = signed_in(colleague)
    assert seen.get("/tasks/?claimed=others").context["total"] == 1
    assert seen.get("/tasks/?claimed=mine").context["total"] == 0
    shown = seen.get(f"/tasks/{task.pk}/")
    assert shown.context["buttons"] == []
    assert "finance-clerk" in shown.content.decode()
    today = clock.today()
    sent = {"absent": cast.finance_clerk.pk, "substitute": colleague.pk, "valid_from": today, "valid_to": today}
    assert seen.post("/tasks/substitutes/", sent).context["form"].errors["absent"]  # only himself, for a clerk
    assert signed_in(manager).post("/tasks/substitutes/", sent).status_code == 302
    assert seen.get("/tasks/?claimed=mine").context["total"] == 1
    assert seen.get(f"/tasks/{task.pk}/").context["buttons"]
    made = Substitution.objects.get()
    assert signed_in(cast.transport_clerk).post(f"/tasks/substitutes/{made.pk}/end/").status_code == 404
    page.post(f"/tasks/substitutes/{made.pk}/end/")
    page.post(f"/tasks/{task.pk}/claim/", {"back": "yes"})
    assert task_of(cast.finance).claimed_by is None
    assert signed_in(cast.transport_clerk).post(f"/tasks/{task.pk}/claim/").status_code == 404
    assert signed_in(cast.coordinator).get("/tasks/substitutes/").status_code == 403
