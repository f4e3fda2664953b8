"""The table of nominations and its filters in the URL."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.tables import Cell
from lists.enums import ListKind, NominationState
from lists.models import CreditList, Nomination, NominationQuerySet
from lists.models.credit_list import CreditListQuerySet


def _red_lists(request: Any) -> CreditListQuerySet:
    return CreditList.objects.filter(kind=ListKind.RED)


class NominationFilter(django_filters.FilterSet):
    side = django_filters.ChoiceFilter(
        method="of_side",
        choices=[("to_decide", _("Waiting for me")), ("made", _("Made by my unit"))],
        label=_("Which"),
    )
    state = django_filters.ChoiceFilter(choices=NominationState.choices, label=_("State"))
    credit_list = django_filters.ModelChoiceFilter(queryset=_red_lists, to_field_name="code", label=_("List"))

    class Meta:
        model = Nomination
        fields: list[str] = []

    def of_side(self, nominations: NominationQuerySet, name: str, side: str) -> NominationQuerySet:
        actor = self.request.actor
        return nominations.to_decide(actor) if side == "to_decide" else nominations.filter(unit__in=actor.units)


class NominationTable(tables.Table):
    name = Cell(
        "<a href=\"{% url 'nomination' record.pk %}\">{{ record.name }}</a><br>{{ record.identifier }}",
        verbose_name=_("Subject"),
        orderable=False,
    )
    credit_list = tables.Column(verbose_name=_("List"), orderable=False)
    nominator = Cell(
        '{{ record.nominator }} <span class="text-secondary">{{ record.get_nominator_kind_display }}</span>',
        verbose_name=_("Recommended by"),
        orderable=False,
    )
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"), orderable=False)
    proposed_at = Cell("{{ record.proposed_at|moment }}", verbose_name=_("Proposed at"), order_by="id")

    class Meta:
        model = Nomination
        fields: tuple[str, ...] = ()
        sequence = ("name", "credit_list", "nominator", "state", "proposed_at")
