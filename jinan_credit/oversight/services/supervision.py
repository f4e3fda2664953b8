"""督办: the coordinator makes, issues and judges notices; the urged unit replies (P §五(四))."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import EventKind
from jinan_credit.accounts.files import files_or_nothing, keep_documents
from jinan_credit.accounts.moves import make_move, require_move, require_right, write_move
from jinan_credit.accounts.numbering import next_serial
from jinan_credit.accounts.selectors import current_holders
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.identifiers import require_no_citizen_number
from jinan_credit.kernel.uploads import CleanFile
from jinan_credit.oversight import events
from jinan_credit.oversight.models import (
    SupervisionDocument,
    SupervisionMove,
    SupervisionNotice,
    SupervisionNoticeQuerySet,
    SupervisionRow,
)
from jinan_credit.oversight.selectors.supervision import Choice, rules_of_today, urging
from jinan_credit.oversight.workflow import SUPERVISION

BASIS = "《济南市建立完善守信联合激励和失信联合惩戒制度实施方案》（济政字〔2017〕35号）五（四）"
MOST_ROWS = 1_000


@transaction.atomic
def draft_notices(*, choice: Choice, title: str, request: str, due_on: date, by: Actor) -> list[SupervisionNotice]:
    """Draft a notice to each unit of which rows are chosen. What is urged already, or done, is left out.

    Refusals: `act_not_allowed`, `no_unit`, `too_many_rows`, `day_to_come_wanted`, `nothing_to_urge`,
    `rule_profile_missing`, `number_told`.
    """
    move = SUPERVISION.require("draft", "")
    require_right(move, by=by, reason=title)
    require_no_citizen_number(title=title, request=request)
    if by.unit is None or by.user is None:
        raise NotAllowed("no_unit", _("Your account belongs to no unit."))
    require_few(choice)
    _require_to_come(due_on)
    rules, now = rules_of_today(), clock.now()
    drafts = []
    for unit, rows in urging(choice.locked()).by_unit:
        notice = SupervisionNotice.objects.create(
            unit=unit,
            issuing_unit=by.unit,
            title=title.strip(),
            request=request.strip(),
            legal_basis=BASIS,
            rule_profile=rules,
            due_on=due_on,
            made_by=by.user,
            made_at=now,
        )
        for row in rows:
            row.notice = notice
        SupervisionRow.objects.bulk_create(rows)
        write_move(
            SupervisionMove,
            notice,
            move.name,
            from_state="",
            to_state=move.target,
            by=by,
            reason=notice.title,
            due_on=due_on,
        )
        drafts.append(notice)
    if not drafts:
        raise InvalidInput(
            "nothing_to_urge", _("Nothing of what is chosen is left to urge: it is done, or urged already.")
        )
    return drafts


@transaction.atomic
def urge_units(*, choice: Choice, title: str, request: str, due_on: date, by: Actor) -> list[SupervisionNotice]:
    """Draft the notices and issue them in one act. Refusals as `draft_notices`."""
    drafts = draft_notices(choice=choice, title=title, request=request, due_on=due_on, by=by)
    return [issue_notice(notice=draft, by=by) for draft in drafts]


def require_few(choice: Choice) -> None:
    """Refusals: `too_many_rows`."""
    count = choice.count()
    if count > MOST_ROWS:
        raise InvalidInput(
            "too_many_rows",
            _("%(count)s rows are chosen; at most %(most)s can be urged at once. Narrow the list by period or unit.")
            % {"count": f"{count:,}", "most": f"{MOST_ROWS:,}"},
        )


@transaction.atomic
def revise_notice(*, notice: SupervisionNotice, title: str, request: str, due_on: date, by: Actor) -> SupervisionNotice:
    """Write a draft anew; its rows stay. Refusals: `act_not_allowed`, `not_found`, `move_not_open`,
    `day_to_come_wanted`, `number_told`."""
    notice = _lock(SupervisionNotice.objects.visible_to(by), notice)
    require_move(SUPERVISION, "revise", state=notice.state, by=by)
    require_no_citizen_number(title=title, request=request)
    _require_to_come(due_on)
    notice.title, notice.request, notice.due_on = title.strip(), request.strip(), due_on
    _move(notice, "revise", by, notice.title)
    return notice


@transaction.atomic
def issue_notice(*, notice: SupervisionNotice, by: Actor) -> SupervisionNotice:
    """Give the next number of the year, and urge the unit.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `day_to_come_wanted`.
    """
    notice = _lock(SupervisionNotice.objects.visible_to(by), notice)
    require_move(SUPERVISION, "issue", state=notice.state, by=by)
    _require_to_come(notice.due_on)
    notice.issued_by, notice.issued_at = by.user, clock.now()
    notice.year = clock.today().year
    notice.serial = next_serial(SupervisionNotice, notice.year)
    _move(notice, "issue", by, notice.title)
    tell_urged_unit(events.SUPERVISION_ISSUED, notice, day=notice.due_on)
    return notice


@transaction.atomic
def discard_notice(*, notice: SupervisionNotice, by: Actor, reason: str) -> SupervisionNotice:
    """Give up a draft. Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`."""
    notice = _lock(SupervisionNotice.objects.visible_to(by), notice)
    _move(notice, "discard", by, reason)
    return notice


@files_or_nothing()
def reply_to_notice(
    *, notice: SupervisionNotice, by: Actor, reason: str, evidence: Iterable[CleanFile] = ()
) -> SupervisionNotice:
    """An officer of the urged unit replies: what was done, and why so late (`reason`). A late reply is one, too.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`, `case_full`.
    """
    by.require(Act.REPLY_TO_SUPERVISION)
    notice = _lock(SupervisionNotice.objects.to_unit(by), notice)
    require_move(SUPERVISION, "reply", state=notice.state, by=by, reason=reason)
    notice.replied_by, notice.replied_at = by.user, clock.now()
    _move(notice, "reply", by, reason)
    tell_staff(events.SUPERVISION_REPLIED, link=page_of(notice), unit=str(by.unit), number=notice.number)
    reply = notice.moves.filter(name="reply").latest("pk")
    keep_documents(reply.documents, evidence, by=by, among=SupervisionDocument.objects.filter(reply__of=notice))
    return notice


@transaction.atomic
def return_reply(*, notice: SupervisionNotice, due_on: date, by: Actor, reason: str) -> SupervisionNotice:
    """Ask for another reply, by another day.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`, `own_work`, `day_to_come_wanted`.
    """
    notice = _lock(SupervisionNotice.objects.visible_to(by), notice)
    require_move(SUPERVISION, "return", state=notice.state, by=by, reason=reason, made_by=[notice.replied_by_id])
    _require_to_come(due_on)
    notice.due_on = due_on
    _move(notice, "return", by, reason)
    tell_urged_unit(events.SUPERVISION_RETURNED, notice, day=notice.due_on)
    return notice


@transaction.atomic
def close_notice(*, notice: SupervisionNotice, settled: bool, by: Actor, reason: str) -> SupervisionNotice:
    """Close, saying whether the matter is settled; without a reply it is not.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`, `own_work`.
    """
    notice = _lock(SupervisionNotice.objects.visible_to(by), notice)
    name = "settle" if settled else "close_unsettled"
    require_move(SUPERVISION, name, state=notice.state, by=by, reason=reason, made_by=[notice.replied_by_id])
    notice.closed_by, notice.closed_at, notice.is_settled = by.user, clock.now(), settled
    _move(notice, name, by, reason)
    tell_urged_unit(events.SUPERVISION_CLOSED, notice)
    return notice


@transaction.atomic
def withdraw_notice(*, notice: SupervisionNotice, by: Actor, reason: str) -> SupervisionNotice:
    """Take an issued notice back: its number stays, and the unit reads why.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`.
    """
    notice = _lock(SupervisionNotice.objects.visible_to(by), notice)
    _move(notice, "withdraw", by, reason)
    tell_urged_unit(events.SUPERVISION_WITHDRAWN, notice)
    return notice


def move_notice(*, notice: SupervisionNotice, name: str, by: Actor, reason: str = "") -> SupervisionNotice:
    """The step that a button of the notice's page names. Refusals: `move_not_open` and those of the step."""
    match name:
        case "issue":
            return issue_notice(notice=notice, by=by)
        case "discard":
            return discard_notice(notice=notice, by=by, reason=reason)
        case "settle" | "close_unsettled":
            return close_notice(notice=notice, settled=name == "settle", by=by, reason=reason)
        case "withdraw":
            return withdraw_notice(notice=notice, by=by, reason=reason)
    raise DomainError("move_not_open", _("This is no step of a supervision notice."))


def tell_urged_unit(kind: EventKind, notice: SupervisionNotice, **values: Any) -> None:
    """Or the unit that succeeded it: whoever replies is told. As part of a step."""
    holder = current_holders(clock.today()).get(notice.unit_id)
    tell_staff(kind, units=[holder], link=page_of(notice), number=notice.number, **values)


def page_of(notice: SupervisionNotice) -> str:
    return reverse("supervision_notice", args=[notice.pk])


def _move(notice: SupervisionNotice, name: str, by: Actor, reason: str) -> None:
    """Refusals of every step: `number_told`."""
    require_no_citizen_number(reason=reason)
    made_by, due_on = [notice.replied_by_id], notice.due_on
    make_move(SupervisionMove, notice, SUPERVISION, name, by=by, reason=reason, made_by=made_by, due_on=due_on)


def _lock(notices: SupervisionNoticeQuerySet, notice: SupervisionNotice) -> SupervisionNotice:
    locked = notices.select_for_update(of=("self",)).select_related("unit", "rule_profile").filter(pk=notice.pk).first()
    if locked is None:
        raise NotFound
    return locked


def _require_to_come(due_on: date) -> None:
    if due_on <= clock.today():
        raise InvalidInput("day_to_come_wanted", _("Give the unit a day that is still to come."), field="due_on")
