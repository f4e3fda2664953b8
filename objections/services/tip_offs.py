"""举报: taken in from the public, given to the unit that can verify it, answered (P §三(二)4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import files_or_nothing, keep_documents
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_move, require_move, write_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput, NotFound
from jinan_credit.kernel.receipts import new_receipt_number, new_secret, secret_hash
from jinan_credit.kernel.uploads import CleanFile
from jinan_credit.kernel.workdays import WorkCalendar
from lists.models import CreditList
from objections import events
from objections.enums import TipOffOutcome
from objections.models import TipOff, TipOffMove
from objections.selectors import units_that_verify
from objections.services.reporters import Reporter, keep_reporter, refuse_naming, require_unnamed, tell_reporter
from objections.workflow import TIP_OFF


@dataclass(frozen=True)
class Claim:
    """What the reporter says: about whom, and what. `party_code` is a USCC, or empty; `credit_list` if he knows one."""

    party_kind: str
    party_name: str
    facts: str
    party_code: str = ""
    credit_list: CreditList | None = None
    stated_time: str = ""
    stated_place: str = ""


@dataclass(frozen=True)
class ReceivedTipOff:
    """`secret` is shown once: only its keyed hash is kept."""

    tip_off: TipOff
    secret: str = field(repr=False)


@files_or_nothing()
def receive_tip_off(
    *, claim: Claim, by: Actor, reporter: Reporter | None = None, evidence: Iterable[CleanFile] = ()
) -> ReceivedTipOff:
    """Take in a tip-off; without `reporter` it is anonymous. `by` is the system for the public form, else the officer
    who writes down what a visitor, a caller or a letter says.

    Whether the party is listed or not, the answer is the same (SD art. 20). Refusals: `act_not_allowed`,
    `names_reporter` (what he says would tell the verifying unit who he is), `rule_profile_missing`, `case_full`.
    """
    if not by.is_system:
        by.require(Act.ASSIGN_TIP_OFFS)
    if reporter is not None:
        refuse_naming(reporter, claim.facts, claim.stated_time, claim.stated_place)
    today = clock.today()
    number, secret = new_receipt_number("JB", today), new_secret()
    tip_off = TipOff(
        receipt_number=number,
        secret_hash=secret_hash(number, secret),
        party_kind=claim.party_kind,
        party_name=claim.party_name,
        party_code=claim.party_code,
        credit_list=claim.credit_list,
        facts=claim.facts,
        stated_time=claim.stated_time,
        stated_place=claim.stated_place,
        received_on=today,
        rule_profile=RuleProfile.objects.for_case("tip-off", today),
    )
    count_due_of_tip_off(tip_off, work_calendar())
    tip_off.save()
    write_move(TipOffMove, tip_off, "receive", from_state="", to_state=tip_off.state, by=by, reason="")
    keep_documents(tip_off.evidence, evidence, by=by)
    if reporter is not None:
        keep_reporter(tip_off=tip_off, reporter=reporter)
    tell_staff(events.TIP_OFF_RECEIVED, link=page_of(tip_off), day=tip_off.assign_due_on)
    return ReceivedTipOff(tip_off, secret)


def count_due_of_tip_off(tip_off: TipOff, calendar: WorkCalendar) -> None:
    """The last days, from receipt and the calendar known now."""
    rules = tip_off.rule_profile
    assign, decide = (calendar.due_on(tip_off.received_on, rules[days]) for days in ("accept_wd", "decide_wd"))
    tip_off.assign_due_on, tip_off.due_on = assign.on, decide.on
    tip_off.due_is_provisional = assign.provisional or decide.provisional


@transaction.atomic
def assign_tip_off(*, tip_off: TipOff, unit: Unit, by: Actor) -> TipOff:
    """Give it to the unit that verifies it: one that initiates a list for the dishonest.

    Refusals: `tip_off_not_found`, `move_not_open`, `act_not_allowed`, `unit_cannot_verify`.
    """
    tip_off = lock_tip_off(tip_off, by)
    require_move(TIP_OFF, "assign", state=tip_off.state, by=by)
    if not units_that_verify().filter(pk=unit.pk).exists():
        raise InvalidInput(
            "unit_cannot_verify",
            _("This unit initiates no list for the dishonest. Choose one that does, or forward the tip-off."),
            field="unit",
        )
    tip_off.unit = unit
    make_move(TipOffMove, tip_off, TIP_OFF, "assign", by=by, reason=str(unit))
    tell_staff(events.TIP_OFF_ASSIGNED, units=[unit], link=page_of(tip_off), day=tip_off.due_on)
    return tip_off


@transaction.atomic
def hand_back_tip_off(*, tip_off: TipOff, by: Actor, reason: str) -> TipOff:
    """The unit says that another must verify it. From then on it does not see it any more.

    Refusals: `tip_off_not_found`, `move_not_open`, `act_not_allowed`, `reason_missing`.
    """
    tip_off = lock_tip_off(tip_off, by)
    require_move(TIP_OFF, "hand_back", state=tip_off.state, by=by, reason=reason)
    require_addressee(tip_off, by)
    tip_off.unit = None
    make_move(TipOffMove, tip_off, TIP_OFF, "hand_back", by=by, reason=reason)
    tell_staff(events.TIP_OFF_HANDED_BACK, link=page_of(tip_off), unit=str(by.unit))
    return tip_off


@transaction.atomic
def forward_tip_off(*, tip_off: TipOff, to: str, by: Actor, reason: str) -> TipOff:
    """It is nothing for the city's lists: it goes to a body outside, without the reporter's identity.

    Refusals: `tip_off_not_found`, `move_not_open`, `act_not_allowed`, `reason_missing`, `addressee_missing`,
    `names_reporter`.
    """
    tip_off = lock_tip_off(tip_off, by)
    require_move(TIP_OFF, "forward", state=tip_off.state, by=by, reason=reason)
    if not to.strip():
        raise InvalidInput("addressee_missing", _("Say where it is forwarded to."), field="forwarded_to")
    require_unnamed(tip_off, reason, to)
    tip_off.forwarded_to = to.strip()
    conclude(tip_off, "forward", TipOffOutcome.NOT_OURS, by=by, reason=reason)
    return tip_off


@transaction.atomic
def find_nothing_in_tip_off(*, tip_off: TipOff, by: Actor, reason: str) -> TipOff:
    """No unit could verify what it says: no party, no facts, or nothing but abuse.

    Refusals: `tip_off_not_found`, `move_not_open`, `act_not_allowed`, `reason_missing`, `names_reporter`.
    """
    tip_off = lock_tip_off(tip_off, by)
    require_move(TIP_OFF, "find_nothing", state=tip_off.state, by=by, reason=reason)
    require_unnamed(tip_off, reason)
    conclude(tip_off, "find_nothing", TipOffOutcome.NOT_SUBSTANTIATED, by=by, reason=reason)
    return tip_off


@transaction.atomic
def answer_tip_off(*, tip_off: TipOff, by: Actor, reason: str) -> TipOff:
    """Tell the reporter (`reason`) what came of it: he reads it by number and secret, anonymous or not. Whoever left a
    contact gets a few words that it is there.

    Refusals: `tip_off_not_found`, `move_not_open`, `act_not_allowed`, `reason_missing`, `names_reporter`.
    """
    tip_off = lock_tip_off(tip_off, by)
    require_move(TIP_OFF, "answer", state=tip_off.state, by=by, reason=reason)
    require_unnamed(tip_off, reason)
    tip_off.answer, tip_off.answered_by, tip_off.answered_at = reason, by.user, clock.now()
    make_move(TipOffMove, tip_off, TIP_OFF, "answer", by=by, reason=reason)
    tell_reporter(tip_off=tip_off)
    return tip_off


def conclude(tip_off: TipOff, move: str, outcome: TipOffOutcome, *, by: Actor, reason: str) -> None:
    """Write what the locked tip-off came to."""
    tip_off.outcome, tip_off.findings = outcome, reason
    tip_off.concluded_by, tip_off.concluded_at = by.user, clock.now()
    make_move(TipOffMove, tip_off, TIP_OFF, move, by=by, reason=reason)


def page_of(tip_off: TipOff) -> str:
    return reverse("tip_off", args=[tip_off.pk])


def lock_tip_off(tip_off: TipOff, by: Actor) -> TipOff:
    locked = TipOff.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=tip_off.pk).first()
    if locked is None:
        raise NotFound("tip_off_not_found", _("There is no such tip-off."))
    return locked


def require_addressee(tip_off: TipOff, by: Actor) -> None:
    """Who sees all of them verifies none but those of his own unit."""
    if by.unit is None or by.unit.pk != tip_off.unit_id:
        raise NotFound("tip_off_not_found", _("There is no such tip-off."))
