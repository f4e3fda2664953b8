"""The lines of the timelines: the moves of the workflows, and what else is written to the log."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lists.enums import ChangeReason
from lists.workflow import ENTRY, PROPOSAL


@dataclass(frozen=True)
class Step:
    """A line of the timeline that is no move of the workflow."""

    name: str
    label: str | Promise


ENTRY_STEPS: list[Any] = [
    *ENTRY,
    Step("draft", _("Drafted")),
    Step("revise", _("Revised")),
    Step("correct", _("Corrected")),
    *[Step(reason.value.lower(), reason.label) for reason in ChangeReason if reason != ChangeReason.CORRECTED],
]
PROPOSAL_STEPS: list[Any] = [*PROPOSAL, Step("propose", _("Proposal made"))]
