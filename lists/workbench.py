"""What waits for a person in the lists: figures that equal the lists they open."""

from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel import clock
from lists.enums import EntryState, ImportStatus, Mark, ProposalState
from lists.models import Entry, EntryProposal, ListImport, Nomination, own_work
from lists.selectors import ending_counts
from lists.workflow import EDITABLE

MOST_ENDING = 1000


def counters(actor: Actor) -> list[Counter]:
    """At most seven queries."""
    if actor.unit is None or actor.user is None:
        return []
    found: list[Counter] = []
    if actor.may(Act.DRAFT_ENTRIES):
        found += [*_of_clerk(actor), *_terms_that_end(actor.unit), _black_listed(actor.unit)]
    if actor.may(Act.PUBLISH_ENTRIES):
        found += _of_reviewer(actor)
    return found


def _of_clerk(actor: Actor) -> list[Counter]:
    entries = reverse("entries")
    counts = Entry.objects.filter(unit=actor.unit, state__in=EDITABLE).aggregate(
        drafts=Count("pk", filter=Q(state=EntryState.DRAFT)),
        notified=Count("pk", filter=Q(state=EntryState.NOTIFIED)),
        returned=Count("pk", filter=Q(state=EntryState.RETURNED)),
    )
    own, address = ListImport.objects.filter(unit=actor.unit), reverse("imports")
    waiting = own.aggregate(
        to_confirm=Count("pk", filter=Q(status=ImportStatus.CHECKED)),
        refused=Count("pk", filter=Q(pk__in=own.refused_lately().values("pk"))),
        to_submit=Count("pk", filter=Q(pk__in=own.to_submit(actor.unit).values("pk"))),
    )
    to_decide = Nomination.objects.to_decide(actor).count()
    return [
        Counter(_("Drafts to submit"), counts["drafts"], f"{entries}?state={EntryState.DRAFT}"),
        Counter(_("Parties given notice"), counts["notified"], f"{entries}?state={EntryState.NOTIFIED}"),
        Counter(
            _("Returned for correction"), counts["returned"], f"{entries}?state={EntryState.RETURNED}", is_urgent=True
        ),
        Counter(_("Imports to confirm"), waiting["to_confirm"], f"{address}?status={ImportStatus.CHECKED}"),
        Counter(_("Imports with drafts to submit"), waiting["to_submit"], f"{address}?status=TO_SUBMIT"),
        Counter(_("Files refused in the last 7 days"), waiting["refused"], f"{address}?status=REFUSED_LATELY"),
        Counter(_("Nominations to decide"), to_decide, f"{reverse('nominations')}?side=to_decide"),
    ]


def _black_listed(unit: Unit) -> Counter:
    """Red entries whose subject is on a black list now: the unit decides whether they are dishonoured (rule 3)."""
    marked = Entry.objects.in_force().exclude(marks=[]).filter(unit=unit, marks__contains=[Mark.BLACK_LISTED])
    query = urlencode({"mark": Mark.BLACK_LISTED, "in_force": "yes", "unit": unit.code})
    return Counter(_("Red entries of black-listed parties"), marked.count(), f"{reverse('entries')}?{query}")


def _terms_that_end(unit: Unit) -> list[Counter]:
    """An entry leaves by itself; its unit is reminded before, so that nothing about it is left open."""
    entries = reverse("entries")
    return [
        Counter(
            _("Term ends within %(days)s days") % {"days": days},
            min(count, MOST_ENDING),
            f"{entries}?unit={unit.code}&ends_within={days}",
            is_capped=count > MOST_ENDING,
        )
        for days, count in ending_counts(unit, MOST_ENDING).items()
    ]


def _of_reviewer(actor: Actor) -> list[Counter]:
    in_review = Entry.objects.filter(unit=actor.unit, state=EntryState.IN_REVIEW).exclude(own_work(actor.user))
    waiting = EntryProposal.objects.filter(entry__unit=actor.unit, state=ProposalState.OPEN)
    proposals = waiting.aggregate(
        to_decide=Count("pk", filter=~Q(proposed_by=actor.user)),
        fallen=Count("pk", filter=Q(learned_on__isnull=False)),
        first_due_on=Min("due_on"),
    )
    review = reverse("review")
    return [
        Counter(_("Entries to review"), in_review.count(), review),
        Counter(_("Proposals to decide"), proposals["to_decide"], f"{review}#proposals"),
        _fallen_basis(proposals["fallen"], proposals["first_due_on"], review),
    ]


def _fallen_basis(count: int, first_due_on: date | None, review: str) -> Counter:
    """SD art. 40: what rests on a document that fell is corrected or withdrawn within 3 working days."""
    return Counter(
        _("Basis revoked or changed: decide by %(day)s") % {"day": first_due_on}
        if first_due_on
        else _("Basis revoked or changed: to decide"),
        count,
        f"{review}?fallen=on#proposals",
        is_urgent=first_due_on is not None and first_due_on < clock.today(),
    )
