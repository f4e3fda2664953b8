"""Every state × every move × every role."""

from typing import Any

import pytest

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.enums import Role
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from sanctions.enums import TaskKind, TaskState
from sanctions.models import UnitTask
from sanctions.services.unit_tasks import move_task
from sanctions.workflow import UNIT_TASK
from tests.cast import Cast, make_user, publish_one
from tests.sanctions.conftest import task_of

LAWFUL = {
    ("TO_SIGN", "sign"): "SIGNED",
    ("SIGNED", "declare_nothing_to_feed_back"): "NOTHING_TO_FEED_BACK",
    ("SIGNED", "declare_not_executed"): "NOT_EXECUTED",
    ("TO_FEED_BACK", "declare_nothing_to_feed_back"): "NOTHING_TO_FEED_BACK",
    ("TO_FEED_BACK", "declare_not_executed"): "NOT_EXECUTED",
    ("TO_CONFIRM", "confirm_release"): "CONFIRMED",
}
MAY = {Role.CLERK, Role.REVIEWER}
BUTTONS = ("sign", "declare_nothing_to_feed_back", "declare_not_executed", "confirm_release")


@pytest.fixture
def task(cast: Cast) -> UnitTask:
    publish_one(cast)
    return task_of(cast.finance)


def of_kind(task: UnitTask, state: TaskState) -> dict[str, Any]:
    """What a task in this state is for."""
    if state == TaskState.TO_FEED_BACK:
        day = clock.today()
        return {"kind": TaskKind.FEEDBACK, "publication": None, "period_from": day, "period_to": day}
    kind = TaskKind.RELEASE if state in (TaskState.TO_CONFIRM, TaskState.CONFIRMED) else TaskKind.SIGN
    return {"kind": kind, "publication": task.publication, "period_from": None, "period_to": None}


@pytest.mark.parametrize("role", list(Role))
def test_every_state_and_move_by_role(cast: Cast, task: UnitTask, role: Role) -> None:
    from jinan_credit.accounts.actors import actor_of

    actor = actor_of(make_user(f"as-{role}", cast.finance, role))
    for state in TaskState:
        for name in BUTTONS:
            UnitTask.objects.filter(pk=task.pk).update(state=state, **of_kind(task, state))
            target = LAWFUL.get((state, name)) if role in MAY else None
            if target:
                assert move_task(task=task, name=name, by=actor, reason="理由").state == target
            else:
                with pytest.raises(DomainError) as refused:
                    move_task(task=task, name=name, by=actor, reason="理由")
                assert refused.value.code in {"move_not_open", "act_not_allowed"}
                assert UnitTask.objects.get(pk=task.pk).state == state


@pytest.mark.parametrize("name", BUTTONS)
@pytest.mark.parametrize("who", ["transport_clerk", "stranger", "clerk", "coordinator"])
def test_another_units_task_is_not_there(cast: Cast, task: UnitTask, name: str, who: str) -> None:
    with pytest.raises(DomainError) as refused:
        move_task(task=task, name=name, by=cast.actor(who), reason="理由")
    assert refused.value.status == 404


def test_a_reason_is_needed_where_the_table_says_so(cast: Cast, task: UnitTask) -> None:
    clerk = cast.actor("finance_clerk")
    move_task(task=task, name="sign", by=clerk)
    with pytest.raises(DomainError) as refused:
        move_task(task=task, name="declare_not_executed", by=clerk, reason="  ")
    assert refused.value.code == "reason_missing"


def test_every_move_leaves_a_row(cast: Cast, task: UnitTask) -> None:
    clerk = cast.actor("finance_clerk")
    move_task(task=task, name="sign", by=clerk)
    move_task(task=task, name="declare_not_executed", by=clerk, reason="没有对应事项")
    rows = list(task.moves.values_list("name", "from_state", "to_state", "by__username", "unit__code", "reason"))
    assert rows == [
        ("sign", "TO_SIGN", "SIGNED", "finance-clerk", "finance", ""),
        ("declare_not_executed", "SIGNED", "NOT_EXECUTED", "finance-clerk", "finance", "没有对应事项"),
    ]


def test_moves_by_the_system_are_no_buttons(cast: Cast, task: UnitTask) -> None:
    for move in UNIT_TASK:
        if move.act is None:
            with pytest.raises(DomainError):
                move_task(task=task, name=move.name, by=cast.actor("finance_clerk"), reason="理由")
    with pytest.raises(DomainError):
        move_task(task=task, name="sign", by=SYSTEM)
