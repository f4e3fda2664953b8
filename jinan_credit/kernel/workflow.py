"""A workflow is a table of moves. A move not in the table does not exist."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.errors import DomainError


@dataclass(frozen=True)
class Move:
    """One line of the table.

    `act` names the act of the permission table that a person must hold; None is a move by the system alone.
    `other_person`: whoever made what is decided here may not make this move (rule 4: maker is not checker).
    """

    name: str
    label: str | Promise
    sources: tuple[str, ...]
    target: str
    act: str | None
    needs_reason: bool = False
    needs_document: bool = False
    other_person: bool = False


class Workflow:
    def __init__(self, name: str, moves: tuple[Move, ...]) -> None:
        self.name = name
        self.moves = moves
        self._by_name = {move.name: move for move in moves}
        assert len(self._by_name) == len(moves), f"{name}: two moves share a name"

    def __iter__(self) -> Iterator[Move]:
        return iter(self.moves)

    def __getitem__(self, name: str) -> Move:
        return self._by_name[name]

    def open_moves(self, state: str) -> list[Move]:
        return [move for move in self.moves if state in move.sources]

    def require(self, name: str, state: str) -> Move:
        """The move `name` out of `state`, or `move_not_open`."""
        move = self._by_name[name]
        if state not in move.sources:
            raise DomainError(
                "move_not_open",
                _("This step is not possible in the present state. Reload the page to see what is."),
                state=state,
                move=name,
            )
        return move
