import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.desks import opens
from jinan_credit.accounts.tables import Cell
from repair.models import RepairApplication


class RepairTable(tables.Table):
    receipt_number = tables.Column(verbose_name=_("Receipt number"), linkify=opens("repair"))
    entry = tables.Column(verbose_name=_("Entry"), accessor="entry__subject_name", orderable=False)
    credit_list = tables.Column(verbose_name=_("List"))
    received_on = Cell("{{ value|day }}", verbose_name=_("Received on"))
    decide_due_on = Cell(
        "{% if record.is_open %}{% due record.due_on record.due_is_provisional %}{% else %}{{ value|day }}{% endif %}",
        verbose_name=_("Next deadline"),
    )
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))

    class Meta:
        model = RepairApplication
        fields = ("receipt_number", "entry", "credit_list", "received_on", "decide_due_on", "state")
        order_by = "decide_due_on"
