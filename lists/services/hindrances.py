"""What keeps an entry from its next step although the table has it: one condition, one code, one sentence each.

They are conditions of the database, so that a step of a hundred thousand entries asks once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel import clock
from lists.enums import EntryState, ExitReason, PersonRole, ProposalState, RequiredField, SubjectKind
from lists.models import (
    DefenceStatement,
    EntryMove,
    EntryProposal,
    EntryQuerySet,
    RelatedPerson,
    Subject,
    black_entries_of,
)
from lists.services.outcomes import MOST_NAMED, MOST_TOLD, LeftOut, Outcome, refusal


@dataclass(frozen=True)
class Hindrance:
    """`why` may name the `%(document)s` on which an entry rests."""

    code: str
    why: str | Promise
    holds: Callable[[date], Q]

    def left_out(self, pk: UUID, name: str, document: str) -> LeftOut:
        return LeftOut(pk, name, self.code, str(self.why) % {"document": document})


def not_in(states: Iterable[str], why: str | Promise = "") -> Hindrance:
    """The table does not know this step out of another state."""
    words = why or _("This step is not possible in the present state. Reload the page to see what is.")
    return Hindrance("move_not_open", words, lambda today: ~Q(state__in=list(states)))


_TOLD_FIRST = Q(credit_list__notice_required=True)
_STATEMENTS = DefenceStatement.objects.filter(entry=OuterRef("pk")).order_by()
_REVISED_SINCE = EntryMove.objects.filter(
    of=OuterRef("entry"), name__in=("revise", "reopen"), to_state=EntryState.DRAFT, at__gte=OuterRef("answered_at")
)

BEFORE_REVIEW = (
    Hindrance(
        "notice_missing",
        _("This list is told of beforehand. Give notice of the proposed listing first."),
        lambda today: _TOLD_FIRST & Q(defence_until=None) & ~Q(state=EntryState.NOTIFIED),
    ),
    Hindrance(
        "notice_not_served",
        _("The notice is not recorded as served. The days for a statement run from service."),
        lambda today: _TOLD_FIRST & Q(defence_until=None, state=EntryState.NOTIFIED),
    ),
    Hindrance(
        "defence_running",
        _("The days for statement and defence are not over yet."),
        lambda today: _TOLD_FIRST & Q(defence_until__gte=today),
    ),
    Hindrance(
        "statement_unanswered",
        _("A statement of the party waits for its answer."),
        lambda today: _TOLD_FIRST & Q(Exists(_STATEMENTS.filter(is_adopted=None))),
    ),
    Hindrance(
        "statement_adopted",
        _("A statement of the party was adopted. Revise the draft accordingly, or discard it."),
        lambda today: _TOLD_FIRST & Q(Exists(_STATEMENTS.filter(~Exists(_REVISED_SINCE), is_adopted=True))),
    ),
)
"""The party is heard before a reviewer sees the entry, where the list requires it."""

_REPRESENTATIVES = RelatedPerson.objects.filter(entry=OuterRef("pk"), role=PersonRole.LEGAL_REPRESENTATIVE).order_by()


def _requires(name: RequiredField) -> Q:
    return Q(credit_list__required_fields__contains=[name])


CEASED = Hindrance(
    "subject_ceased",
    _("The subject has ceased to exist, or has died. It cannot be listed any more."),
    lambda today: Q(Exists(Subject.objects.filter(pk=OuterRef("subject"), ceased_on__isnull=False))),
)

TERM_OVER = Hindrance(
    "term_over",
    _("The term has already ended. Return the entry for correction."),
    lambda today: Q(term_to__lt=today),
)

BLACK_LISTED = Hindrance(
    "black_listed",
    _(
        "The subject is on a black list, perhaps with a term that begins later, and not to be published as "
        "trustworthy. Return the entry."
    ),
    lambda today: Q(Exists(black_entries_of(OuterRef("subject")))),
)

_FALLEN = EntryProposal.objects.filter(
    exit_reason=ExitReason.BASIS_CHANGED,
    state__in=[ProposalState.OPEN, ProposalState.APPROVED, ProposalState.LAPSED],
    entry__unit=OuterRef("unit"),
    entry__document_key=OuterRef("document_key"),
).order_by()

BASIS_FELL = Hindrance(
    "basis_fell",
    _(
        "Your unit has reported that %(document)s, on which this entry rests, was revoked or changed. It cannot be "
        "published: discard it, or give the document that stands now; an entry in review is returned first."
    ),
    lambda today: Q(Exists(_FALLEN)),
)
"""What rests on the document and is on its list already leaves by proposals; one that was refused holds nothing up."""

COMPLETE = (
    Hindrance(
        "field_required",
        _("A field that the list requires is empty."),
        lambda today: (
            (_requires(RequiredField.FACTS) & Q(facts=""))
            | (_requires(RequiredField.DISHONESTY_CLASS) & Q(dishonesty_class=""))
            | (
                _requires(RequiredField.REPRESENTATIVE)
                & ~Q(subject_kind=SubjectKind.NATURAL_PERSON)
                & ~Q(Exists(_REPRESENTATIVES))
            )
        ),
    ),
    CEASED,
    BASIS_FELL,
)

WITHOUT_NOTICE = Hindrance(
    "notice_not_required",
    _("This list does not require notice before listing. Submit the entry for review."),
    lambda today: ~_TOLD_FIRST,
)


def _first_of(hindrances: Iterable[Hindrance]) -> Case:
    """The code of an entry's first hindrance, empty where there is none."""
    today = clock.today()
    cases = [When(hindrance.holds(today), then=Value(hindrance.code)) for hindrance in hindrances]
    return Case(*cases, default=Value(""), output_field=CharField())


def unhindered(entries: EntryQuerySet, hindrances: Iterable[Hindrance]) -> EntryQuerySet:
    return entries.alias(hindrance=_first_of(hindrances)).filter(hindrance="")


def hindered(entries: EntryQuerySet, hindrances: tuple[Hindrance, ...]) -> Outcome:
    """Those that are hindered, counted, the first of them in the order of their ids. At most two queries."""
    left = entries.annotate(hindrance=_first_of(hindrances)).exclude(hindrance="")
    columns = ("hindrance", "pk", "subject_name", "document_number")
    rows = list(left.order_by("pk").values_list(*columns)[: MOST_TOLD + 1])
    by_code = {hindrance.code: hindrance for hindrance in hindrances}
    outcome = Outcome()
    outcome.leave_out(by_code[code].left_out(*entry) for code, *entry in rows)
    if len(rows) > MOST_TOLD:
        outcome.left_out_count = left.count()
    return outcome


def require_unhindered(entries: EntryQuerySet, hindrances: tuple[Hindrance, ...]) -> None:
    """Refuses the whole step when a single entry is hindered, by the first reason with count and names."""
    for hindrance in hindrances:
        found = entries.filter(hindrance.holds(clock.today()))
        rows = list(found.order_by("pk").values_list("pk", "subject_name", "document_number")[:MOST_NAMED])
        if rows:
            left_out = [hindrance.left_out(*entry) for entry in rows]
            raise refusal(left_out, len(rows) if len(rows) < MOST_NAMED else found.count())
