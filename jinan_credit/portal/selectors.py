"""What any passer-by may find: organisations in force, by name or code, and never a natural person (rule 7)."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, Value

from jinan_credit.kernel.identifiers import is_uscc, normalise_code, normalise_text
from lists.models import Entry, EntryQuerySet, Subject
from lists.selectors import subjects_named

SHORTEST_NAME = 2
MOST_RESULTS = 500


def search_public(query: str) -> EntryQuerySet:
    """Published entries whose code or name, then or now, is the query or like it; the likeliest first (rule 9)."""
    text, code = normalise_text(query), normalise_code(query)
    found = Entry.objects.public().select_related("credit_list", "unit", "subject")
    if is_uscc(code):
        return found.filter(subject__in=Subject.objects.with_code(code)).order_by("-published_at", "pk")
    if len(text) < SHORTEST_NAME:
        return found.none()
    subjects = subjects_named(text, most=MOST_RESULTS)
    ranked = Value(subjects, output_field=ArrayField(BigIntegerField()))
    place = Func(ranked, F("subject_id"), function="array_position", output_field=IntegerField())
    return found.filter(subject__in=subjects).order_by(place, "pk")
