import pytest

from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.workflow import Move, Workflow

DOOR = Workflow(
    "door",
    (
        Move("open", "Open", ("SHUT",), "OPEN", "TURN"),
        Move("shut", "Shut", ("OPEN",), "SHUT", "TURN"),
        Move("lock", "Lock", ("SHUT",), "LOCKED", None),
    ),
)


def test_a_move_in_the_table_is_given():
    assert DOOR.require("open", "SHUT").target == "OPEN"


@pytest.mark.parametrize(("name", "state"), [("open", "OPEN"), ("open", "LOCKED"), ("shut", "SHUT"), ("lock", "OPEN")])
def test_a_move_not_in_the_table_does_not_exist(name, state):
    with pytest.raises(DomainError) as refusal:
        DOOR.require(name, state)
    assert refusal.value.code == "move_not_open"
    assert refusal.value.details == {"state": state, "move": name}


def test_open_moves_of_a_state():
    assert [move.name for move in DOOR.open_moves("SHUT")] == ["open", "lock"]
    assert DOOR.open_moves("LOCKED") == []


def test_two_moves_cannot_share_a_name():
    with pytest.raises(AssertionError, match="two moves share a name"):
        Workflow("door", (DOOR["open"], DOOR["open"]))
