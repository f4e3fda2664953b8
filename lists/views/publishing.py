"""What publishing leads to, in words, before anyone confirms it."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lists.enums import Disclosure, ProposalKind, SubjectKind
from lists.models import CreditList, Entry, EntryQuerySet
from lists.selectors import told_units


@dataclass(frozen=True)
class PublishingEffect:
    entries: int
    public: int
    units: int

    @property
    def in_words(self) -> str:
        pushed = ngettext(
            "%(entries)s entry will be pushed to %(units)s units at once.",
            "%(entries)s entries will be pushed to %(units)s units at once.",
            self.entries,
        ) % {"entries": f"{self.entries:,}", "units": f"{self.units:,}"}
        shown = (
            _("%(public)s of them will be shown to the public.") % {"public": f"{self.public:,}"}
            if self.public
            else _("None of them will be shown to the public.")
        )
        return _("%(pushed)s %(shown)s") % {"pushed": pushed, "shown": shown}


def effect_of_publishing(credit_list: CreditList, entries: EntryQuerySet) -> PublishingEffect:
    """Natural persons are never counted as public (SD art. 20)."""
    is_public = Q(disclosure=Disclosure.PUBLIC) & ~Q(subject_kind=SubjectKind.NATURAL_PERSON)
    counts = entries.aggregate(entries=Count("pk"), public=Count("pk", filter=is_public))
    public = counts["public"] if credit_list.disclosure == Disclosure.PUBLIC else 0
    return PublishingEffect(counts["entries"], public, told_units(credit_list).count())


_CONSEQUENCES = {
    ProposalKind.CORRECTION: (
        gettext_lazy("A new version replaces the values; the old ones stay in the record."),
        gettext_lazy("The public site shows the new values."),
    ),
    ProposalKind.REMOVAL: (
        gettext_lazy("It has no effect any more, and each unit must confirm that its measures are released."),
        gettext_lazy("It disappears from the public site."),
    ),
    ProposalKind.STAY: (
        gettext_lazy("No unit goes on with its measures until the stay ends; the term goes on running."),
        gettext_lazy("It disappears from the public site."),
    ),
    ProposalKind.LIFT_STAY: (
        gettext_lazy("It has its effect again until the end of its term, and is disclosed again as before."),
        "",
    ),
}
"""What follows, and what the public sees of it where the entry is public."""


def effect_of_proposal(kind: ProposalKind, entry: Entry) -> str:
    """What its approval leads to: who is told, and what the public sees."""
    units = told_units(entry.credit_list).count()
    pushed = ngettext(
        "Once approved, it is pushed to %(units)s unit at once.",
        "Once approved, it is pushed to %(units)s units at once.",
        units,
    ) % {"units": f"{units:,}"}
    is_public = Entry.objects.public().filter(pk=entry.pk).exists()
    consequence, shown = _CONSEQUENCES[kind]
    return " ".join([pushed, str(consequence), *([str(shown)] if is_public else [])])
