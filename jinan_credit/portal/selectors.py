"""What any passer-by may find: organisations in force, by name or code, and never a natural person (rule 7)."""

from jinan_credit.kernel.identifiers import is_uscc, normalise_code, normalise_text
from lists.models import Entry, EntryQuerySet

SHORTEST_NAME = 2
MOST_RESULTS = 500


def search_public(query: str) -> EntryQuerySet:
    """Published entries whose code is the query or whose name, as at listing or now, contains it (rule 9)."""
    text, code = normalise_text(query), normalise_code(query)
    found = Entry.objects.public().select_related("credit_list", "unit", "subject")
    if is_uscc(code):
        return found.filter(subject__code=code).order_by("-published_at", "pk")
    if len(text) < SHORTEST_NAME:
        return found.none()
    named_now = Entry.objects.public().filter(subject__name__icontains=text).values("pk")
    named_then = Entry.objects.public().filter(subject_name__icontains=text).values("pk")
    return found.filter(pk__in=named_now.union(named_then)).order_by("subject_name", "pk")
