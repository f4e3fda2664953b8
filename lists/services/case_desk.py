"""What the desk of a unit does alike with every case about an entry, an objection or a repair: take it in, ask once for
a supplement, accept it, close it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from catalog.services.remedies import remedies_text
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.applicants import Applicant
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import EventKind
from jinan_credit.accounts.files import files_or_nothing, keep_documents
from jinan_credit.accounts.models import MoveRecord, Unit
from jinan_credit.accounts.moves import make_move, require_move, write_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from jinan_credit.kernel.receipts import new_receipt_number, new_secret, secret_hash
from jinan_credit.kernel.uploads import CleanFile
from jinan_credit.kernel.workdays import WorkCalendar, counted_anew
from jinan_credit.kernel.workflow import Workflow
from lists.enums import CaseKind, ChangeReason, ExitReason, Mark, NoticeKind
from lists.models import CreditList, Entry, Publication
from lists.selectors import entry_meant
from lists.services import case_letters
from lists.services.amendments import mark_entry, unmark_entry
from lists.services.counters import counter_of, require_counter
from lists.services.lapsing import hold_proposals


class Case(case_letters.Case, Protocol):
    pk: Any
    entry_id: Any
    unit_id: int
    state: str
    evidence: Any
    supplement: str
    supplement_asked_on: date | None
    supplement_due_on: date | None
    supplement_due_is_provisional: bool

    @property
    def is_overdue(self) -> bool: ...

    @property
    def due_on(self) -> date: ...


C = TypeVar("C", bound=Case)


@dataclass(frozen=True)
class CaseDesk:
    """One kind of case: its rows, its table of moves, its words. Each step is part of the caller's transaction.

    `act`: of who takes it in at the counter; `marking`: the states in which the entry bears the `mark`; `start_clock`:
    the days count from today; `count_due`: the last days, by this calendar; `days`: the fields that they stand in;
    `lapsed`, `closed`: what the applicant reads when no supplement came, and when the entry left the list.
    """

    page: str
    kind: CaseKind
    receipt_prefix: str
    act: Act
    workflow: Workflow
    moves: type[MoveRecord]
    cases: Any
    mark: Mark
    marked: ChangeReason
    marking: tuple[str, ...]
    start_clock: Callable[[Any], None]
    count_due: Callable[[Any, WorkCalendar], None]
    days: tuple[str, ...]
    received: EventKind
    supplemented: EventKind
    lapsed: str | Promise
    closed: str | Promise

    def lock(self, case: C, by: Actor) -> C:
        """The row to decide on, locked after the entry and its open proposal: the order in which a removal locks too.

        Refusal: `not_your_unit`.
        """
        if case.entry_id is not None:
            hold_proposals(Entry.objects.filter(pk=case.entry_id))
            Entry.objects.select_for_update(of=("self",)).get(pk=case.entry_id)
        locked: C | None = (
            self.cases.visible_to(by)
            .select_for_update(of=("self",))
            .select_related("entry__credit_list", "entry__unit", "entry__term_rule", "rule_profile")
            .filter(pk=case.pk)
            .first()
        )
        if locked is None:
            raise NotFound("not_your_unit", _("This case belongs to another unit."))
        return locked

    def require(
        self, name: str, case: Case, *, by: Actor, reason: str = "", made_by: Iterable[int | None] = ()
    ) -> None:
        require_move(self.workflow, name, state=case.state, by=by, reason=reason, made_by=made_by)

    def move(self, name: str, case: Case, *, by: Actor, reason: str = "", made_by: Iterable[int | None] = ()) -> None:
        make_move(self.moves, case, self.workflow, name, by=by, reason=reason, made_by=made_by)

    def write(self, kind: NoticeKind, case: Case, *, by: Actor, **said: Any) -> None:
        case_letters.write_letter(kind, self.kind, case, by=by, **said)

    def tell_unit(self, event: EventKind, case: Case) -> None:
        tell_staff(event, units=[case.unit_id], link=reverse(self.page, args=[case.pk]), day=case.due_on)

    def has_open(self, entry: Entry, applicant: Applicant) -> bool:
        return bool(self.cases.open().filter(entry=entry, applicant_index=applicant.index).exists())

    def address(self, credit_list: CreditList, document_number: str, applicant: Applicant, *, by: Actor) -> "Addressed":
        """To the unit that answers, about the entry that is meant: none where none fits, or where a case of the
        applicant about it is open; he is not told which.

        Refusals: `act_not_allowed`, `not_your_unit`, `list_has_no_unit`.
        """
        meant, entry = entry_meant(credit_list, document_number, applicant.identifier), None
        if meant is not None:
            entry = lock_listed(meant.entry)
            if not entry.is_in_force or self.has_open(entry, applicant):
                entry = None
        unit = entry.unit if entry else counter_of(credit_list, by=by)
        require_counter(unit, self.act, by=by)
        return Addressed(unit, credit_list, document_number, entry, meant.person_index if meant and entry else "")

    def take_in(
        self,
        to: "Addressed",
        applicant: Applicant,
        rules: RuleProfile,
        *,
        by: Actor,
        evidence: Iterable[CleanFile],
        **own: Any,
    ) -> tuple[Any, str]:
        """The new case, with what is of its `own` kind, and the secret to its receipt. Refusal: `case_full`."""
        number, secret = new_receipt_number(self.receipt_prefix, clock.today()), new_secret()
        case = self.cases.model(
            receipt_number=number,
            secret_hash=secret_hash(number, secret),
            credit_list=to.credit_list,
            entry=to.entry,
            stated_document=to.document_number,
            unit=to.unit,
            received_on=clock.today(),
            rule_profile=rules,
            entered_by=by.user,
            **applicant.as_fields(),
            **own,
        )
        self.start_clock(case)
        case.save()
        write_move(self.moves, case, "submit", from_state="", to_state=case.state, by=by, reason="")
        keep_documents(case.evidence, evidence, by=by)
        case_letters.tell(case, _("it was received"))
        self.tell_unit(self.received, case)
        return case, secret

    def require_acceptable(self, case: Case, *, by: Actor) -> Entry:
        """Its entry. Refusals: `move_not_open`, `act_not_allowed`, `no_entry_found`."""
        self.require("accept", case, by=by)
        if case.entry is None:
            raise DomainError(
                "no_entry_found", _("No entry fits the number and identifier given. Do not accept it, and say so.")
            )
        return case.entry

    def accept(self, case: Case, *, by: Actor, due_on: date) -> None:
        """All units learn that the case is open (P §四(三)). Refusals: those of `require_acceptable`."""
        entry = self.require_acceptable(case, by=by)
        self.move("accept", case, by=by)
        mark_entry(entry=entry, mark=self.mark, change_reason=self.marked, by=by)
        self.write(NoticeKind.CASE_ACCEPTED, case, by=by, due_on=due_on)

    def not_accept(self, case: Case, *, by: Actor, reason: str, move: str = "not_accept", **said: Any) -> None:
        self.move(move, case, by=by, reason=reason)
        remedies = remedies_text(clock.today())
        self.write(NoticeKind.CASE_NOT_ACCEPTED, case, by=by, reason=reason, remedies=remedies, **said)

    @transaction.atomic
    def ask_supplement(self, case: C, *, by: Actor, reason: str) -> C:
        """Ask the applicant, once, for what is missing; the clock stands still until it is there.

        Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`, `supplement_asked_before`,
        `day_has_passed`: a day that was missed is not made good by counting anew.
        """
        case = self.lock(case, by)
        self.require("ask_supplement", case, by=by, reason=reason)
        if case.supplement_asked_on is not None:
            raise DomainError("supplement_asked_before", _("A supplement can be asked for once only."))
        if case.is_overdue:
            raise DomainError(
                "day_has_passed", _("The last day has passed; a supplement cannot be asked for any more.")
            )
        case.supplement_asked_on = clock.today()
        _count_supplement(case, work_calendar())
        self.move("ask_supplement", case, by=by, reason=reason)
        self.write(NoticeKind.CASE_SUPPLEMENT, case, by=by, reason=reason, due_on=case.supplement_due_on)
        return case

    @files_or_nothing()
    def supplement(self, case: C, *, text: str, by: Actor, evidence: Iterable[CleanFile]) -> C:
        """Take in the supplement; the working days are counted anew from today. `by`: the system for the public form.

        Refusals: `move_not_open`, `act_not_allowed`, `not_your_unit`, `reason_missing` (an empty text), `case_full`.
        """
        case = self.lock(case, by)
        if not text.strip():
            raise InvalidInput("reason_missing", _("Write what you add."), field="text")
        name = "supplement" if by.is_system else "enter_supplement"
        self.require(name, case, by=by, reason=text)
        case.supplement = text
        self.start_clock(case)
        self.move(name, case, by=by, reason=text)
        keep_documents(case.evidence, evidence, by=by)
        self.tell_unit(self.supplemented, case)
        return case

    def lapse_supplements(self) -> int:
        """No supplement came by its last day: the case is not accepted. By the system; returns how many."""
        awaited = self.workflow["lapse"].sources
        late = self.cases.filter(state__in=awaited, supplement_due_on__lt=clock.today()).order_by("pk")
        return sum(self._lapse_supplement(case) for case in late)

    @transaction.atomic
    def _lapse_supplement(self, case: Case) -> bool:
        case = self.lock(case, SYSTEM)
        if case.state not in self.workflow["lapse"].sources:
            return False  # it came at this moment
        reason = str(self.lapsed) % {"day": case.supplement_due_on}
        self.not_accept(case, by=SYSTEM, reason=reason, move="lapse")
        return True

    def counted_anew(self, calendar: WorkCalendar, *, locked: bool = False) -> list[Any]:
        """Those that have another day by this calendar, or one that is no longer provisional; with it, not saved."""

        def count(case: Any) -> None:
            self.count_due(case, calendar)
            _count_supplement(case, calendar)

        provisional = Q(due_is_provisional=True) | Q(supplement_due_is_provisional=True)
        cases = self.cases.open().filter(provisional).select_related("rule_profile").order_by("pk")
        return counted_anew(cases.select_for_update(of=("self",)) if locked else cases, self.days, count)

    def settle_days(self) -> int:
        """Count the provisional days anew, in a transaction. Returns how many cases have others."""
        changed = self.counted_anew(work_calendar(), locked=True)
        self.cases.bulk_update(changed, self.days, batch_size=1_000)
        return len(changed)

    def take_mark_off(self, entry: Entry, change_reason: ChangeReason, *, by: Actor) -> None:
        """The mark goes, unless another case about the entry is under way."""
        unmark_entry(entry=entry, mark=self.mark, change_reason=change_reason, by=by)
        if self.cases.filter(entry=entry, state__in=self.marking).exists():
            mark_entry(entry=entry, mark=self.mark, change_reason=self.marked, by=SYSTEM)

    def of_removed(self, publication: Publication) -> list[Any]:
        """The open cases about entries that left their list with it, locked: they have no object any more."""
        about = self.cases.open().filter(entry__last_publication=publication)
        return list(about.select_for_update(of=("self",)).order_by("pk"))

    def close(self, case: Case, *, by: Actor, reason: str) -> None:
        self.move("close", case, by=by, reason=reason)
        case_letters.tell(case, self.closed)


@dataclass(frozen=True)
class Addressed:
    """`person_index`: of a related person of the entry who applies for himself."""

    unit: Unit
    credit_list: CreditList
    document_number: str
    entry: Entry | None
    person_index: str = ""


def addressed_about(entry: Entry) -> Addressed:
    return Addressed(entry.unit, entry.credit_list, entry.document_number, entry)


def lock_listed(entry: Entry) -> Entry:
    return Entry.objects.select_for_update(of=("self",)).select_related("credit_list", "unit").get(pk=entry.pk)


def why_removed(publication: Publication) -> str:
    return _("The entry left the list: %(reason)s.") % {"reason": ExitReason(publication.change_reason).label}


def _count_supplement(case: Case, calendar: WorkCalendar) -> None:
    if case.supplement_asked_on is not None:
        due = calendar.due_on(case.supplement_asked_on, case.rule_profile["supplement_wd"])
        case.supplement_due_on, case.supplement_due_is_provisional = due.on, due.provisional
