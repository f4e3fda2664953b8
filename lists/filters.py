"""Filters of the pages: all of them in the URL, each restricted to what the person may see."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit, UnitQuerySet
from jinan_credit.kernel import clock
from jinan_credit.kernel.identifiers import is_uscc, normalise_code, normalise_text
from lists.enums import EntryState, ListKind, Mark, PublicationKind
from lists.models import CreditList, Entry, EntryQuerySet, Publication, Subject
from lists.models.credit_list import CreditListQuerySet
from lists.selectors import lists_for_unit


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
    """The subject with this code, none or one: asked first, so that no page walks a whole list for it."""
    return list(Subject.objects.filter(code=code).values_list("pk", flat=True))


def _lists(request: Any) -> CreditListQuerySet:
    return lists_of(request.actor)


def _units(request: Any) -> UnitQuerySet:
    return Unit.objects.filter(pk__in=Unit.objects.filter(initiated_lists__in=lists_of(request.actor)).values("pk"))


class EntryFilter(django_filters.FilterSet):
    """Entries by what people know of them. `text` is a whole code or a part of a name, old or new (rule 9)."""

    text = django_filters.CharFilter(
        method="with_text", label=_("Name or code"), min_length=2, max_length=100, strip=True
    )
    credit_list = django_filters.ModelChoiceFilter(queryset=_lists, to_field_name="code", label=_("List"))
    kind = django_filters.ChoiceFilter(field_name="credit_list__kind", choices=ListKind.choices, label=_("Kind"))
    state = django_filters.ChoiceFilter(choices=EntryState.choices, label=_("State"))
    in_force = django_filters.ChoiceFilter(
        method="that_are_in_force",
        choices=[("yes", _("In force today")), ("no", _("Not in force today"))],
        label=_("Effect"),
    )
    unit = django_filters.ModelChoiceFilter(queryset=_units, to_field_name="code", label=_("Deciding unit"))
    ends_before = django_filters.DateFilter(
        field_name="term_to",
        lookup_expr="lt",
        label=_("Term ends before"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    mark = django_filters.ChoiceFilter(method="with_mark", choices=Mark.choices, label=_("Mark"))
    from_import = django_filters.NumberFilter(
        field_name="from_import_id", label=_("Import no."), min_value=1, max_value=2**62
    )

    class Meta:
        model = Entry
        fields: list[str] = []

    def with_text(self, entries: EntryQuerySet, name: str, text: str) -> EntryQuerySet:
        code = normalise_code(text)
        if is_uscc(code):
            return entries.filter(subject__in=with_code(code))
        words = normalise_text(text)
        return entries.filter(Q(subject_name__contains=words) | Q(subject__name__contains=words))

    def that_are_in_force(self, entries: EntryQuerySet, name: str, answer: str) -> EntryQuerySet:
        if answer == "yes":
            return entries.in_force()
        today = clock.today()
        return entries.filter(~Q(state=EntryState.PUBLISHED) | Q(term_to__lt=today) | Q(term_from__gt=today))

    def with_mark(self, entries: EntryQuerySet, name: str, mark: str) -> EntryQuerySet:
        return entries.filter(marks__contains=[mark])


class PublicationFilter(django_filters.FilterSet):
    credit_list = django_filters.ModelChoiceFilter(queryset=_lists, to_field_name="code", label=_("List"))
    kind = django_filters.ChoiceFilter(choices=PublicationKind.choices, label=_("Kind"))

    class Meta:
        model = Publication
        fields: list[str] = []
