"""What waits for a person in the lists: figures that equal the lists they open."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.workbench import Counter
from lists.enums import EntryState, ImportStatus, ProposalState
from lists.models import Entry, EntryProposal, ListImport
from lists.selectors import ending_counts

MOST_ENDING = 1000


def counters(actor: Actor) -> list[Counter]:
    """At most five queries."""
    if actor.unit is None or actor.user is None:
        return []
    found: list[Counter] = []
    if actor.may(Act.DRAFT_ENTRIES):
        found += _of_clerk(actor) + _terms_that_end(actor.unit)
    if actor.may(Act.PUBLISH_ENTRIES):
        found += _of_reviewer(actor)
    return found


def _of_clerk(actor: Actor) -> list[Counter]:
    entries = reverse("entries")
    counts = Entry.objects.filter(unit=actor.unit, state__in=[EntryState.DRAFT, EntryState.RETURNED]).aggregate(
        drafts=Count("pk", filter=Q(state=EntryState.DRAFT)),
        returned=Count("pk", filter=Q(state=EntryState.RETURNED)),
    )
    waiting = ListImport.objects.filter(unit=actor.unit, status=ImportStatus.CHECKED).count()
    return [
        Counter(_("Drafts to submit"), counts["drafts"], f"{entries}?state={EntryState.DRAFT}"),
        Counter(
            _("Returned for correction"), counts["returned"], f"{entries}?state={EntryState.RETURNED}", is_urgent=True
        ),
        Counter(_("Imports to confirm"), waiting, f"{reverse('imports')}?status={ImportStatus.CHECKED}"),
    ]


def _terms_that_end(unit: Unit) -> list[Counter]:
    """An entry leaves by itself; its unit is reminded before, so that nothing about it is left open."""
    entries = reverse("entries")
    return [
        Counter(
            _("Term ends within %(days)s days") % {"days": days},
            min(count, MOST_ENDING),
            f"{entries}?ends_within={days}",
            is_capped=count > MOST_ENDING,
        )
        for days, count in ending_counts(unit, MOST_ENDING).items()
    ]


def _of_reviewer(actor: Actor) -> list[Counter]:
    in_review = (
        Entry.objects.filter(unit=actor.unit, state=EntryState.IN_REVIEW)
        .exclude(made_by=actor.user)
        .exclude(submitted_by=actor.user)
    )
    proposals = EntryProposal.objects.filter(entry__unit=actor.unit, state=ProposalState.OPEN)
    review = reverse("review")
    return [
        Counter(_("Entries to review"), in_review.count(), review),
        Counter(_("Proposals to decide"), proposals.exclude(proposed_by=actor.user).count(), f"{review}#proposals"),
    ]
