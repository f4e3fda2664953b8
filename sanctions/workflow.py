"""What may happen to a unit's task, to a screening, to a hit and to a portfolio."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow
from sanctions.enums import HitState, PortfolioState, ScreeningState, TaskState

AFTER_SIGNING = (TaskState.SIGNED, TaskState.FED_BACK, TaskState.NOTHING_TO_FEED_BACK, TaskState.NOT_EXECUTED)

UNIT_TASK = Workflow(
    "unit_task",
    (
        Move("sign", _("Sign"), (TaskState.TO_SIGN,), TaskState.SIGNED, Act.SIGN_TASKS),
        Move("sign_automatically", _("Signed automatically"), (TaskState.TO_SIGN,), TaskState.SIGNED, None),
        Move("feed_back", _("Feed back"), AFTER_SIGNING, TaskState.FED_BACK, Act.SIGN_TASKS),
        Move(
            "declare_nothing_to_feed_back",
            _("Nothing to feed back"),
            (TaskState.SIGNED,),
            TaskState.NOTHING_TO_FEED_BACK,
            Act.SIGN_TASKS,
        ),
        Move(
            "declare_not_executed",
            _("Not executed"),
            (TaskState.SIGNED,),
            TaskState.NOT_EXECUTED,
            Act.SIGN_TASKS,
            needs_reason=True,
        ),
        Move(
            "void_feedback", _("Feedback cancelled"), (TaskState.FED_BACK,), TaskState.SIGNED, None, needs_reason=True
        ),
        Move("confirm_release", _("Confirm release"), (TaskState.TO_CONFIRM,), TaskState.CONFIRMED, Act.SIGN_TASKS),
    ),
)

SCREENING = Workflow(
    "screening",
    (
        Move("close", _("Close the screening"), (ScreeningState.OPEN,), ScreeningState.CLOSED, Act.SCREEN_PARTIES),
        Move(
            "reopen",
            _("Reopened, an answer was cancelled"),
            (ScreeningState.CLOSED,),
            ScreeningState.OPEN,
            None,
            needs_reason=True,
        ),
    ),
)

HIT = Workflow(
    "hit",
    (
        Move("answer", _("Answer"), (HitState.OPEN,), HitState.ANSWERED, Act.SIGN_TASKS),
        Move(
            "reopen",
            _("Cancel the answer"),
            (HitState.ANSWERED,),
            HitState.OPEN,
            Act.SIGN_TASKS,
            needs_reason=True,
        ),
    ),
)

PORTFOLIO = Workflow(
    "portfolio",
    (
        Move(
            "end",
            _("End the portfolio"),
            (PortfolioState.KEPT,),
            PortfolioState.ENDED,
            Act.SCREEN_PARTIES,
            needs_reason=True,
        ),
    ),
)
