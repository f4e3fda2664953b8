"""信用修复: from application to removal, as a table (P §四(四); order 36)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow
from repair.enums import OPEN_STATES
from repair.enums import RepairState as S

REPAIR = Workflow(
    "repair",
    (
        Move("accept", _("Accept"), (S.SUBMITTED,), S.ACCEPTED, Act.VERIFY_REPAIRS),
        Move(
            "ask_supplement",
            _("Ask for a supplement"),
            (S.SUBMITTED,),
            S.SUPPLEMENT_ASKED,
            Act.VERIFY_REPAIRS,
            needs_reason=True,
        ),
        Move("supplement", _("Supplement received"), (S.SUPPLEMENT_ASKED,), S.SUBMITTED, None),
        Move(
            "enter_supplement",
            _("Enter the supplement"),
            (S.SUPPLEMENT_ASKED,),
            S.SUBMITTED,
            Act.VERIFY_REPAIRS,
            needs_reason=True,
        ),
        Move(
            "not_accept",
            _("Do not accept"),
            (S.SUBMITTED, S.SUPPLEMENT_ASKED),
            S.NOT_ACCEPTED,
            Act.VERIFY_REPAIRS,
            needs_reason=True,
        ),
        Move("lapse", _("No supplement came: not accepted"), (S.SUPPLEMENT_ASKED,), S.NOT_ACCEPTED, None),
        Move("verify", _("Record the verification"), (S.ACCEPTED,), S.VERIFIED, Act.VERIFY_REPAIRS, needs_reason=True),
        Move(
            "approve",
            _("Approve: remove the entry"),
            (S.VERIFIED,),
            S.APPROVED,
            Act.APPROVE_REPAIRS,
            needs_reason=True,
            other_person=True,
        ),
        Move(
            "refuse",
            pgettext_lazy("a repair", "Refuse"),
            (S.VERIFIED,),
            S.REFUSED,
            Act.APPROVE_REPAIRS,
            needs_reason=True,
            other_person=True,
        ),
        Move(
            "refuse_false",
            _("Refuse: false material"),
            (S.VERIFIED,),
            S.REFUSED,
            Act.APPROVE_REPAIRS,
            needs_reason=True,
            other_person=True,
        ),
        Move("close", _("Close: the entry left the list"), OPEN_STATES, S.CLOSED, None),
    ),
)
