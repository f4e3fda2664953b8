"""The table of public credit promises and its filters in the URL."""

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.tables import Cell
from lists.enums import CreditPromiseKind, CreditPromiseState
from lists.models import CreditPromise, CreditPromiseQuerySet


class CreditPromiseFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(field_name="subject_name", lookup_expr="icontains", label=_("Name"))
    kind = django_filters.ChoiceFilter(choices=CreditPromiseKind.choices, label=_("Kind of promise"))
    state = django_filters.ChoiceFilter(choices=CreditPromiseState.choices, label=_("State"))
    due = django_filters.ChoiceFilter(
        method="of_due", choices=[("to_judge", _("Time is over: kept or broken?"))], label=_("Which")
    )

    class Meta:
        model = CreditPromise
        fields: list[str] = []

    def of_due(self, promises: CreditPromiseQuerySet, name: str, value: str) -> CreditPromiseQuerySet:
        return promises.to_judge()


class CreditPromiseTable(tables.Table):
    name = Cell(
        "<a href=\"{% url 'credit_promise' record.pk %}\">{{ record.subject_name }}</a><br>"
        '<span class="code">{{ record.subject.code }}</span>',
        verbose_name=_("Subject"),
        orderable=False,
    )
    matter = Cell(
        '{{ record.matter }} <span class="text-secondary">{{ record.get_kind_display }}</span>',
        verbose_name=_("Matter"),
        orderable=False,
    )
    promised_on = Cell("{{ record.promised_on|day }}", verbose_name=_("Promised on"))
    valid_until = Cell("{{ record.valid_until|day }}", verbose_name=_("Valid until"))
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"), orderable=False)

    class Meta:
        model = CreditPromise
        fields: tuple[str, ...] = ()
        sequence = ("name", "matter", "promised_on", "valid_until", "state")
