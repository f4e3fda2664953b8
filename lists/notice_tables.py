"""The tables of notices."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts.tables import Cell
from lists.models import Notice


class NoticeTable(tables.Table):
    number = Cell(
        "<a href=\"{% url 'notice' record.pk %}\">{{ record.number }}</a>", verbose_name=_("Number"), order_by="id"
    )
    kind = Cell("{% status record.kind record.get_kind_display %}", verbose_name=_("Kind"), orderable=False)
    subject = tables.Column(accessor="entry__subject_name", verbose_name=_("Subject"), orderable=False)
    credit_list = tables.Column(accessor="wording__credit_list", verbose_name=_("List"), orderable=False)
    issued_on = Cell(
        "{{ record.issued_on|day }}", verbose_name=pgettext_lazy("of a letter", "Issued on"), orderable=False
    )
    served = Cell(template_name="lists/_notice_service.html", verbose_name=_("Service"), orderable=False)

    class Meta:
        model = Notice
        fields: tuple[str, ...] = ()
        sequence = ("number", "kind", "subject", "credit_list", "issued_on", "served")
