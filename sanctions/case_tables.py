"""The tables of typical cases and bulletins, and their filters in the URL."""

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.filters import FromDayFilter, ToDayFilter
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.tables import Cell
from sanctions.enums import BulletinState, CaseState
from sanctions.models import Bulletin, CaseReport, Execution
from sanctions.models.case import CaseReportQuerySet

_CASE_STATE = """{% load i18n %}{% status record.state record.get_state_display %}
{% if record.flaw %}{% translate "Flawed" as flawed %}{% badge flawed tone="bad" icon="alert-triangle" %}{% endif %}
{% if record.state == "IN_BULLETIN" %}
<a href="{% url 'bulletin' record.bulletin_id %}">{{ record.bulletin }}</a>
{% endif %}"""


class CaseFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=CaseState.choices, empty_label=_("All"))
    flawed = django_filters.ChoiceFilter(
        label=_("Flawed"), choices=[("yes", _("Yes"))], method="only_flawed", empty_label=_("All")
    )
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), to_field_name="code", queryset=Unit.objects.all(), empty_label=_("All")
    )

    class Meta:
        model = CaseReport
        fields: list[str] = []

    def only_flawed(self, cases: CaseReportQuerySet, name: str, value: str) -> CaseReportQuerySet:
        return cases.flawed() if value else cases


class CaseTable(tables.Table):
    title = Cell("<a href=\"{% url 'case' record.pk %}\">{{ record }}</a>", verbose_name=_("Case"), orderable=False)
    party = Cell("{{ record.party|default:'—' }}", verbose_name=_("Subject"), orderable=False)
    unit = tables.Column(verbose_name=_("Unit"), order_by="unit__code")
    state = Cell(_CASE_STATE, verbose_name=_("State"))
    reported_at = Cell("{{ record.reported_at|moment }}", verbose_name=_("Reported at"))

    class Meta:
        model = CaseReport
        fields = ("title", "party", "unit", "state", "reported_at")


class CaseExecutionTable(tables.Table):
    """The executions of which a case can be made."""

    performed_on = Cell("{{ record.performed_on|day }}", verbose_name=_("Performed on"))
    entry = Cell(
        "{{ record.entry.subject_name }}<br>{{ record.entry.credit_list }}", verbose_name=_("Entry"), orderable=False
    )
    measures = Cell(template_name="sanctions/_measures.html", verbose_name=_("Measures applied"), orderable=False)
    matter = tables.Column(verbose_name=_("Matter"), orderable=False)
    make = Cell(
        '{% load i18n %}<a class="btn btn-quiet" href="{% url \'case_new\' record.pk %}">'
        '{% translate "Make a case" %}</a>',
        verbose_name=_("Next step"),
        orderable=False,
    )

    class Meta:
        model = Execution
        fields = ("performed_on", "entry", "measures", "matter", "make")
        empty_text = _("No execution waits to become a case: a case is made where measures were applied to one party.")


class BulletinFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=BulletinState.choices, empty_label=_("All"))
    since = FromDayFilter(label=_("Since"), field_name="issued_at")
    until = ToDayFilter(label=_("Until"), field_name="issued_at")

    class Meta:
        model = Bulletin
        fields: list[str] = []


class BulletinTable(tables.Table):
    number = Cell(
        "<a href=\"{% url 'bulletin' record.pk %}\">{% firstof record.number record.title record.pk %}</a>",
        verbose_name=_("Number"),
        order_by=("year", "serial"),
    )
    title = tables.Column(verbose_name=_("Heading"), orderable=False)
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))
    issued_at = Cell("{{ record.issued_at|day }}", verbose_name=_("Issued on"))

    class Meta:
        model = Bulletin
        fields = ("number", "title", "state", "issued_at")
