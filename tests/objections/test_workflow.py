"""Every state × every move × every role."""

import pytest

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.kernel.errors import DomainError
from lists.models import Entry
from objections.enums import ObjectionState
from objections.models import Objection
from objections.services.decisions import dismiss_objection, uphold_by_correction, uphold_by_removal
from objections.services.objections import (
    accept_objection,
    ask_supplement,
    examine_objection,
    not_accept_objection,
    supplement_objection,
)
from objections.services.pauses import pause_objection, resume_objection
from objections.workflow import OBJECTION
from tests.objections.conftest import PAPER

ACTS = {
    "accept": lambda case, by: accept_objection(objection=case, by=by),
    "ask_supplement": lambda case, by: ask_supplement(objection=case, by=by, reason="请补充"),
    "supplement": lambda case, by: supplement_objection(objection=case, text="补充", by=by),
    "enter_supplement": lambda case, by: supplement_objection(objection=case, text="补充", by=by),
    "not_accept": lambda case, by: not_accept_objection(objection=case, by=by, reason="无关"),
    "pause": lambda case, by: pause_objection(objection=case, evidence=[PAPER], by=by, reason="委托鉴定"),
    "resume": lambda case, by: resume_objection(objection=case, by=by, reason="鉴定完毕"),
    "examine": lambda case, by: examine_objection(objection=case, by=by, reason="经查"),
    "correct": lambda case, by: uphold_by_correction(
        objection=case, new_values={"grounds": "更正后的事由"}, by=by, reason="成立"
    ),
    "remove": lambda case, by: uphold_by_removal(objection=case, by=by, reason="成立"),
    "dismiss": lambda case, by: dismiss_objection(objection=case, by=by, reason="不成立"),
}
CLERK_ACTS = {"accept", "ask_supplement", "enter_supplement", "not_accept", "pause", "resume", "examine"}
BY_THE_DAY = {"close", "lapse"}
MAY = {
    "clerk": CLERK_ACTS,
    "second_reviewer": {"correct", "remove", "dismiss"},
    "reviewer": set(),  # approved the listing
    "coordinator": set(),
    "stranger": set(),  # clerk and reviewer, but of another unit
}
REACHED = [state for state in ObjectionState.values if state != ObjectionState.CLOSED]


def test_the_acts_are_the_tables_moves():
    assert set(ACTS) == {move.name for move in OBJECTION} - BY_THE_DAY


@pytest.mark.parametrize("state", REACHED)
@pytest.mark.parametrize("role", MAY)
def test_only_the_tables_moves_are_possible(cast, in_state, state, role):
    case = in_state(state)
    for name, act in ACTS.items():
        if name == "supplement":
            continue
        case = Objection.objects.get(pk=case.pk)
        before = (case.state, case.moves.count())
        allowed = name in MAY[role] and case.state in OBJECTION[name].sources
        if allowed:
            continue
        with pytest.raises(DomainError):
            act(case, cast.actor(role))
        case.refresh_from_db()
        assert (case.state, case.moves.count()) == before, f"{role} made {name} out of {state}"


@pytest.mark.parametrize("move", sorted(set(ACTS) - {"supplement"}))
def test_the_tables_moves_work(cast, in_state, move):
    case = in_state(OBJECTION[move].sources[0])
    role = "clerk" if move in CLERK_ACTS else "second_reviewer"

    ACTS[move](case, cast.actor(role))

    case.refresh_from_db()
    assert case.state == OBJECTION[move].target
    last = case.moves.order_by("-id").first()
    assert (last.name, last.by, last.unit) == (move, getattr(cast, role), cast.court)


@pytest.mark.parametrize("state", REACHED)
def test_the_applicant_supplements_only_when_asked(in_state, state):
    case = in_state(state)
    if state == ObjectionState.SUPPLEMENT_ASKED:
        supplement_objection(objection=case, text="补充", by=SYSTEM)
        case.refresh_from_db()
        assert case.state == ObjectionState.SUBMITTED
    else:
        with pytest.raises(DomainError) as refused:
            supplement_objection(objection=case, text="补充", by=SYSTEM)
        assert refused.value.code == "move_not_open"


def test_a_supplement_is_asked_once(cast, in_state):
    case = in_state(ObjectionState.SUPPLEMENT_ASKED)
    supplement_objection(objection=case, text="补充", by=SYSTEM)
    with pytest.raises(DomainError) as refused:
        ask_supplement(objection=case, by=cast.actor("clerk"), reason="再补充")
    assert refused.value.code == "supplement_asked_before"


@pytest.mark.parametrize("move", ["ask_supplement", "not_accept", "examine", "remove", "dismiss"])
def test_a_reason_is_needed(cast, in_state, move):
    case = in_state(OBJECTION[move].sources[0])
    role = "clerk" if move in CLERK_ACTS else "second_reviewer"
    name = {
        "ask_supplement": ask_supplement,
        "not_accept": not_accept_objection,
        "examine": examine_objection,
        "remove": uphold_by_removal,
        "dismiss": dismiss_objection,
    }[move]
    with pytest.raises(DomainError) as refused:
        name(objection=case, by=cast.actor(role), reason="  ")
    assert refused.value.code == "reason_missing"
    assert Entry.objects.get().state == "PUBLISHED"
