"""What a step did with many entries: how many it moved, and which it left out, each with the reason in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.wording import listed

MOST_TOLD = 100
MOST_NAMED = 5


@dataclass(frozen=True)
class LeftOut:
    entry_id: Any
    name: str
    code: str
    why: str


@dataclass
class Outcome:
    """`left_out` holds the first hundred of `left_out_count`."""

    done: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    left_out_count: int = 0

    def leave_out(self, rows: Iterable[LeftOut]) -> None:
        for row in rows:
            self.left_out_count += 1
            if len(self.left_out) < MOST_TOLD:
                self.left_out.append(row)

    def or_refusal(self) -> "Outcome":
        """Itself where something was done; else the refusal of all."""
        if self.done:
            return self
        raise self.refusal_of_all()

    def refusal_of_all(self) -> DomainError:
        """By the first reason, or `nothing_selected`."""
        if not self.left_out:
            return DomainError("nothing_selected", _("None of the selected entries can take this step any more."))
        return refusal(self.left_out, self.left_out_count)


def refusal(left_out: list[LeftOut], count: int) -> DomainError:
    """The refusal of a step by the first reason: in its own words for one entry, with count and names for many."""
    first = left_out[0]
    if count == 1:
        return DomainError(first.code, first.why)
    names = listed(one.name for one in left_out[:MOST_NAMED])
    message = _("%(count)s entries cannot take this step (%(names)s …). %(why)s")
    return DomainError(first.code, message % {"count": f"{count:,}", "names": names, "why": first.why}, count=count)
