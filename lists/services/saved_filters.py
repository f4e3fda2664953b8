"""Filters of a page under a name of one's own: of every page whose rows can be exported (`export_sources`)."""

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from lists.models import SavedFilter
from lists.services.export_sources import source_of_page

MOST_KEPT = 50
LONGEST_QUERY = 2_000


def saved_filters(*, page: str, by: Actor) -> list[SavedFilter]:
    """A person's own filters of a page, by name; nobody else's. One query."""
    return list(SavedFilter.objects.filter(owner=by.user, page=page)) if by.user else []


def save_filter(*, page: str, name: str, query: str, by: Actor) -> SavedFilter:
    """Keep filters of a page under a name; the same name again replaces them.

    Refusals: `not_a_person`, `page_unknown`, `act_not_allowed` (he may not open the page), `name_missing`,
    `name_too_long`, `query_too_long`, `too_many_filters`.
    """
    if by.user is None:
        raise NotAllowed("not_a_person", _("Only a signed-in person keeps filters."))
    source = source_of_page(page)
    if source is None:
        raise NotFound("page_unknown", _("There is no such page with filters."))
    by.require(source.act)
    name = " ".join(name.split())
    if not name:
        raise InvalidInput("name_missing", _("Give the filters a name."), field="name")
    if len(name) > 50:
        raise InvalidInput("name_too_long", _("A name may have at most 50 characters."), field="name")
    if len(query) > LONGEST_QUERY:
        raise InvalidInput("query_too_long", _("These filters are too long to be kept. Take some out."), field="name")
    mine = SavedFilter.objects.filter(owner=by.user, page=page)
    if not mine.filter(name=name).exists() and mine.count() >= MOST_KEPT:
        raise DomainError(
            "too_many_filters", _("You keep %(most)s filters already. Delete one first.") % {"most": MOST_KEPT}
        )
    saved, _made = SavedFilter.objects.update_or_create(
        owner=by.user, page=page, name=name, defaults={"query": query, "made_at": clock.now()}
    )
    return saved


def delete_filter(*, saved: SavedFilter, by: Actor) -> None:
    """Forget saved filters. Refusal: `filter_not_found` (another person's)."""
    gone, _rows = SavedFilter.objects.filter(pk=saved.pk, owner=by.user).delete() if by.user else (0, {})
    if not gone:
        raise NotFound("filter_not_found", _("There is no such saved filter."))
