"""通报: the coordinator collects adopted cases, issues them under a number, and may withdraw them (P §五(三))."""

from collections.abc import Collection

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_move, make_moves, require_move, write_move
from jinan_credit.accounts.numbering import next_serial
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from sanctions import events
from sanctions.enums import BulletinState
from sanctions.models import Bulletin, BulletinMove, CaseReport, CaseReportMove
from sanctions.selectors.cases import cases_of, cases_to_collect, hidden_of_all
from sanctions.services.case_texts import require_told_nowhere
from sanctions.services.cases import require_sound
from sanctions.workflow import BULLETIN, CASE


@transaction.atomic
def draft_bulletin(*, title: str, text: str, cases: Collection[int], by: Actor) -> Bulletin:
    """Begin a bulletin. `cases`: ids of adopted cases. Refusals: `act_not_allowed`, `no_unit`, `case_not_free`."""
    by.require(Act.CIRCULATE_CASES)
    if by.unit is None or by.user is None:
        raise NotAllowed("no_unit", _("Your account belongs to no unit."))
    bulletin = Bulletin.objects.create(
        unit=by.unit, title=title.strip(), text=text.strip(), made_by=by.user, made_at=clock.now()
    )
    _collect(bulletin, cases)
    write_move(BulletinMove, bulletin, "draft", from_state="", to_state=bulletin.state, by=by, reason="")
    return bulletin


@transaction.atomic
def revise_bulletin(*, bulletin: Bulletin, title: str, text: str, cases: Collection[int], by: Actor) -> Bulletin:
    """Write a draft anew. Refusals: `act_not_allowed`, `not_found`, `bulletin_not_revisable`, `case_not_free`."""
    by.require(Act.CIRCULATE_CASES)
    bulletin = _lock(bulletin, by)
    if bulletin.state != BulletinState.DRAFT:
        raise DomainError("bulletin_not_revisable", _("What was issued or discarded is not changed any more."))
    bulletin.title, bulletin.text = title.strip(), text.strip()
    bulletin.save()
    _collect(bulletin, cases)
    write_move(BulletinMove, bulletin, "revise", from_state=bulletin.state, to_state=bulletin.state, by=by, reason="")
    return bulletin


@transaction.atomic
def issue_bulletin(*, bulletin: Bulletin, by: Actor) -> Bulletin:
    """Give the next number of the year, and circulate the cases: to all units, and to the public where a case of an
    organisation may be read by anybody.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`; `bulletin_empty`; `case_flawed`, naming the case;
    `person_named` and `number_told` (the bulletin's own words name neither persons nor parties).
    """
    bulletin = _lock(bulletin, by)
    require_move(BULLETIN, "issue", state=bulletin.state, by=by)
    cases = list(cases_of(bulletin).select_for_update(of=("self",)))
    if not cases:
        raise InvalidInput("bulletin_empty", _("Collect at least one adopted case before you issue."), field="cases")
    for case in cases:
        require_sound(case)
    _require_own_words(cases, title=bulletin.title, text=bulletin.text)
    bulletin.is_public = cases_of(bulletin).open_to_the_public().exists()
    bulletin.issued_by, bulletin.issued_at = by.user, clock.now()
    bulletin.year = clock.today().year
    bulletin.serial = next_serial(Bulletin, bulletin.year)
    make_move(BulletinMove, bulletin, BULLETIN, "issue", by=by)
    _move_cases(bulletin, "circulate", by, reason=bulletin.number)
    tell_staff(
        events.BULLETIN_ISSUED,
        units=Unit.objects.active(clock.today()),
        link=reverse("bulletin", args=[bulletin.pk]),
        about=bulletin.number,
        number=bulletin.number,
        count=len(cases),
    )
    return bulletin


@transaction.atomic
def discard_bulletin(*, bulletin: Bulletin, by: Actor, reason: str) -> Bulletin:
    """Give up a draft; its cases are free again.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`.
    """
    bulletin = _lock(bulletin, by)
    make_move(BulletinMove, bulletin, BULLETIN, "discard", by=by, reason=reason)
    _collect(bulletin, [])
    return bulletin


@transaction.atomic
def withdraw_bulletin(*, bulletin: Bulletin, by: Actor, reason: str) -> Bulletin:
    """Take an issued bulletin back: its number stays with a note, its cases are adopted ones again.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`; `person_named` and `number_told` in the
    reason, which outlives the cases.
    """
    bulletin = _lock(bulletin, by)
    require_move(BULLETIN, "withdraw", state=bulletin.state, by=by, reason=reason)
    _require_own_words(list(cases_of(bulletin)), reason=reason)
    bulletin.withdrawn_on = clock.today()
    make_move(BulletinMove, bulletin, BULLETIN, "withdraw", by=by, reason=reason)
    _move_cases(bulletin, "recall", by, reason=f"{bulletin.number}: {reason}")
    _collect(bulletin, [])
    return bulletin


def move_bulletin(*, bulletin: Bulletin, name: str, by: Actor, reason: str = "") -> Bulletin:
    """The step that a button of the bulletin's page names. Refusals: `move_not_open` and those of the step."""
    match name:
        case "issue":
            return issue_bulletin(bulletin=bulletin, by=by)
        case "discard":
            return discard_bulletin(bulletin=bulletin, by=by, reason=reason)
        case "withdraw":
            return withdraw_bulletin(bulletin=bulletin, by=by, reason=reason)
    raise DomainError("move_not_open", _("This is no step of a bulletin."))


def _lock(bulletin: Bulletin, by: Actor) -> Bulletin:
    locked = Bulletin.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=bulletin.pk).first()
    if locked is None:
        raise NotFound
    return locked


def _collect(bulletin: Bulletin, ids: Collection[int]) -> None:
    """These cases and no others stand in the draft."""
    CaseReport.objects.filter(bulletin=bulletin).exclude(pk__in=ids).update(bulletin=None)
    chosen = cases_to_collect(bulletin).filter(pk__in=ids).select_for_update(of=("self",))
    found = [case.pk for case in chosen]
    if len(found) != len(set(ids)):
        raise DomainError(
            "case_not_free",
            _("One of these cases is not adopted any more, has a flaw, or stands in another bulletin. Choose again."),
            field="cases",
        )
    CaseReport.objects.filter(pk__in=found).update(bulletin=bulletin)


def _require_own_words(cases: list[CaseReport], **texts: str) -> None:
    hidden = hidden_of_all(cases)
    parts = {"title": _("title"), "text": _("text"), "reason": _("reason")}
    for name, text in texts.items():
        require_told_nowhere(text, hidden, field=name, part=parts[name])


def _move_cases(bulletin: Bulletin, name: str, by: Actor, *, reason: str) -> None:
    cases = CaseReport.objects.filter(bulletin=bulletin, state__in=CASE[name].sources).order_by("pk")
    make_moves(CaseReportMove, list(cases.select_for_update(of=("self",))), CASE, name, by=by, reason=reason)
