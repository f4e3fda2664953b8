"""What oversight has in a demonstration, as made by hand: answered tasks, supervision notices, reports on key tasks."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from catalog.enums import KeyTaskProgress
from catalog.models import KeyTask
from catalog.services.key_tasks import Progress, ask_for_report, draft_report, note_on_task, send_report
from jinan_credit.accounts.actors import Actor, actor_of
from jinan_credit.accounts.models import Unit, User
from jinan_credit.kernel import clock
from jinan_credit.oversight.models import SupervisionNotice
from jinan_credit.oversight.selectors.supervision import choice_of, rules_of_today, usual_day
from jinan_credit.oversight.services.supervision import close_notice, reply_to_notice, urge_units
from lists.services.demonstration import SHOWN, staff_of
from sanctions.enums import Outcome, PartyKind, TaskState
from sanctions.models import UnitTask
from sanctions.selectors import Matter, Party
from sanctions.selectors.duties import own_measures
from sanctions.selectors.unit_tasks import entries_of_task
from sanctions.services.executions import Report, answer_hit, feed_back
from sanctions.services.screenings import screen
from sanctions.services.unit_tasks import declare_not_executed, declare_nothing_to_feed_back, sign_task

SUPERVISED, MOST_ANSWERED = 4, 30
_REPLY = "演示：已责成业务处室办理，因系统对接延误未能按期执行。"


@transaction.atomic
def demonstrate_oversight() -> None:
    """Of four tasks that were not executed one notice waits for the reply, one was replied to, one is closed, and of
    one the last day is tomorrow: nobody replies, so that from then on it is overdue and is escalated. Of two key tasks
    one is asked for a report, and of one a report came. Of some further tasks a part is signed, a part answered.
    """
    coordinator = actor_of(User.objects.get(username="coordinator"))
    tasks = list(_tasks()[: SUPERVISED + MOST_ANSWERED])
    _supervise(tasks[:SUPERVISED], coordinator)
    for place, task in enumerate(tasks[SUPERVISED:]):
        _ANSWERS[place % len(_ANSWERS)](task, _clerk_of(task.unit))
    _ask_for_reports(coordinator)


def _tasks() -> QuerySet[UnitTask]:
    """Of units that initiate lists, so that the others' inboxes stay as they are. Fewer where there are fewer tasks."""
    to_sign = UnitTask.objects.filter(state=TaskState.TO_SIGN, unit__initiated_lists__code__in=SHOWN)
    return to_sign.select_related("unit", "credit_list", "publication").distinct().order_by("pk")


def _sign(task: UnitTask, clerk: Actor) -> None:
    sign_task(task=task, by=clerk)


def _had_no_occasion(task: UnitTask, clerk: Actor) -> None:
    declare_nothing_to_feed_back(task=sign_task(task=task, by=clerk), by=clerk)


def _screen(task: UnitTask, clerk: Actor) -> None:
    """An organisation that was published is looked up, and why no measure was applied is said of the hit."""
    signed = sign_task(task=task, by=clerk)
    codes = entries_of_task(signed).exclude(subject__code=None).values_list("subject__code", flat=True)
    code = codes.order_by("pk").first()
    if code is None:
        return
    party = Party(PartyKind.ORGANISATION, code=code)
    screening = screen(party=party, matter=Matter("政府采购"), purpose="演示：投标资格核查", by=clerk)
    hit = screening.hits.order_by("pk").first()
    if hit is not None:
        reason = "演示：该投标人已自行退出。"
        answer_hit(hit=hit, report=Report(Outcome.NOT_APPLIED, clock.today(), reason=reason), by=clerk)


def _apply(task: UnitTask, clerk: Actor) -> None:
    signed = sign_task(task=task, by=clerk)
    measures = [measure.id for measure in own_measures(task.credit_list, task.unit)[:1]]
    if measures:
        feed_back(task=signed, report=Report(Outcome.APPLIED, clock.today(), measures=measures), by=clerk)


_ANSWERS = (_screen, _apply, _sign, _had_no_occasion)


def _supervise(tasks: list[UnitTask], coordinator: Actor) -> None:
    usual, tomorrow = usual_day(rules_of_today()), clock.today() + timedelta(days=1)
    days = (usual, usual, usual, tomorrow)
    notices = [_urge(task, due_on, coordinator) for task, due_on in zip(tasks, days, strict=False)]
    replied = [reply_to_notice(notice=notice, by=_clerk_of(notice.unit), reason=_REPLY) for notice in notices[1:3]]
    for notice in replied[1:]:
        close_notice(notice=notice, settled=True, by=coordinator, reason="演示：答复属实，予以办结。")


def _urge(task: UnitTask, due_on: date, coordinator: Actor) -> SupervisionNotice:
    clerk = _clerk_of(task.unit)
    declare_not_executed(task=sign_task(task=task, by=clerk), by=clerk, reason="演示：业务系统尚未对接。")
    (notice,) = urge_units(
        choice=choice_of(UnitTask.objects.filter(pk=task.pk)),
        title="限期执行联合惩戒措施",
        request="演示：请说明未执行的原因，限期执行并反馈结果。",
        due_on=due_on,
        by=coordinator,
    )
    return notice


def _ask_for_reports(coordinator: Actor) -> None:
    due_on = usual_day(rules_of_today())
    led = KeyTask.objects.filter(lead_units__initiated_lists__code__in=SHOWN).distinct().order_by("number")
    asked, reported = led[:2]
    ask_for_report(key_task=asked, due_on=due_on, by=coordinator, text="演示：请报告本季度进展。")
    ask_for_report(key_task=reported, due_on=due_on, by=coordinator, text="演示：请报告本季度进展。")
    clerk = _clerk_of(reported.lead_units.filter(initiated_lists__code__in=SHOWN).order_by("pk")[0])
    today = clock.today()
    says = Progress(KeyTaskProgress.UNDER_WAY, "演示：名单已发布并推送，各配合单位正在反馈。", today, today)
    send_report(report=draft_report(key_task=reported, says=says, by=clerk), by=clerk)
    note_on_task(key_task=reported, text="演示：已收悉，请继续推进。", by=coordinator)


def _clerk_of(unit: Unit) -> Actor:
    return actor_of(staff_of(unit)[0])
