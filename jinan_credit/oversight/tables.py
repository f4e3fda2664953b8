from datetime import date
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.tables import NUMBER, Cell
from jinan_credit.kernel import clock
from lists.models import Entry
from sanctions.models import Execution, UnitTask


class FigureRowsTable(tables.Table):
    """The tasks behind a figure."""

    publication = tables.Column(verbose_name=_("Publication"), empty_values=(), order_by="publication_id")
    list = tables.Column(verbose_name=_("List"), accessor="credit_list", order_by="credit_list__code")
    unit = tables.Column(verbose_name=_("Unit"), order_by="unit__code")
    count = Cell("{{ value|count }}", verbose_name=_("Entries"), accessor="publication__count", attrs=NUMBER)
    made_at = Cell("{{ record.made_at|day }}", verbose_name=_("Published on"))
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))
    signed_day = Cell(
        "{% for signing in record.signings|slice:':1' %}{{ signing.at|day }}{% empty %}—{% endfor %}",
        verbose_name=_("Signed on"),
        orderable=False,
    )
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


class ExecutionRowsTable(tables.Table):
    """What units report, with the reason where nothing was applied."""

    performed_on = Cell("{{ record.performed_on|day }}", verbose_name=_("Performed on"))
    unit = tables.Column(verbose_name=_("Unit"), order_by="unit__code")
    about = tables.Column(verbose_name=_("Entry or publication"), empty_values=(), orderable=False)
    list = tables.Column(verbose_name=_("List"), empty_values=(), orderable=False)
    measures = Cell(template_name="sanctions/_done.html", verbose_name=_("Measures or reason"), orderable=False)
    matter = tables.Column(verbose_name=_("Matter"), orderable=False)

    class Meta:
        model = Execution
        fields = ("performed_on", "unit", "about", "list", "measures", "matter")

    def render_about(self, record: Execution) -> Any:
        if record.entry is None:
            return record.task.number if record.task else "—"
        return _entry_link(record.entry)

    def render_list(self, record: Execution) -> str:
        return str(record.entry.credit_list if record.entry else record.task and record.task.credit_list)


class ScreeningRowsTable(tables.Table):
    """Who screened when in what matter: no party."""

    screened_at = Cell("{{ value|moment }}", verbose_name=_("Screened at"))
    unit_name = tables.Column(verbose_name=_("Unit"))
    matter_name = tables.Column(verbose_name=_("Matter"))
    list_name = tables.Column(verbose_name=_("List of the hit"), default="—", empty_values=("", None))
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))

    class Meta:
        order_by = "-screened_at"


class BatchRowsTable(tables.Table):
    """Which unit had a file looked up, in what matter, and how many of its parties a figure counts: no party."""

    screened_at = Cell("{{ value|moment }}", verbose_name=_("Screened at"))
    unit_name = tables.Column(verbose_name=_("Unit"))
    matter_name = tables.Column(verbose_name=_("Matter"), default="—", empty_values=("", None))
    parties = Cell("{{ value|count }}", verbose_name=_("Parties"), attrs={"td": {"class": "number"}})

    class Meta:
        order_by = "-screened_at"


class TermRowsTable(tables.Table):
    """Entries whose term ended."""

    subject_name = tables.Column(verbose_name=_("Entry"), orderable=False)
    list = tables.Column(verbose_name=_("List"), accessor="credit_list", order_by="credit_list__code")
    unit = tables.Column(verbose_name=_("Deciding unit"), order_by="unit__code")
    term_to = Cell("{{ value|day }}", verbose_name=_("Last day of the term"))
    out_at = Cell(
        "{% if record.exit_reason %}{{ record.last_publication.published_at|moment }}{% else %}—{% endif %}",
        verbose_name=_("Taken out at"),
        orderable=False,
    )
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))

    class Meta:
        model = Entry
        fields = ("subject_name", "list", "unit", "term_to", "out_at", "state")

    def render_subject_name(self, record: Entry) -> Any:
        return _entry_link(record)


class EntryRowsTable(tables.Table):
    """Entries with something amiss."""

    subject_name = tables.Column(verbose_name=_("Entry"), orderable=False)
    list = tables.Column(verbose_name=_("List"), accessor="credit_list", orderable=False)
    unit = tables.Column(verbose_name=_("Deciding unit"), orderable=False)
    document_number = tables.Column(verbose_name=_("Document number of the decision"), orderable=False)
    term_to = Cell("{{ value|day }}", verbose_name=_("Last day of the term"), orderable=False)

    class Meta:
        model = Entry
        fields = ("subject_name", "list", "unit", "document_number", "term_to")

    def render_subject_name(self, record: Entry) -> Any:
        return _entry_link(record)


class CaseRowsTable(tables.Table):
    """Objections or repairs, without a word of the applicant."""

    receipt_number = tables.Column(verbose_name=_("Receipt number"))
    unit = tables.Column(verbose_name=_("Unit"), order_by="unit__code")
    list = tables.Column(verbose_name=_("List"), accessor="credit_list", order_by="credit_list__code")
    received_on = Cell("{{ value|day }}", verbose_name=_("Received on"))
    last_day = Cell("{{ value|day }}", verbose_name=_("Due"))
    decided_on = Cell("{{ value|day }}", verbose_name=_("Decided on"))
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))


KINDS = {
    "objection": _("Objection"),
    "help": _("Answer to another unit"),
    "repair": _("Repair application"),
    "basis": _("Basis fell"),
}


class EscalatedTable(tables.Table):
    """The cases that units left undone, without a word of the applicant."""

    unit = tables.Column(verbose_name=_("Unit"))
    kind = tables.Column(verbose_name=_("Kind"))
    number = tables.Column(verbose_name=_("Receipt or document number"))
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


def _entry_link(entry: Entry) -> Any:
    return format_html('<a href="{}">{}</a>', reverse("entry", args=[entry.pk]), entry.subject_name)
