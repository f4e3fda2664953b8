"""Data quality: what is amiss with the entries in force, and the entries behind each figure."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from jinan_credit.oversight.models import ListQuality
from lists.enums import SubjectKind
from lists.models import CreditList, Entry, EntryQuerySet

QUALITY = ("entries", "organisations", "without_code", "twice", "without_basis", "without_facts")


def entries_amiss(figure: str, credit_list: CreditList | None) -> EntryQuerySet:
    """The entries in force that a figure of ListQuality counts, the newest first. KeyError for another name."""
    entries = Entry.objects.in_force()
    if credit_list is not None:
        entries = entries.filter(credit_list=credit_list)
    other = Entry.objects.in_force().filter(subject=OuterRef("subject"), credit_list=OuterRef("credit_list"))
    is_organisation = ~Q(subject_kind=SubjectKind.NATURAL_PERSON)
    conditions = {
        "entries": Q(),
        "organisations": is_organisation,
        "without_code": is_organisation & Q(subject__code=None),
        "twice": Q(Exists(other.exclude(pk=OuterRef("pk")))),
        "without_basis": Q(basis=""),
        "without_facts": Q(facts=""),
    }
    return entries.filter(conditions[figure]).order_by("-pk")


def count_amiss(credit_list: CreditList) -> dict[str, int]:
    """The figures of one list, counted now. One query a figure."""
    return {figure: entries_amiss(figure, credit_list).order_by().count() for figure in QUALITY}


def qualities() -> QuerySet[ListQuality]:
    return ListQuality.objects.select_related("credit_list").order_by("credit_list__code")
