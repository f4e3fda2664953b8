from datetime import date

import django_tables2 as tables
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.tables import NUMBER, Cell
from jinan_credit.kernel import clock
from sanctions.models import UnitTask


class FigureRowsTable(tables.Table):
    """The rows behind a figure."""

    publication = tables.Column(verbose_name=_("Publication"), empty_values=(), order_by="publication_id")
    list = tables.Column(verbose_name=_("List"), accessor="credit_list", order_by="credit_list__code")
    unit = tables.Column(verbose_name=_("Unit"), order_by="unit__code")
    count = tables.Column(verbose_name=_("Entries"), accessor="publication__count", attrs=NUMBER)
    made_at = Cell("{{ record.made_at|day }}", verbose_name=_("Published on"))
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))
    signed_day = Cell("{{ record.signed_day|day }}", verbose_name=_("Signed on"))
    due_on = Cell(
        "{% if record.deadline %}{% due record.deadline record.is_deadline_provisional %}"
        "{% else %}{{ record.due_on|day }}{% endif %}",
        verbose_name=_("Due"),
    )

    class Meta:
        model = UnitTask
        fields = ("publication", "list", "unit", "count", "made_at", "state", "signed_day", "due_on")

    def render_publication(self, record: UnitTask) -> str:
        return format_html('<a href="{}">{}</a>', reverse("task", args=[record.pk]), record.number)


KINDS = {"objection": _("Objection"), "help": _("Answer to another unit"), "repair": _("Repair application")}


class EscalatedTable(tables.Table):
    """The cases that units left undone, without a word of the applicant."""

    unit = tables.Column(verbose_name=_("Unit"))
    kind = tables.Column(verbose_name=_("Kind"))
    number = tables.Column(verbose_name=_("Receipt number"))
    due_on = Cell("{{ value|day }}", verbose_name=_("Was due on"))
    days = tables.Column(verbose_name=_("Days overdue"), accessor="due_on", order_by="-due_on", attrs=NUMBER)
    at = Cell("{{ value|moment }}", verbose_name=_("Escalated at"))

    class Meta:
        order_by = "due_on"
        empty_text = _("No case has come to the coordinator.")

    def render_kind(self, value: str) -> str | Promise:
        return KINDS[value]

    def render_days(self, value: date) -> int:
        return (clock.today() - value).days
