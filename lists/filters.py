"""Filters of the pages: all of them in the URL, each restricted to what the person may see."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Min, Q, Sum
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import DayInput
from jinan_credit.accounts.models import Unit, UnitQuerySet
from jinan_credit.kernel import clock
from jinan_credit.kernel.identifiers import document_key, is_uscc, normalise_code, normalise_text
from jinan_credit.kernel.wording import listed_apart
from lists.enums import (
    ON_THE_LIST,
    DishonestyClass,
    EntryState,
    ImportStatus,
    ListKind,
    Mark,
    PublicationKind,
    SubjectKind,
)
from lists.keyset import ORDERS
from lists.models import (
    CreditList,
    Entry,
    EntryQuerySet,
    ListImport,
    NumberSearch,
    Publication,
    Subject,
)
from lists.models.credit_list import CreditListQuerySet
from lists.models.list_import import ListImportQuerySet
from lists.selectors import entries_with_number, lists_for_unit, reminder_days, subjects_named

MOST_DOCUMENTS = 10_000
MOST_NAMED = 1_000
FEW_CHANGES = 100_000
LAST = chr(0x10FFFF)


def lists_of(actor: Actor) -> CreditListQuerySet:
    """The lists an actor's unit initiates or cooperates on; all for oversight."""
    if actor.may(Act.OVERSEE):
        return CreditList.objects.all()
    if actor.unit is None:
        return CreditList.objects.none()
    concerned = lists_for_unit(actor.unit).values("pk")
    return CreditList.objects.filter(
        Q(pk__in=concerned) | Q(pk__in=CreditList.objects.initiated_by(actor.unit).values("pk"))
    )


def with_code(code: str) -> list[int]:
    """Who bears this code or bore it earlier: asked first, so that no page walks a list for it."""
    return list(Subject.objects.with_code(code).values_list("pk", flat=True))


def with_name(text: str) -> list[int]:
    """Subjects that bear or bore a name like this or with this part in it; at most MOST_NAMED."""
    return subjects_named(text, most=MOST_NAMED)


def lists_of_reader(request: Any) -> CreditListQuerySet:
    """The choices of a filter."""
    return lists_of(request.actor)


def _units(request: Any) -> UnitQuerySet:
    return Unit.objects.filter(pk__in=Unit.objects.filter(initiated_lists__in=lists_of(request.actor)).values("pk"))


def _sources(request: Any) -> UnitQuerySet:
    """Those that the lists have now, and those that had brought something before."""
    lists = lists_of(request.actor).values("pk")
    imports = ListImport.objects.filter(credit_list__in=lists, source__isnull=False).values("source")
    return Unit.objects.filter(Q(pk__in=Unit.objects.filter(sourced_lists__in=lists).values("pk")) | Q(pk__in=imports))


def _own_searches(request: Any) -> Any:
    return NumberSearch.objects.filter(by=request.actor.user)


def _days() -> list[tuple[str, Any]]:
    return [(str(days), _("within %(days)s days") % {"days": days}) for days in reminder_days()]


