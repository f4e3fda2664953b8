"""More time for an objection: asked with a reason, approved by another person, once (P §四(三): in time)."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.moves import make_move, require_move, require_right, write_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput
from lists.services.case_letters import tell
from objections import events
from objections.enums import ExtensionState
from objections.models import Extension, ExtensionMove, Objection
from objections.services.objections import DESK, count_due
from objections.workflow import EXTENSION


@transaction.atomic
def ask_extension(*, objection: Objection, until: date, by: Actor, reason: str) -> Extension:
    """Ask for a later last day, within the limit of the rules.

    Refusals: `act_not_allowed`, `reason_missing`, `not_your_unit`, `clock_not_running`, `day_has_passed`,
    `extended_before`, `extension_beyond_limit`.
    """
    objection = DESK.lock(objection, by)
    move = EXTENSION.require("ask", "")
    require_right(move, by=by, reason=reason)
    assert by.user is not None, "a person asks"
    _require_running(objection)
    if objection.extensions.exists():
        raise DomainError("extended_before", _("More time can be asked for once only."))
    _require_within_limit(objection, until)
    extension = Extension.objects.create(
        objection=objection,
        due_before_on=objection.due_on,
        asked_until=until,
        reason=reason,
        state=move.target,
        asked_at=clock.now(),
        asked_by=by.user,
    )
    write_move(ExtensionMove, extension, move.name, from_state="", to_state=move.target, by=by, reason=reason)
    link = reverse("objection", args=[objection.pk])
    tell_staff(events.MORE_TIME_ASKED, units=[objection.unit_id], link=link, day=objection.due_on)
    return extension


@transaction.atomic
def approve_extension(*, extension: Extension, by: Actor, reason: str) -> Extension:
    """The new day holds; the applicant sees it, and why.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `own_work` (who asked does not approve),
    `not_your_unit`, `clock_not_running`, `day_has_passed`, `extension_beyond_limit`.
    """
    objection, extension = _lock(extension, by)
    require_move(EXTENSION, "approve", state=extension.state, by=by, reason=reason, made_by=[extension.asked_by_id])
    _require_running(objection)
    _require_within_limit(objection, extension.asked_until)
    calendar = work_calendar()
    extension.due_before_on = objection.due_on
    objection.counted_wd += calendar.working_days_between(objection.due_on, extension.asked_until)
    count_due(objection, calendar)
    objection.save()
    tell(objection, _("More time"))
    return _decide(extension, "approve", by, reason)


@transaction.atomic
def decline_extension(*, extension: Extension, by: Actor, reason: str) -> Extension:
    """The day stays. Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `own_work`, `not_your_unit`."""
    extension = _lock(extension, by)[1]
    return _decide(extension, "decline", by, reason)


def move_extension(*, extension: Extension, name: str, by: Actor, reason: str = "") -> Extension:
    """The step that a button of the case page names. Refusals: `move_not_open` and those of the step."""
    match name:
        case "approve":
            return approve_extension(extension=extension, by=by, reason=reason)
        case "decline":
            return decline_extension(extension=extension, by=by, reason=reason)
    raise DomainError("move_not_open", _("This is no step of an extension."))


def lapse_extension(*, objection: Objection, reason: str) -> None:
    """By the system, of the locked objection: what nobody decided has no object any more."""
    asked = objection.extensions.filter(state=ExtensionState.ASKED).select_for_update(of=("self",)).first()
    if asked is not None:
        make_move(ExtensionMove, asked, EXTENSION, "lapse", by=SYSTEM, reason=reason)


def _decide(extension: Extension, move: str, by: Actor, reason: str) -> Extension:
    extension.decided_by, extension.decided_at = by.user, clock.now()
    made_by = [extension.asked_by_id]
    make_move(ExtensionMove, extension, EXTENSION, move, by=by, reason=reason, made_by=made_by)
    return extension


def _lock(extension: Extension, by: Actor) -> tuple[Objection, Extension]:
    objection = DESK.lock(extension.objection, by)
    return objection, Extension.objects.select_for_update(of=("self",)).get(pk=extension.pk)


def _require_running(objection: Objection) -> None:
    if objection.is_overdue:
        raise DomainError("day_has_passed", _("The last day has passed; it cannot be extended any more."))
    if not objection.is_extensible:
        raise DomainError(
            "clock_not_running", _("Only an objection that is accepted, not paused and not decided can be extended.")
        )


def _require_within_limit(objection: Objection, until: date) -> None:
    calendar = work_calendar()
    last = calendar.due_on(objection.due_on, objection.rule_profile["extend_wd"]).on
    if not objection.due_on < until <= last or not calendar.is_working_day(until):
        raise InvalidInput(
            "extension_beyond_limit",
            _("The new day must be a working day after %(due)s and not later than %(last)s.")
            % {"due": objection.due_on, "last": last},
            field="until",
        )
