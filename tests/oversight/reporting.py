"""A city with a quarter behind it, and reports on it in every state."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.kernel import clock
from jinan_credit.oversight.enums import ReportKind
from jinan_credit.oversight.models import CityReport
from jinan_credit.oversight.rules import ReportPeriod
from jinan_credit.oversight.services.city_report import (
    discard_report,
    draft_report,
    issue_report,
    revise_report,
    withdraw_report,
)
from jinan_credit.oversight.services.quality import count_quality
from lists.services.removals import expire_entries
from objections.services.objections import not_accept_objection, submit_objection
from sanctions.services.executions import Report, answer_hit
from tests.cast import Cast, publish_one
from tests.oversight.supervising import replied
from tests.sanctions.conftest import an_execution, organisation, screened

JINAN = ZoneInfo("Asia/Shanghai")
QUARTER = ReportPeriod(ReportKind.QUARTERLY, date(2026, 7, 1))
YEAR = ReportPeriod(ReportKind.YEARLY, date(2025, 1, 1))
APPLICANT = Applicant("申请企业", Relation.SELF, "91370100MA0000001X", "0531-11112222")
TEXTS = {
    "title": "关于2026年第三季度联合奖惩工作情况的报告",
    "situation": "三季度，联合奖惩机制运行平稳。\n各部门签收及时。",
    "work": "督促各部门反馈。",
    "problems": "个别部门反馈不及时。",
    "suggestions": "",
}


@contextmanager
def in_october(day: int = 12) -> Iterator[None]:
    """The third quarter is over."""
    with time_machine.travel(datetime(2026, 10, day, 9, tzinfo=JINAN), tick=False):
        yield


def work_through_the_quarter(cast: Cast) -> None:
    """Publications, measures applied and not, terms ended in time and late, an objection, a supervision notice; some
    of it before July."""
    for back in (120, 30, 20):
        with time_machine.travel(clock.now() - timedelta(days=back)):
            an_execution(cast, seed=back + 1)
    with time_machine.travel(clock.now() - timedelta(days=25)):
        entry = publish_one(cast, seed=50)
        hit = screened(organisation(str(entry.subject.code)), cast.actor("finance_clerk")).hits.get()
        refused = Report(outcome="NOT_APPLIED", performed_on=clock.today(), reason="该单位无此权限")
        answer_hit(hit=hit, report=refused, by=cast.actor("finance_clerk"))
        for seed, lasts in ((60, 3), (61, 1)):
            publish_one(cast, seed=seed, term_from=clock.today(), term_to=clock.today() + timedelta(days=lasts))
        objection = submit_objection(
            entry=entry, applicant=APPLICANT, grounds="OTHER", statement="异议", by=SYSTEM
        ).objection
        not_accept_objection(objection=objection, by=cast.actor("clerk"), reason="无关")
    with time_machine.travel(clock.now() - timedelta(days=21)):
        expire_entries()
    with time_machine.travel(clock.now() - timedelta(days=14)):
        replied(cast)
    count_quality()


def a_report(cast: Cast, state: str = "DRAFT", period: ReportPeriod = QUARTER, **texts: str) -> CityReport:
    by = cast.actor("coordinator")
    report = draft_report(period=period, by=by)
    revise_report(report=report, texts={**TEXTS, **texts}, by=by)
    if state == "DISCARDED":
        discard_report(report=report, by=by, reason="重拟")
    if state in ("ISSUED", "WITHDRAWN"):
        report = issue_report(report=report, by=by)
    if state == "WITHDRAWN":
        withdraw_report(report=report, by=by, reason="数据口径有误")
    return CityReport.objects.get(pk=report.pk)
