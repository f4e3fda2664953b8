"""P §五(四). 督办单: the coordinator urges a unit, the unit replies, the coordinator judges the reply. 报告: he reports
to the city government, and withdraws what was wrong."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow
from jinan_credit.oversight.enums import ReportState as R
from jinan_credit.oversight.enums import SupervisionState as S

AWAITS_REPLY = (S.ISSUED, S.RETURNED, S.ESCALATED)

SUPERVISION = Workflow(
    "supervision_notice",
    (
        Move("draft", _("Draft a notice"), ("",), S.DRAFT, Act.OVERSEE),
        Move("revise", _("Write anew"), (S.DRAFT,), S.DRAFT, Act.OVERSEE),
        Move("issue", _("Issue"), (S.DRAFT,), S.ISSUED, Act.OVERSEE),
        Move("discard", _("Discard"), (S.DRAFT,), S.DISCARDED, Act.OVERSEE, needs_reason=True),
        Move("reply", _("Reply"), AWAITS_REPLY, S.REPLIED, Act.REPLY_TO_SUPERVISION, needs_reason=True),
        Move("escalate", _("No reply came: escalated"), (S.ISSUED, S.RETURNED), S.ESCALATED, None, needs_reason=True),
        Move(
            "return",
            _("Return for another reply"),
            (S.REPLIED,),
            S.RETURNED,
            Act.OVERSEE,
            needs_reason=True,
            other_person=True,
        ),
        Move(
            "settle",
            _("Close: the matter is settled"),
            (S.REPLIED,),
            S.CLOSED,
            Act.OVERSEE,
            needs_reason=True,
            other_person=True,
        ),
        Move(
            "close_unsettled",
            _("Close: the matter is not settled"),
            (S.REPLIED, S.ESCALATED),
            S.CLOSED,
            Act.OVERSEE,
            needs_reason=True,
            other_person=True,
        ),
        Move(
            "withdraw",
            _("Withdraw"),
            (*AWAITS_REPLY, S.REPLIED),
            S.WITHDRAWN,
            Act.OVERSEE,
            needs_reason=True,
            other_person=True,
        ),
    ),
)

CITY_REPORT = Workflow(
    "report_to_the_city_government",
    (
        Move("draft", _("Drafted"), ("",), R.DRAFT, Act.OVERSEE),
        Move("revise", _("Revised"), (R.DRAFT,), R.DRAFT, Act.OVERSEE),
        Move("issue", _("Issue"), (R.DRAFT,), R.ISSUED, Act.OVERSEE),
        Move("discard", _("Discard"), (R.DRAFT,), R.DISCARDED, Act.OVERSEE, needs_reason=True),
        Move("withdraw", _("Withdraw"), (R.ISSUED,), R.WITHDRAWN, Act.OVERSEE, needs_reason=True),
    ),
)
