"""Reads of repair applications."""

from datetime import date
from typing import Any

from django.db.models import Count, Q

from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.moves import open_moves
from jinan_credit.kernel import clock
from jinan_credit.kernel.identifiers import is_same_document, is_uscc, normalise_code
from jinan_credit.kernel.receipts import is_secret_of, normalise_receipt_number, secret_hash
from jinan_credit.kernel.workflow import Move
from lists.enums import DocumentType
from lists.models import CreditList, Entry, Subject
from lists.selectors import repairable_on
from repair.enums import RepairState
from repair.models import RepairApplication
from repair.workflow import REPAIR


def possible_from(entry: Entry) -> date | None:
    """The first day on which repair of this entry can be applied for; None for a red list, which has none."""
    return repairable_on(entry)


def entry_meant(credit_list: CreditList, document_number: str, identifier: str) -> Entry | None:
    """The entry in force with this document number whose subject has this identifier."""
    code = normalise_code(identifier)
    subjects = Subject.objects.none()
    if is_uscc(code):
        subjects = Subject.objects.with_code(code)
    else:
        for kind in DocumentType:
            subjects = subjects | Subject.objects.with_document(kind, code)
    entries = Entry.objects.in_force().filter(credit_list=credit_list, subject__in=subjects).order_by("pk")
    return next((entry for entry in entries if is_same_document(entry.document_number, document_number)), None)


def repair_with_secret(number: str, secret: str) -> RepairApplication | None:
    """The application of a receipt. A wrong number and a wrong secret look alike, in time too."""
    number = normalise_receipt_number(number)
    application = (
        RepairApplication.objects.select_related("credit_list", "unit", "rule_profile")
        .filter(receipt_number=number)
        .first()
    )
    stored = application.secret_hash if application else secret_hash(number, "")
    return application if is_secret_of(number, secret, stored) and application else None


def open_moves_of(application: RepairApplication, by: Actor) -> list[Move]:
    """The buttons of the case page."""
    moves = open_moves(REPAIR, state=application.state, by=by, made_by=[application.verified_by_id])
    closed = set()
    if application.entry_id is None:
        closed.add("accept")
    if application.supplement_asked_on is not None:
        closed.add("ask_supplement")
    return [move for move in moves if move.name not in closed]


def is_barred(application: RepairApplication, by: Actor) -> bool:
    """True when the decision is open and this person's role could take it, but he verified himself."""
    return (
        application.state == RepairState.VERIFIED
        and by.user is not None
        and by.user.pk == application.verified_by_id
        and bool(open_moves(REPAIR, state=application.state, by=by))
    )


def working_days_left(due_on: date) -> int:
    """Working days until the deadline; negative when it has passed."""
    return work_calendar().working_days_between(clock.today(), due_on)


def counts_for(actor: Actor) -> dict[str, int]:
    """The unit's open work by what it waits for."""
    mine = RepairApplication.objects.visible_to(actor)
    counted: dict[str, Any] = mine.aggregate(
        to_accept=Count("pk", filter=Q(state=RepairState.SUBMITTED)),
        to_verify=Count("pk", filter=Q(state=RepairState.ACCEPTED)),
        to_decide=Count("pk", filter=Q(state=RepairState.VERIFIED)),
        overdue=Count("pk", filter=Q(pk__in=mine.overdue().values("pk"))),
        escalated=Count("pk", filter=Q(pk__in=mine.escalated().values("pk"))),
    )
    return counted
