import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.desks import opens
from jinan_credit.accounts.tables import Cell
from objections.models import HelpRequest, Objection, TipOff


class ObjectionTable(tables.Table):
    receipt_number = tables.Column(verbose_name=_("Receipt number"), linkify=opens("objection"))
    entry = tables.Column(verbose_name=_("Entry"), accessor="entry__subject_name", orderable=False)
    credit_list = tables.Column(verbose_name=_("List"))
    grounds = tables.Column(verbose_name=_("Grounds of the objection"))
    received_on = Cell("{{ value|day }}", verbose_name=_("Received on"))
    due_on = Cell(
        "{% if record.paused_on %}—"
        "{% elif record.is_open %}{% due record.due_on record.due_is_provisional %}"
        "{% else %}{{ value|day }}{% endif %}",
        verbose_name=_("Decision due"),
    )
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))

    class Meta:
        model = Objection
        fields = ("receipt_number", "entry", "credit_list", "grounds", "received_on", "due_on", "state")
        order_by = "due_on"


class HelpRequestTable(tables.Table):
    """What the asked unit sees: the entry and what is asked, nothing of the applicant."""

    entry = tables.Column(
        verbose_name=_("Entry"),
        accessor="objection__entry__subject_name",
        linkify=opens("help_request"),
    )
    credit_list = tables.Column(verbose_name=_("List"), accessor="objection__credit_list")
    asked_by_unit = tables.Column(verbose_name=_("Asking unit"), accessor="objection__unit", orderable=False)
    asked_at = Cell("{{ value|day }}", verbose_name=_("Asked on"))
    due_on = Cell(
        "{% if record.is_open %}{% due record.due_on record.due_is_provisional %}{% else %}{{ value|day }}{% endif %}",
        verbose_name=_("Answer due"),
    )
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))

    class Meta:
        model = HelpRequest
        fields = ("entry", "credit_list", "asked_by_unit", "asked_at", "due_on", "state")
        order_by = "due_on"


class TipOffTable(tables.Table):
    receipt_number = tables.Column(verbose_name=_("Receipt number"), linkify=opens("tip_off"))
    party_name = tables.Column(verbose_name=_("Name of the party"))
    credit_list = tables.Column(verbose_name=_("List"))
    unit = tables.Column(verbose_name=_("Unit that verifies"))
    received_on = Cell("{{ value|day }}", verbose_name=_("Received on"))
    due_on = Cell(
        "{% if record.is_open %}{% due record.deadline record.due_is_provisional %}"
        "{% else %}{{ value|day }}{% endif %}",
        verbose_name=_("Due"),
    )
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))

    class Meta:
        model = TipOff
        fields = ("receipt_number", "party_name", "credit_list", "unit", "received_on", "due_on", "state")
        order_by = "due_on"
