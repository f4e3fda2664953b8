"""异议: from submission to its effect on the entry (P §四(三), SD art. 39). 举报: from receipt to its answer."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow
from objections.enums import CONCLUDED_STATES, OPEN_STATES
from objections.enums import ExtensionState as E
from objections.enums import HelpState as H
from objections.enums import ObjectionState as S
from objections.enums import TipOffState as T

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
        Move("lapse", _("No supplement came: not accepted"), (S.SUPPLEMENT_ASKED,), S.NOT_ACCEPTED, None),
        Move(
            "pause",
            _("Pause for an inspection or appraisal"),
            (S.ACCEPTED,),
            S.PAUSED,
            Act.EXAMINE_OBJECTIONS,
            needs_reason=True,
            needs_document=True,
        ),
        Move(
            "resume",
            _("Resume: the inspection or appraisal is done"),
            (S.PAUSED,),
            S.ACCEPTED,
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

HELP = Workflow(
    "help_of_another_unit",
    (
        Move("ask", _("Ask another unit"), ("",), H.ASKED, Act.EXAMINE_OBJECTIONS, needs_reason=True),
        Move(
            "answer",
            pgettext_lazy("to who asked", "Answer"),
            (H.ASKED,),
            H.ANSWERED,
            Act.ANSWER_HELP,
            needs_reason=True,
        ),
        Move(
            "withdraw", _("Withdraw the question"), (H.ASKED,), H.WITHDRAWN, Act.EXAMINE_OBJECTIONS, needs_reason=True
        ),
        Move("close", _("Close: the entry left the list"), (H.ASKED,), H.CLOSED, None),
        Move(
            "pass_to_successor",
            _("Withdrawn: the unit's successor is asked already"),
            (H.ASKED,),
            H.WITHDRAWN,
            Act.KEEP_ACCOUNTS,
            needs_reason=True,
        ),
    ),
)

EXTENSION = Workflow(
    "extension_of_an_objection",
    (
        Move("ask", _("Ask for more time"), ("",), E.ASKED, Act.EXAMINE_OBJECTIONS, needs_reason=True),
        Move(
            "approve",
            _("Approve the extension"),
            (E.ASKED,),
            E.APPROVED,
            Act.DECIDE_OBJECTIONS,
            needs_reason=True,
            other_person=True,
        ),
        Move(
            "decline",
            _("Decline the extension"),
            (E.ASKED,),
            E.DECLINED,
            Act.DECIDE_OBJECTIONS,
            needs_reason=True,
            other_person=True,
        ),
        Move("lapse", _("The day passed, or the objection ended"), (E.ASKED,), E.LAPSED, None),
    ),
)

# 举报 (P §三(二)4). Whoever verifies is not told who made it; who is told does not verify.
TIP_OFF = Workflow(
    "tip-off",
    (
        Move("assign", _("Assign to a unit"), (T.RECEIVED,), T.ASSIGNED, Act.ASSIGN_TIP_OFFS),
        Move(
            "hand_back",
            _("Hand back"),
            (T.ASSIGNED,),
            T.RECEIVED,
            Act.VERIFY_TIP_OFFS,
            needs_reason=True,
        ),
        Move(
            "verify", _("Verified: propose an entry"), (T.ASSIGNED,), T.VERIFIED, Act.VERIFY_TIP_OFFS, needs_reason=True
        ),
        Move(
            "not_substantiate",
            _("Not substantiated"),
            (T.ASSIGNED,),
            T.NOT_SUBSTANTIATED,
            Act.VERIFY_TIP_OFFS,
            needs_reason=True,
        ),
        Move(
            "find_nothing",
            _("Nothing to verify"),
            (T.RECEIVED,),
            T.NOT_SUBSTANTIATED,
            Act.ASSIGN_TIP_OFFS,
            needs_reason=True,
        ),
        Move(
            "forward",
            _("Not ours: forward it"),
            (T.RECEIVED,),
            T.NOT_OURS,
            Act.ASSIGN_TIP_OFFS,
            needs_reason=True,
        ),
        Move("answer", _("Answer the reporter"), CONCLUDED_STATES, T.ANSWERED, Act.ASSIGN_TIP_OFFS, needs_reason=True),
    ),
)
