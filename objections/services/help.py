"""Another unit is asked for what it alone knows: it gets the question and days of its own (SD art. 39)."""

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.files import files_or_nothing, keep_documents
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_move, require_move, require_right, write_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput, NotFound
from jinan_credit.kernel.uploads import CleanFile
from objections import events
from objections.enums import DocumentPurpose
from objections.models import HelpMove, HelpRequest, HelpRequestQuerySet, Objection
from objections.services.objections import DESK, count_due
from objections.workflow import HELP, OBJECTION


@transaction.atomic
def ask_help(*, objection: Objection, unit: Unit, question: str, by: Actor) -> HelpRequest:
    """Ask another unit while the objection is examined.

    The first question gives the objection itself the days of a case with help, unless its last day has passed.
    Refusals: `act_not_allowed`, `reason_missing` (an empty question), `not_your_unit`, `move_not_open`,
    `unit_not_to_ask` (one's own, or not active), `help_open` (the unit was asked and has not answered).
    """
    objection = DESK.lock(objection, by)
    move = HELP.require("ask", "")
    require_right(move, by=by, reason=question)
    assert by.user is not None, "a person asks"
    OBJECTION.require("examine", objection.state)
    if unit == objection.unit or not Unit.objects.active(clock.today()).filter(pk=unit.pk).exists():
        raise InvalidInput("unit_not_to_ask", _("Ask another unit that is active."), field="unit")
    if objection.help_requests.open().filter(unit=unit).exists():
        raise InvalidInput("help_open", _("This unit was asked already and has not answered yet."), field="unit")
    _give_days_of_help(objection)
    due = work_calendar().due_on(clock.today(), objection.rule_profile["help_wd"])
    request = HelpRequest.objects.create(
        objection=objection,
        unit=unit,
        question=question,
        state=move.target,
        asked_at=clock.now(),
        asked_by=by.user,
        due_on=due.on,
        due_is_provisional=due.provisional,
    )
    write_move(HelpMove, request, move.name, from_state="", to_state=move.target, by=by, reason=question)
    link = reverse("help_request", args=[request.pk])
    tell_staff(events.HELP_ASKED, units=[unit], link=link, unit=objection.unit.name, day=due.on)
    return request


@files_or_nothing()
def answer_help(*, request: HelpRequest, answer: str, by: Actor, evidence: Iterable[CleanFile] = ()) -> HelpRequest:
    """The asked unit answers, once.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`, `case_full`.
    """
    request = _lock(HelpRequest.objects.asked_of(by), request)
    require_move(HELP, "answer", state=request.state, by=by, reason=answer)
    request.answer, request.answered_by, request.answered_at = answer, by.user, clock.now()
    make_move(HelpMove, request, HELP, "answer", by=by, reason=answer)
    objection = request.objection
    keep_documents(objection.evidence, evidence, by=by, purpose=DocumentPurpose.HELP, help_request=request)
    link = reverse("objection", args=[objection.pk])
    tell_staff(events.HELP_ANSWERED, units=[objection.unit_id], link=link, unit=request.unit.name)
    return request


@transaction.atomic
def withdraw_help(*, request: HelpRequest, by: Actor, reason: str) -> HelpRequest:
    """The asking unit goes on without the answer; the days that the question gave stay.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`.
    """
    own = HelpRequest.objects.filter(objection__in=Objection.objects.visible_to(by).order_by().values("pk"))
    request = _lock(own, request)
    make_move(HelpMove, request, HELP, "withdraw", by=by, reason=reason)
    return request


def close_help_requests(*, objection: Objection, reason: str) -> int:
    """By the system, with the locked objection that closes. Returns how many were open."""
    requests = list(objection.help_requests.open().select_for_update(of=("self",)).order_by("pk"))
    for request in requests:
        make_move(HelpMove, request, HELP, "close", by=SYSTEM, reason=reason)
    return len(requests)


def _give_days_of_help(objection: Objection) -> None:
    # SD art. 39: 7 working days from receipt where another unit must help
    if objection.is_overdue or objection.help_requests.exists():
        return
    rules = objection.rule_profile
    objection.counted_wd += rules["decide_with_help_wd"] - rules["decide_wd"]
    count_due(objection, work_calendar())
    objection.save()


def _lock(requests: HelpRequestQuerySet, request: HelpRequest) -> HelpRequest:
    """Locked after its objection, in the order in which whatever closes the case locks too."""
    DESK.lock(request.objection, SYSTEM)
    locked = requests.select_for_update(of=("self",)).select_related("objection").filter(pk=request.pk).first()
    if locked is None:
        raise NotFound("not_your_unit", _("This request belongs to another unit."))
    return locked
