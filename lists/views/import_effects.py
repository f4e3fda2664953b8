"""What confirming or undoing an import leads to, in words, before anyone does it."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import ngettext

from lists.enums import EntryState
from lists.models import ListImport
from lists.services.import_reversal import ReversalEffect

REVISABLE = (EntryState.DRAFT, EntryState.RETURNED)


def number(count: int) -> str:
    return f"{count:,}"


@dataclass(frozen=True)
class ImportEffect:
    """`revised` drafts of the unit get other values; `corrected` published entries a proposal."""

    new: int
    revised: int
    corrected: int

    @property
    def changed(self) -> int:
        return self.revised + self.corrected

    def sentences(self, *, with_changes: bool) -> list[str]:
        said = [_new(self.new)] if self.new else []
        if with_changes and self.revised:
            said.append(_revised(self.revised))
        if with_changes and self.corrected:
            said.append(_corrected(self.corrected))
        return said


def effect_of_import(list_import: ListImport) -> ImportEffect:
    """One query, and none where no row differs from its entry."""
    states: dict[str, int] = {}
    if list_import.changed_count:
        counted = list_import.rows.changed().order_by().values_list("entry__state").annotate(Count("pk"))
        states = dict(counted)
    revised = sum(count for state, count in states.items() if state in REVISABLE)
    return ImportEffect(list_import.new_count, revised, sum(states.values()) - revised)


def _new(count: int) -> str:
    said = ngettext("%(n)s draft will be made.", "%(n)s drafts will be made.", count)
    return said % {"n": number(count)}


def _revised(count: int) -> str:
    said = ngettext(
        "%(n)s draft that is there already gets the values of the file.",
        "%(n)s drafts that are there already get the values of the file.",
        count,
    )
    return said % {"n": number(count)}


def _corrected(count: int) -> str:
    said = ngettext(
        "%(n)s correction of a published entry will be proposed.",
        "%(n)s corrections of published entries will be proposed.",
        count,
    )
    return said % {"n": number(count)}


def words_of_reversal(effect: ReversalEffect) -> list[str]:
    """What undoing an import does to the entries that it brought, then to those that it changed."""
    said = [*_of_what_it_brought(effect), *_of_what_it_changed(effect)]
    return [words % {"n": number(count)} for words, count in said if count]


def _of_what_it_brought(effect: ReversalEffect) -> list[tuple[str, int]]:
    return [
        (
            ngettext("%(n)s draft will be given up.", "%(n)s drafts will be given up.", effect.discarded),
            effect.discarded,
        ),
        (
            ngettext(
                "The removal of %(n)s published entry will be proposed (listed in error); another person decides.",
                "The removal of %(n)s published entries will be proposed (listed in error); another person decides.",
                effect.proposed,
            ),
            effect.proposed,
        ),
        (
            ngettext(
                "%(n)s entry was given up or has left the list already and stays as it is.",
                "%(n)s entries were given up or have left the list already and stay as they are.",
                effect.gone,
            ),
            effect.gone,
        ),
    ]


def _of_what_it_changed(effect: ReversalEffect) -> list[tuple[str, int]]:
    return [
        (
            ngettext(
                "%(n)s correction that this import proposed waits for its decision and will be withdrawn.",
                "%(n)s corrections that this import proposed wait for their decision and will be withdrawn.",
                effect.withdrawn,
            ),
            effect.withdrawn,
        ),
        (
            ngettext(
                "%(n)s draft that was there before gets its earlier values back.",
                "%(n)s drafts that were there before get their earlier values back.",
                effect.restored,
            ),
            effect.restored,
        ),
        (
            ngettext(
                "For %(n)s published entry that was changed the earlier values will be proposed; another person "
                "decides.",
                "For %(n)s published entries that were changed the earlier values will be proposed; another person "
                "decides.",
                effect.corrected,
            ),
            effect.corrected,
        ),
        (
            ngettext(
                "%(n)s entry that was changed cannot be set back and stays as it is; it is named below.",
                "%(n)s entries that were changed cannot be set back and stay as they are; they are named below.",
                effect.left,
            ),
            effect.left,
        ),
    ]
