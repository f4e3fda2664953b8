"""What publishing leads to, in words, before anyone confirms it."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lists.enums import Disclosure, SubjectKind
from lists.models import CreditList, EntryQuerySet
from lists.selectors import cooperating_units


@dataclass(frozen=True)
class Effect:
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


def effect_of_publishing(credit_list: CreditList, entries: EntryQuerySet) -> Effect:
    """Natural persons are never counted as public (SD art. 20)."""
    is_public = Q(disclosure=Disclosure.PUBLIC) & ~Q(subject_kind=SubjectKind.NATURAL_PERSON)
    counts = entries.aggregate(entries=Count("pk"), public=Count("pk", filter=is_public))
    public = counts["public"] if credit_list.disclosure == Disclosure.PUBLIC else 0
    return Effect(counts["entries"], public, cooperating_units(credit_list).count())
