"""异议: from submission to its effect on the entry, as a table (P §四(三), SD art. 39)."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow
from objections.enums import OPEN_STATES
from objections.enums import ObjectionState as S

OBJECTION = Workflow(
    "objection",
    (
        Move("accept", _("Accept"), (S.SUBMITTED,), S.ACCEPTED, Act.EXAMINE_OBJECTIONS),
        Move(
            "ask_supplement",
            _("Ask for a supplement"),
            (S.SUBMITTED,),
            S.SUPPLEMENT_ASKED,
            Act.EXAMINE_OBJECTIONS,
            needs_reason=True,
        ),
        Move("supplement", _("Supplement received"), (S.SUPPLEMENT_ASKED,), S.SUBMITTED, None),
        Move(
            "enter_supplement",
            _("Enter the supplement"),
            (S.SUPPLEMENT_ASKED,),
            S.SUBMITTED,
            Act.EXAMINE_OBJECTIONS,
            needs_reason=True,
        ),
        Move(
            "not_accept",
            _("Do not accept"),
            (S.SUBMITTED, S.SUPPLEMENT_ASKED),
            S.NOT_ACCEPTED,
            Act.EXAMINE_OBJECTIONS,
            needs_reason=True,
        ),
        Move(
            "examine",
            _("Record the examination"),
            (S.ACCEPTED,),
            S.EXAMINED,
            Act.EXAMINE_OBJECTIONS,
            needs_reason=True,
            other_person=True,
        ),
        Move(
            "correct",
            _("Uphold: correct the entry"),
            (S.EXAMINED,),
            S.UPHELD,
            Act.DECIDE_OBJECTIONS,
            needs_reason=True,
            other_person=True,
        ),
        Move(
            "remove",
            _("Uphold: remove the entry"),
            (S.EXAMINED,),
            S.UPHELD,
            Act.DECIDE_OBJECTIONS,
            needs_reason=True,
            other_person=True,
        ),
        Move(
            "dismiss",
            _("Dismiss"),
            (S.EXAMINED,),
            S.DISMISSED,
            Act.DECIDE_OBJECTIONS,
            needs_reason=True,
            other_person=True,
        ),
        Move("close", _("Close: the entry left the list"), OPEN_STATES, S.CLOSED, None),
    ),
)
