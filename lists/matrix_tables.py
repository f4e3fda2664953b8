"""The matrix of measures as a table, and its filters in the URL."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.enums import MeasureCategory, MeasureKind, MeasureObject, Severity
from catalog.models import Measure, Memorandum
from catalog.selectors import measures_for
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit, UnitQuerySet
from jinan_credit.accounts.tables import Cell
from jinan_credit.kernel import clock
from lists.filters import lists_of, lists_of_reader
from lists.models import CreditList
from lists.selectors import measures_for_list, reaches


def measures_shown(actor: Actor) -> QuerySet[Measure]:
    """Measures in force today: all for whoever oversees, else those of one's own unit."""
    sees_all = actor.may(Act.OVERSEE)
    if not sees_all and actor.unit is None:
        return Measure.objects.none()
    shown = measures_for(Memorandum.objects.all(), on=clock.today(), unit=None if sees_all else actor.unit)
    lists = Prefetch("version__memorandum__lists", queryset=lists_of(actor).order_by("code"))
    return shown.prefetch_related("responsibilities__unit", lists).order_by("version__memorandum__number", "code")


def _units(request: Any) -> UnitQuerySet:
    return Unit.objects.active(clock.today()) if request.actor.may(Act.OVERSEE) else Unit.objects.none()


def _memoranda(request: Any) -> QuerySet[Memorandum]:
    return Memorandum.objects.all()


class MatrixFilter(django_filters.FilterSet):
    credit_list = django_filters.ModelChoiceFilter(
        method="on_list", queryset=lists_of_reader, to_field_name="code", label=_("List")
    )
    unit = django_filters.ModelChoiceFilter(method="of_unit", queryset=_units, to_field_name="code", label=_("Unit"))
    category = django_filters.ChoiceFilter(choices=MeasureCategory.choices, label=_("Category"))
    text = django_filters.CharFilter(method="with_text", label=_("Measure or legal basis"), strip=True)
    memorandum = django_filters.ModelChoiceFilter(
        field_name="version__memorandum", queryset=_memoranda, to_field_name="number", label=_("Memorandum")
    )
    kind = django_filters.ChoiceFilter(choices=MeasureKind.choices, label=_("Kind"))
    severity = django_filters.ChoiceFilter(choices=Severity.choices, label=_("Severity"))
    applies_to = django_filters.ChoiceFilter(choices=MeasureObject.choices, label=_("Applies to"))
    further = ("memorandum", "kind", "severity", "applies_to")

    class Meta:
        model = Measure
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.actor.may(Act.OVERSEE):
            del self.filters["unit"]

    def on_list(self, measures: QuerySet[Measure], name: str, credit_list: CreditList) -> QuerySet[Measure]:
        return measures.filter(pk__in=_ids(measures_for_list(credit_list)))

    def of_unit(self, measures: QuerySet[Measure], name: str, unit: Unit) -> QuerySet[Measure]:
        return measures.filter(pk__in=_ids(measures_for(Memorandum.objects.all(), on=clock.today(), unit=unit)))

    def with_text(self, measures: QuerySet[Measure], name: str, text: str) -> QuerySet[Measure]:
        based = Measure.objects.filter(Q(bases__title__icontains=text) | Q(bases__article__icontains=text))
        return measures.filter(Q(content__icontains=text) | Q(pk__in=based.values("pk")))


def _ids(measures: QuerySet[Measure]) -> QuerySet[Measure, Any]:
    return measures.prefetch_related(None).order_by().values("pk")


class _Lists(Cell):
    """The lists that a measure reaches, of those that the person may see."""

    def render(self, record: Measure, table: Any, value: Any, bound_column: Any, **kwargs: Any) -> str:
        reached = [one for one in record.version.memorandum.lists.all() if reaches(one, record)]
        return super().render(record, table, reached, bound_column, **kwargs)


class MatrixTable(tables.Table):
    clause = Cell(
        template_name="lists/_matrix_clause.html",
        verbose_name=_("Memorandum and clause"),
        orderable=False,
    )
    content = tables.Column(verbose_name=_("Measure"), orderable=False)
    category = Cell(template_name="catalog/_category.html", verbose_name=_("Category"), orderable=False)
    applies_to = tables.Column(verbose_name=_("Applies to"), orderable=False)
    lists = _Lists(template_name="lists/_matrix_lists.html", verbose_name=_("Lists"), orderable=False, empty_values=())
    units = Cell(
        '{% include "catalog/_units.html" with measure=record %}',
        verbose_name=_("Units"),
        orderable=False,
        empty_values=(),
    )
    bases = Cell(
        "{% for basis in record.bases.all %}{{ basis }}{% if not forloop.last %}<br>{% endif %}{% endfor %}",
        verbose_name=_("Legal bases"),
        orderable=False,
    )

    class Meta:
        model = Measure
        fields: tuple[str, ...] = ()
        sequence = ("clause", "content", "category", "applies_to", "lists", "units", "bases")
        empty_text = _("No measure in force matches these filters.")