class EntryFilter(django_filters.FilterSet):
    """Entries by what people know of them. `text` is a whole code or a name, old or new (rule 9)."""

    text = django_filters.CharFilter(
        method="with_text", label=_("Name or code"), min_length=2, max_length=100, strip=True
    )
    credit_list = django_filters.ModelChoiceFilter(queryset=lists_of_reader, to_field_name="code", label=_("List"))
    state = django_filters.ChoiceFilter(choices=EntryState.choices, label=_("State"))
    in_force = django_filters.ChoiceFilter(
        method="that_are_in_force",
        choices=[("yes", _("In force today"))],
        label=_("Effect"),
    )
    kind = django_filters.ChoiceFilter(method="of_kind", choices=ListKind.choices, label=_("Kind"))
    unit = django_filters.ModelChoiceFilter(queryset=_units, to_field_name="code", label=_("Deciding unit"))
    subject_kind = django_filters.ChoiceFilter(choices=SubjectKind.choices, label=_("Kind of subject"))
    dishonesty_class = django_filters.ChoiceFilter(choices=DishonestyClass.choices, label=_("Dishonesty class"))
    mark = django_filters.ChoiceFilter(method="with_mark", choices=Mark.choices, label=_("Mark"))
    document = django_filters.CharFilter(
        method="with_document", label=_("Document number begins with"), min_length=2, max_length=100, strip=True
    )
    listed_since = django_filters.DateFilter(method="published_since", label=_("Published since"), widget=DayInput)
    ends_within = django_filters.ChoiceFilter(method="that_end_soon", choices=_days, label=_("Term ends soon"))
    ends_after = django_filters.DateFilter(method="that_end_after", label=_("On the list until after"), widget=DayInput)
    ends_before = django_filters.DateFilter(
        method="that_end_before", label=_("On the list until before"), widget=DayInput
    )
    from_import = django_filters.NumberFilter(
        field_name="from_import_id", label=_("Import no."), min_value=1, max_value=2**62
    )
    source = django_filters.ModelChoiceFilter(
        method="from_source", queryset=_sources, to_field_name="code", label=_("Data source")
    )
    person = django_filters.ModelChoiceFilter(
        method="of_person", queryset=_own_searches, label=_("Document number"), widget=forms.HiddenInput
    )
    sort = django_filters.ChoiceFilter(
        method="as_it_is",
        label=_("Sorted by"),
        empty_label=ORDERS[""].label,
        choices=[(order.name, order.label) for order in ORDERS.values() if order.name],
    )

    further = (
        "kind",
        "unit",
        "subject_kind",
        "dishonesty_class",
        "mark",
        "document",
        "listed_since",
        "ends_within",
        "ends_after",
        "ends_before",
        "from_import",
        "source",
    )
    """Shown on demand."""
    without_chip = ("sort",)
    too_broad = ""
    """Said of the document number, when it was looked up."""
    is_cut = False
    """More names are like the text than are looked at: the likeliest are shown."""

    class Meta:
        model = Entry
        fields: list[str] = []

    @property
    def entries(self) -> EntryQuerySet:
        """What matches; nothing while a filter is not valid, since the rest would answer another question."""
        rows: EntryQuerySet = self.qs
        if self.too_broad and "document" not in self.form.errors:
            self.form.add_error("document", self.too_broad)
        return rows if self.is_valid() else rows.none()

    def is_valid(self) -> bool:
        return not self.is_bound or bool(self.form.is_valid())

    @property
    def given(self) -> dict[str, Any]:
        """What the filters say; nothing while one is not valid."""
        return dict(self.form.cleaned_data) if self.is_bound and self.form.is_valid() else {}

    @property
    def order_name(self) -> str:
        return str(self.given.get("sort") or "")

    def states(self) -> list[str]:
        """The states in which an entry can match."""
        if self.given.get("state"):
            return [self.given["state"]]
        return [EntryState.PUBLISHED] if self.given.get("in_force") == "yes" else list(EntryState.values)

    def in_words(self) -> str:
        """The active filters, for the record: labels and values."""
        lines = [
            f"{self.form[name].label}: {self._word(name, value)}"
            for name, value in self.given.items()
            if value not in (None, "") and name not in self.without_chip
        ]
        return listed_apart(lines)

    def _word(self, name: str, value: Any) -> str:
        choices = (
            {}
            if name in ("credit_list", "unit", "source", "person")
            else dict(getattr(self.form.fields[name], "choices", []))
        )
        return str(choices.get(value, value))

    def with_text(self, entries: EntryQuerySet, name: str, text: str) -> EntryQuerySet:
        code = normalise_code(text)
        if is_uscc(code):
            return entries.filter(subject__in=with_code(code))
        subjects = with_code(code) if code.isascii() and code.isalnum() else []
        subjects = subjects or with_name(normalise_text(text))
        self.is_cut = len(subjects) >= MOST_NAMED
        return entries.filter(subject__in=subjects)

    def of_kind(self, entries: EntryQuerySet, name: str, kind: str) -> EntryQuerySet:
        return entries.filter(credit_list__in=list(CreditList.objects.filter(kind=kind).values_list("pk", flat=True)))

    def that_are_in_force(self, entries: EntryQuerySet, name: str, answer: str) -> EntryQuerySet:
        return entries.in_force()

    def with_mark(self, entries: EntryQuerySet, name: str, mark: str) -> EntryQuerySet:
        """Few entries have any mark: the index holds those alone."""
        return entries.exclude(marks=[]).filter(marks__contains=[mark])

    def with_document(self, entries: EntryQuerySet, name: str, text: str) -> EntryQuerySet:
        """By the beginning, however it is written; a range, since a pattern would read `%` and `_`."""
        begin = document_key(text)
        matching = Q(document_key__gte=begin, document_key__lt=begin + LAST)
        if Entry.objects.filter(matching).order_by()[: MOST_DOCUMENTS + 1].count() > MOST_DOCUMENTS:
            words = _("More than %(most)s documents begin like this. Type more of the number.")
            self.too_broad = words % {"most": f"{MOST_DOCUMENTS:,}"}
            return entries.none()
        return entries.filter(matching)

    def that_end_soon(self, entries: EntryQuerySet, name: str, days: str) -> EntryQuerySet:
        today = clock.today()
        return entries.filter(state__in=ON_THE_LIST, term_to__range=(today, today + timedelta(days=int(days))))

    def that_end_after(self, entries: EntryQuerySet, name: str, day: date) -> EntryQuerySet:
        return entries.filter(state__in=ON_THE_LIST, term_to__gt=day)

    def that_end_before(self, entries: EntryQuerySet, name: str, day: date) -> EntryQuerySet:
        return entries.filter(state__in=ON_THE_LIST, term_to__lt=day)

    def published_since(self, entries: EntryQuerySet, name: str, day: date) -> EntryQuerySet:
        """What was listed since has changed last since: by that index little is read where little has changed."""
        start = clock.start_of(day)
        since = Publication.objects.filter(published_at__gte=start).aggregate(first=Min("pk"), changes=Sum("count"))
        if since["first"] is None:
            return entries.none()
        few = {"last_publication__gte": since["first"]} if since["changes"] <= FEW_CHANGES else {}
        return entries.filter(published_at__gte=start, **few)

    def from_source(self, entries: EntryQuerySet, name: str, source: Unit) -> EntryQuerySet:
        return entries.filter(from_import__in=ListImport.objects.filter(source=source).values("pk"))

    def of_person(self, entries: EntryQuerySet, name: str, search: NumberSearch) -> EntryQuerySet:
        return entries.filter(pk__in=entries_with_number(search.number_index).values("pk"))

    def as_it_is(self, entries: EntryQuerySet, name: str, value: str) -> EntryQuerySet:
        return entries


class ImportFilter(django_filters.FilterSet):
    """By status, and by what the workbench counts beside it."""

    status = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            *ImportStatus.choices,
            ("TO_SUBMIT", _("Imported, with drafts to submit")),
            ("REFUSED_LATELY", _("Refused in the last 7 days")),
        ],
        method="of_status",
    )

    class Meta:
        model = ListImport
        fields: list[str] = []

    def of_status(self, imports: ListImportQuerySet, name: str, value: str) -> ListImportQuerySet:
        if value == "TO_SUBMIT":
            return imports.to_submit(self.request.actor.unit)
        if value == "REFUSED_LATELY":
            return imports.refused_lately()
        return imports.filter(status=value)


class PublicationFilter(django_filters.FilterSet):
    credit_list = django_filters.ModelChoiceFilter(queryset=lists_of_reader, to_field_name="code", label=_("List"))
    kind = django_filters.ChoiceFilter(choices=PublicationKind.choices, label=_("Kind"))

    class Meta:
        model = Publication
        fields: list[str] = []
