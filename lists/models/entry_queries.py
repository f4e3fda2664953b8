"""Which entries: in force, run out, public, visible to somebody."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock
from jinan_credit.kernel.identifiers import document_key
from lists.enums import ON_THE_LIST, WAS_PUBLISHED, Disclosure, EntryState, ExitReason, SubjectKind

if TYPE_CHECKING:
    from lists.models.entry import Entry  # noqa: F401


class EntryQuerySet(models.QuerySet["Entry"]):
    def of_document(self, number: str) -> "EntryQuerySet":
        """That rest on the document with this number, however it is written."""
        return self.filter(document_key=document_key(number))

    def in_force(self, on: date | None = None) -> "EntryQuerySet":
        """Published, unexpired, unremoved; the last day counts (rule 1). Derived from dates, no job needed."""
        day = on or clock.today()
        return self.filter(state=EntryState.PUBLISHED, term_from__lte=day, term_to__gte=day)

    def run_out(self, on: date | None = None) -> "EntryQuerySet":
        """Still on the list although the term is over: what the expiry job has to take out (P §四(四))."""
        return self.filter(state__in=ON_THE_LIST, term_to__lt=on or clock.today())

    def term_ran_out(self) -> "EntryQuerySet":
        """Whose term ran out while they were on the list: out since, or still to be taken out."""
        return self.filter(Q(exit_reason=ExitReason.EXPIRED) | Q(state__in=ON_THE_LIST, term_to__lt=clock.today()))

    def ending_within(self, days: int) -> "EntryQuerySet":
        """On the list, with the last day of the term today or at most `days` days away."""
        today = clock.today()
        return self.filter(state__in=ON_THE_LIST, term_to__range=(today, today + timedelta(days=days)))

    def public(self) -> "EntryQuerySet":
        """What any passer-by may see: in force, disclosed, and no natural person (SD art. 20)."""
        return self.disclosed().filter(credit_list__disclosure=Disclosure.PUBLIC)

    def disclosed(self) -> "EntryQuerySet":
        """What of a public list any passer-by may see."""
        return self.in_force().filter(disclosure=Disclosure.PUBLIC).exclude(subject_kind=SubjectKind.NATURAL_PERSON)

    def visible_to(self, actor: Actor) -> "EntryQuerySet":
        """One's own unit's entries; the published ones of lists one's unit cooperates on; all those for oversight."""
        from lists.selectors import lists_for_unit

        if actor.is_system:
            return self
        was_published = Q(state__in=WAS_PUBLISHED)
        if actor.may(Act.OVERSEE):
            return self.filter(was_published | Q(unit=actor.unit))
        if actor.unit is None:
            return self.none()
        concerned = list(lists_for_unit(actor.unit).values_list("pk", flat=True))
        return self.filter(Q(unit=actor.unit) | (was_published & Q(credit_list__in=concerned)))
