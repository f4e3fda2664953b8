"""A city with overdue tasks, and supervision notices in every state."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import time_machine

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from jinan_credit.kernel.uploads import CleanFile
from jinan_credit.oversight.models import SupervisionNotice
from jinan_credit.oversight.selectors.supervision import Choice, choice_of
from jinan_credit.oversight.services.supervision import (
    close_notice,
    discard_notice,
    draft_notices,
    issue_notice,
    reply_to_notice,
    return_reply,
    withdraw_notice,
)
from jinan_credit.oversight.services.supervision_days import keep_days
from sanctions.models import UnitTask
from tests.cast import Cast, make_user, publish_one

PAPER = CleanFile(b"%PDF-1.7", "application/pdf", "pdf")


def publish_long_ago(cast: Cast, seeds: Iterable[int] = (1, 2)) -> None:
    """Publications that finance and transport should have signed by now."""
    with time_machine.travel(clock.now() - timedelta(days=30)):
        for seed in seeds:
            publish_one(cast, seed=seed)


def overdue_of(*units: object) -> Choice:
    return choice_of(UnitTask.objects.overdue().filter(unit__in=units))


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def reviewer_of_finance(cast: Cast) -> User:
    return User.objects.filter(username="finance-reviewer").first() or make_user(
        "finance-reviewer", cast.finance, Role.REVIEWER
    )


def drafted(cast: Cast, *, title: str = "逾期事项", due_on: date | None = None) -> SupervisionNotice:
    """To finance, about all that it has overdue."""
    return draft_notices(
        choice=overdue_of(cast.finance),
        title=title,
        request="请立即办理并答复。",
        due_on=due_on or in_days(7),
        by=cast.actor("coordinator"),
    )[0]


def issued(cast: Cast) -> SupervisionNotice:
    return issue_notice(notice=drafted(cast), by=cast.actor("coordinator"))


def replied(cast: Cast) -> SupervisionNotice:
    return reply_to_notice(notice=issued(cast), by=cast.actor("finance_clerk"), reason="已办理", evidence=[PAPER])


def returned(cast: Cast) -> SupervisionNotice:
    return return_reply(notice=replied(cast), due_on=in_days(9), by=cast.actor("coordinator"), reason="请补充")


def escalated(cast: Cast) -> SupervisionNotice:
    notice = issued(cast)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        keep_days()
    notice.refresh_from_db()
    return notice


# The escalated first: whoever makes all, one after the other, waits eight days for it.
IN_STATE: dict[str, Callable[[Cast], SupervisionNotice]] = {
    "ESCALATED": escalated,
    "DRAFT": drafted,
    "ISSUED": issued,
    "REPLIED": replied,
    "RETURNED": returned,
    "CLOSED": lambda cast: close_notice(
        notice=replied(cast), settled=True, by=cast.actor("coordinator"), reason="已全部办结"
    ),
    "WITHDRAWN": lambda cast: withdraw_notice(notice=issued(cast), by=cast.actor("coordinator"), reason="单位有误"),
    "DISCARDED": lambda cast: discard_notice(notice=drafted(cast), by=cast.actor("coordinator"), reason="不需要"),
}
