"""What may happen to a task, a screening, a hit, a promise, a portfolio, a typical case and a bulletin."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow
from sanctions.enums import BulletinState, CaseState, HitState, PortfolioState, PromiseState, ScreeningState, TaskState

AFTER_SIGNING = (TaskState.SIGNED, TaskState.FED_BACK, TaskState.NOTHING_TO_FEED_BACK, TaskState.NOT_EXECUTED)
NOT_ANSWERED = (TaskState.SIGNED, TaskState.TO_FEED_BACK)

UNIT_TASK = Workflow(
    "unit_task",
    (
        Move("sign", _("Sign"), (TaskState.TO_SIGN,), TaskState.SIGNED, Act.SIGN_TASKS),
        Move("sign_automatically", _("Signed automatically"), (TaskState.TO_SIGN,), TaskState.SIGNED, None),
        Move("feed_back", _("Feed back"), (*AFTER_SIGNING, TaskState.TO_FEED_BACK), TaskState.FED_BACK, Act.SIGN_TASKS),
        Move(
            "declare_nothing_to_feed_back",
            _("Nothing to feed back"),
            NOT_ANSWERED,
            TaskState.NOTHING_TO_FEED_BACK,
            Act.SIGN_TASKS,
        ),
        Move(
            "declare_not_executed",
            _("Not executed"),
            NOT_ANSWERED,
            TaskState.NOT_EXECUTED,
            Act.SIGN_TASKS,
            needs_reason=True,
        ),
        Move(
            "void_feedback", _("Feedback cancelled"), (TaskState.FED_BACK,), TaskState.SIGNED, None, needs_reason=True
        ),
        Move(
            "count_reports",
            _("Fed back within the period"),
            (TaskState.TO_FEED_BACK, TaskState.NOTHING_TO_FEED_BACK),
            TaskState.FED_BACK,
            None,
        ),
        Move(
            "void_reports",
            _("Feedback of the period cancelled"),
            (TaskState.FED_BACK,),
            TaskState.TO_FEED_BACK,
            None,
            needs_reason=True,
        ),
        Move("confirm_release", _("Confirm release"), (TaskState.TO_CONFIRM,), TaskState.CONFIRMED, Act.SIGN_TASKS),
        Move(
            "reopen_release",
            _("Reopened, a measure was reported later"),
            (TaskState.CONFIRMED,),
            TaskState.TO_CONFIRM,
            None,
            needs_reason=True,
        ),
        Move(
            "take_over",
            _("Taken over by the successor's own task"),
            (TaskState.TO_SIGN, TaskState.SIGNED, TaskState.TO_FEED_BACK, TaskState.TO_CONFIRM),
            TaskState.TAKEN_OVER,
            Act.KEEP_ACCOUNTS,
            needs_reason=True,
        ),
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

PROMISE = Workflow(
    "promise",
    (
        Move("keep", _("The promise was kept"), (PromiseState.OPEN,), PromiseState.KEPT, Act.SIGN_TASKS),
        Move(
            "break",
            _("The promise was broken"),
            (PromiseState.OPEN,),
            PromiseState.BROKEN,
            Act.SIGN_TASKS,
            needs_reason=True,
        ),
        Move(
            "reopen",
            _("Take back what was noted"),
            (PromiseState.KEPT, PromiseState.BROKEN),
            PromiseState.OPEN,
            Act.SIGN_TASKS,
            needs_reason=True,
        ),
    ),
)

CASE = Workflow(
    "case",
    (
        Move("report", _("Report"), (CaseState.DRAFT, CaseState.RETURNED), CaseState.REPORTED, Act.REPORT_CASES),
        Move(
            "withdraw",
            _("Withdraw"),
            (CaseState.DRAFT, CaseState.REPORTED, CaseState.RETURNED),
            CaseState.WITHDRAWN,
            Act.REPORT_CASES,
            needs_reason=True,
        ),
        Move("adopt", _("Adopt"), (CaseState.REPORTED,), CaseState.ADOPTED, Act.CIRCULATE_CASES, other_person=True),
        Move(
            "send_back",
            _("Return"),
            (CaseState.REPORTED, CaseState.ADOPTED),
            CaseState.RETURNED,
            Act.CIRCULATE_CASES,
            needs_reason=True,
        ),
        Move("circulate", _("Issued in a bulletin"), (CaseState.ADOPTED,), CaseState.IN_BULLETIN, Act.CIRCULATE_CASES),
        Move(
            "recall",
            _("The bulletin was withdrawn"),
            (CaseState.IN_BULLETIN,),
            CaseState.ADOPTED,
            Act.CIRCULATE_CASES,
            needs_reason=True,
        ),
    ),
)

BULLETIN = Workflow(
    "bulletin",
    (
        Move("issue", _("Issue"), (BulletinState.DRAFT,), BulletinState.ISSUED, Act.CIRCULATE_CASES),
        Move(
            "discard",
            _("Discard"),
            (BulletinState.DRAFT,),
            BulletinState.DISCARDED,
            Act.CIRCULATE_CASES,
            needs_reason=True,
        ),
        Move(
            "withdraw",
            _("Withdraw"),
            (BulletinState.ISSUED,),
            BulletinState.WITHDRAWN,
            Act.CIRCULATE_CASES,
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
