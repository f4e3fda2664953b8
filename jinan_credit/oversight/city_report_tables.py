import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.tables import Cell
from jinan_credit.oversight.enums import ReportKind, ReportState
from jinan_credit.oversight.models import CityReport


class CityReportFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ReportKind.choices, empty_label=_("All"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=ReportState.choices, empty_label=_("All"))

    class Meta:
        model = CityReport
        fields: list[str] = []


class CityReportTable(tables.Table):
    number = Cell(
        "<a href=\"{% url 'city_report' record.pk %}\">{{ record }}</a>",
        verbose_name=_("Number"),
        order_by=("year", "serial"),
    )
    title = tables.Column(verbose_name=_("Heading"), orderable=False)
    period = tables.Column(verbose_name=_("Period"), order_by=("period_from", "kind"))
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))
    issued_at = Cell("{{ record.issued_at|day }}", verbose_name=_("Issued on"))

    class Meta:
        model = CityReport
        fields = ("number", "title", "period", "state", "issued_at")
