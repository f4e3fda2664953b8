"""The lists of supervision notices and of what may be urged, and their filters in the URL."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.filters import FromDayFilter, OnlyFilter, ToDayFilter
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.tables import NUMBER, Cell
from jinan_credit.oversight.enums import SupervisionState
from jinan_credit.oversight.models import SupervisionNotice, SupervisionNoticeQuerySet
from jinan_credit.oversight.selectors.supervision import SUPERVISION_FIGURES, notices_behind
from jinan_credit.oversight.services.supervision import MOST_ROWS
from jinan_credit.oversight.tables import EscalatedTable, FigureRowsTable
from lists.models import CreditList
from sanctions.models import UnitTask

URGEABLE = ("overdue", "not_executed")
"""The figures whose rows may be urged."""

_NUMBER = """<a href="{% url 'supervision_notice' record.pk %}">
{% firstof record.number record.title %}</a>"""


def tick(name: str, value: Any, number: str) -> str:
    label = _("Choose %(number)s") % {"number": number}
    box = '<input type="checkbox" class="form-check-input" name="{}" value="{}" aria-label="{}">'
    return format_html(box, name, value, label)


class UrgeableRowsTable(FigureRowsTable):
    """The rows behind a figure, to choose from; `most` of them are urged at once."""

    most = MOST_ROWS
    chosen = tables.Column(verbose_name=_("Choose"), empty_values=(), orderable=False)

    class Meta(FigureRowsTable.Meta):
        sequence = ("chosen", "...")

    def render_chosen(self, record: UnitTask) -> str:
        return tick("task", record.pk, f"{record.number} {record.unit}")


class UrgeableCasesTable(EscalatedTable):
    chosen = tables.Column(verbose_name=_("Choose"), empty_values=(), orderable=False)

    class Meta(EscalatedTable.Meta):
        sequence = ("chosen", "...")

    def render_chosen(self, record: dict[str, Any]) -> str:
        return tick("case", f"{record['kind']}-{record['of']}", record["number"])


class SupervisionFilter(django_filters.FilterSet):
    further = ("list", "figure", "since", "until")

    state = django_filters.ChoiceFilter(label=_("State"), choices=SupervisionState)
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), to_field_name="code", queryset=Unit.objects.order_by("name")
    )
    to_reply = OnlyFilter(SupervisionNoticeQuerySet.awaiting_reply, label=_("Waits for a reply"))
    overdue = OnlyFilter(SupervisionNoticeQuerySet.overdue, label=_("Reply overdue"))
    escalated = OnlyFilter(SupervisionNoticeQuerySet.come_to_the_coordinator, label=_("Come to the coordinator"))
    list = django_filters.ModelChoiceFilter(
        label=_("List"), to_field_name="code", queryset=CreditList.objects.order_by("name"), method="by_list"
    )
    figure = django_filters.ChoiceFilter(label=_("Figure"), choices=[*SUPERVISION_FIGURES.items()], method="by_figure")
    since = FromDayFilter(field_name="issued_at", label=_("Issued from"))
    until = ToDayFilter(field_name="issued_at", label=_("Issued until"))

    class Meta:
        model = SupervisionNotice
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.actor.may(Act.OVERSEE):
            for name in ("unit", "escalated"):
                del self.filters[name]

    def by_list(self, notices: SupervisionNoticeQuerySet, name: str, value: CreditList) -> SupervisionNoticeQuerySet:
        return notices.about_list(value)

    def by_figure(self, notices: SupervisionNoticeQuerySet, name: str, value: str) -> SupervisionNoticeQuerySet:
        """A unit's own figures are of itself alone, not of those that it succeeded."""
        actor = self.request.actor
        counted = notices if actor.may(Act.OVERSEE) else notices.filter(unit=actor.unit)
        return notices_behind(value, counted)


class SupervisionTable(tables.Table):
    number = Cell(_NUMBER, verbose_name=_("Number"), order_by=("year", "serial"))
    unit = tables.Column(verbose_name=_("Unit"), order_by="unit__code")
    title = tables.Column(verbose_name=_("Heading"), orderable=False)
    done = Cell(
        "{{ record.done_count|count }} / {{ record.row_count|count }}",
        verbose_name=_("Done"),
        attrs=NUMBER,
        orderable=False,
    )
    issued_at = Cell("{{ record.issued_at|day }}", verbose_name=_("Issued on"))
    due_on = Cell(
        "{% if record.awaits_reply %}{% due record.due_on %}{% else %}{{ record.due_on|day }}{% endif %}",
        verbose_name=_("Reply due on"),
    )
    state = Cell(template_name="oversight/_supervision_state.html", verbose_name=_("State"))

    class Meta:
        model = SupervisionNotice
        fields = ("number", "unit", "title", "done", "issued_at", "due_on", "state")
