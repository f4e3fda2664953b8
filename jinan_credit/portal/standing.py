"""Where an application stands, in the words the applicant reads. Who made a step is not among them."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.kernel import clock
from jinan_credit.kernel.receipts import is_secret_of, normalise_receipt_number, secret_hash
from lists.case_letters import CaseLetter, letters_of_case
from objections.enums import ExtensionState, ObjectionState, TipOffState
from objections.models import Objection, TipOff
from repair.enums import RepairState
from repair.models import RepairApplication

Application = Objection | RepairApplication
Case = Application | TipOff
Kind = TypeVar("Kind", bound=Model)
Words = str | Promise

_UNSEEN = {"SUBMITTED", "SUPPLEMENT_ASKED"}
"""Before acceptance not even the unit is named, as a letter names it: it would tell whether an entry fits."""


@dataclass(frozen=True)
class Standing:
    case: Case
    kind: Words
    facts: list[tuple[Words, Any]]
    steps: list[tuple[Words, Any]] = field(default_factory=list)
    corrections: list[tuple[str, str, str]] = field(default_factory=list)
    letters: list[CaseLetter] = field(default_factory=list)

    @property
    def may_supplement(self) -> bool:
        return self.case.state == "SUPPLEMENT_ASKED"


def case_of(number: str, secret: str) -> Case | None:
    """All kinds are always asked, so that the time tells nothing."""
    objections = Objection.objects.select_related("credit_list", "unit", "rule_profile")
    repairs = RepairApplication.objects.select_related("credit_list", "unit", "rule_profile")
    objection, application = _with_secret(objections, number, secret), _with_secret(repairs, number, secret)
    tip_off = _with_secret(TipOff.objects.all(), number, secret)
    return objection or application or tip_off


def _with_secret(cases: QuerySet[Kind], number: str, secret: str) -> Kind | None:
    """A wrong number and a wrong secret look alike, in time too."""
    number = normalise_receipt_number(number)
    case: Any = cases.filter(receipt_number=number).first()
    stored = case.secret_hash if case else secret_hash(number, "")
    return case if is_secret_of(number, secret, stored) and case else None


def standing_of(case: Case) -> Standing:
    if isinstance(case, Objection):
        facts, corrections = _facts_of_objection(case), case.correction_lines
        return Standing(case, _("Objection"), facts, _steps(case), corrections, _letters(case))
    if isinstance(case, TipOff):
        return Standing(case, _("Tip-off"), _facts_of_tip_off(case), _steps(case))
    return Standing(case, _("Repair application"), _facts_of_repair(case), _steps(case), letters=_letters(case))


def _common(case: Application) -> list[tuple[Words, Any]]:
    facts: list[tuple[Words, Any]] = [(_("List"), case.credit_list), (_("Decision document"), case.stated_document)]
    if case.state not in _UNSEEN:
        facts.append((_("Unit"), case.unit))
    return [*facts, (_("Received on"), case.received_on.isoformat())]


def _facts_of_objection(case: Objection) -> list[tuple[Words, Any]]:
    facts = _common(case)
    facts += _clock_of_objection(case)
    if case.state == ObjectionState.SUPPLEMENT_ASKED:
        facts += _missing(case)
    if case.state == ObjectionState.NOT_ACCEPTED:
        facts.append((_("Why it was not accepted"), _reason(case, "not_accept", "lapse")))
    if case.decision:
        facts += [(_("Decision"), case.get_decision_display()), (_("Reasons"), case.decision_text)]
    return [*facts, (_("Remedies"), case.remedies)] if case.remedies else facts


def _facts_of_repair(case: RepairApplication) -> list[tuple[Words, Any]]:
    facts = _common(case)
    if case.is_open:
        facts.append((_("Answer due on"), _day(case.decide_due_on, case.due_is_provisional)))
    if case.state == RepairState.SUPPLEMENT_ASKED:
        facts += _missing(case)
    if case.state == RepairState.NOT_ACCEPTED:
        facts.append((_("Why it was not accepted"), _reason(case, "not_accept", "lapse")))
        if case.possible_from is not None and case.possible_from > clock.today():
            facts.append((_("Repair possible from"), case.possible_from.isoformat()))
    if case.decision_text:
        facts.append((_("Reasons"), case.decision_text))
    if case.again_from is not None:
        facts.append((_("May be applied for again from"), case.again_from.isoformat()))
    if case.barred_until is not None:
        facts.append((_("New applications barred until"), case.barred_until.isoformat()))
    return [*facts, (_("Remedies"), case.remedies)] if case.remedies else facts


def _clock_of_objection(case: Objection) -> list[tuple[Words, Any]]:
    if case.state == ObjectionState.PAUSED:
        words = _(
            "The clock stands still since %(since)s for an inspection or appraisal. "
            "The %(days)d working days that are left are counted on when its result is there."
        ) % {"since": case.paused_on, "days": case.counted_wd}
        return [(_("Answer due on"), words), (_("Why the clock stands still"), _reason(case, "pause"))]
    if not case.is_open:
        return []
    facts: list[tuple[Words, Any]] = [(_("Answer due on"), _day(case.due_on, case.due_is_provisional))]
    extension = case.extensions.filter(state=ExtensionState.APPROVED).first()
    if extension is None:
        return facts
    words = _("From %(before)s to %(until)s: %(reason)s") % {
        "before": extension.due_before_on,
        "until": extension.asked_until,
        "reason": extension.reason,
    }
    return [*facts, (_("More time was taken"), words)]


def _missing(case: Application) -> list[tuple[Words, Any]]:
    assert case.supplement_due_on is not None, "who is asked has a last day"
    return [
        (_("What is missing"), _reason(case, "ask_supplement")),
        (_("Hand it in by"), _day(case.supplement_due_on, case.supplement_due_is_provisional)),
    ]


def _facts_of_tip_off(case: TipOff) -> list[tuple[Words, Any]]:
    """Neither the party nor what was said of it: whoever finds a receipt learns nothing about either."""
    facts: list[tuple[Words, Any]] = [(_("Received on"), case.received_on.isoformat())]
    if case.is_open:
        facts.append((_("Answer due on"), _day(case.due_on, case.due_is_provisional)))
        return facts
    facts.append((pgettext_lazy("of a tip-off", "Outcome"), case.get_outcome_display()))
    if case.forwarded_to:
        facts.append((_("Forwarded to"), case.forwarded_to))
    return [*facts, (pgettext_lazy("to who asked", "Answer"), case.answer)]


def _day(on: Any, provisional: bool) -> Any:
    return _("%(day)s (provisional)") % {"day": on} if provisional else on.isoformat()


def _reason(case: Case, *names: str) -> str:
    moves: Any = case.moves
    last = moves.filter(name__in=names).order_by("-id").first()
    return last.reason if last else ""


def _steps(case: Case) -> list[tuple[Words, Any]]:
    words: type[TextChoices] = RepairState
    if isinstance(case, Objection | TipOff):
        words = ObjectionState if isinstance(case, Objection) else TipOffState
    moves: Any = case.moves
    return [(words(move.to_state).label, move.at) for move in moves.all()]


def _letters(case: Application) -> list[CaseLetter]:
    return [] if case.state in _UNSEEN else letters_of_case(case.receipt_number)
