"""Every state × every move × every role."""

import pytest

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.kernel.errors import DomainError
from repair.enums import RepairState
from repair.models import RepairApplication
from repair.services.applications import (
    accept_repair,
    ask_supplement,
    not_accept_repair,
    supplement_repair,
    verify_repair,
)
from repair.services.decisions import approve_repair, refuse_repair
from repair.workflow import REPAIR

ACTS = {
    "accept": lambda case, by: accept_repair(application=case, by=by),
    "ask_supplement": lambda case, by: ask_supplement(application=case, by=by, reason="请补充"),
    "supplement": lambda case, by: supplement_repair(application=case, text="补充", by=by),
    "enter_supplement": lambda case, by: supplement_repair(application=case, text="补充", by=by),
    "not_accept": lambda case, by: not_accept_repair(application=case, by=by, reason="材料不齐"),
    "verify": lambda case, by: verify_repair(application=case, by=by, reason="已整改"),
    "approve": lambda case, by: approve_repair(application=case, by=by, reason="同意"),
    "refuse": lambda case, by: refuse_repair(application=case, by=by, reason="不同意"),
    "refuse_false": lambda case, by: refuse_repair(application=case, by=by, reason="材料虚假", is_false=True),
}
CLERK_ACTS = {"accept", "ask_supplement", "enter_supplement", "not_accept", "verify"}
MAY = {
    "clerk": CLERK_ACTS,
    "reviewer": {"approve", "refuse", "refuse_false"},
    "coordinator": set(),
    "finance_clerk": set(),
    "stranger": set(),  # clerk and reviewer, but of another unit
}
REACHED = [state for state in RepairState.values if state != RepairState.CLOSED]


def test_the_acts_are_the_tables_moves():
    assert set(ACTS) == {move.name for move in REPAIR} - {"close", "lapse"}


@pytest.mark.parametrize("state", REACHED)
@pytest.mark.parametrize("role", MAY)
def test_only_the_tables_moves_are_possible(cast, in_state, state, role):
    case = in_state(state)
    for name, act in ACTS.items():
        if name == "supplement" or (name in MAY[role] and state in REPAIR[name].sources):
            continue
        before = case.moves.count()
        with pytest.raises(DomainError):
            act(case, cast.actor(role))
        case.refresh_from_db()
        assert (case.state, case.moves.count()) == (state, before), f"{role} made {name} out of {state}"


@pytest.mark.parametrize("move", sorted(set(ACTS) - {"supplement"}))
def test_the_tables_moves_work(cast, in_state, move):
    case = in_state(REPAIR[move].sources[0])
    role = "clerk" if move in CLERK_ACTS else "reviewer"

    ACTS[move](case, cast.actor(role))

    case = RepairApplication.objects.get(pk=case.pk)
    last = case.moves.order_by("-id").first()
    assert case.state == REPAIR[move].target
    assert (last.name, last.by) == (move, getattr(cast, role))


@pytest.mark.parametrize("state", REACHED)
def test_the_applicant_supplements_only_when_asked(in_state, state):
    case = in_state(state)
    if state == RepairState.SUPPLEMENT_ASKED:
        supplement_repair(application=case, text="补充", by=SYSTEM)
        case.refresh_from_db()
        assert case.state == RepairState.SUBMITTED
    else:
        with pytest.raises(DomainError) as refused:
            supplement_repair(application=case, text="补充", by=SYSTEM)
        assert refused.value.code == "move_not_open"
