"""The filters of the unit's notices, in the URL."""

import django_filters
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.forms import DayInput
from lists.enums import NoticeKind
from lists.filters import lists_of_reader
from lists.models import Notice, NoticeQuerySet


class NoticeFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=NoticeKind.choices, label=_("Kind"))
    served = django_filters.ChoiceFilter(
        method="that_are_served", choices=[("yes", _("Served")), ("no", _("Not served yet"))], label=_("Service")
    )
    credit_list = django_filters.ModelChoiceFilter(
        field_name="wording__credit_list", queryset=lists_of_reader, to_field_name="code", label=_("List")
    )
    issued_from = django_filters.DateFilter(
        field_name="issued_on",
        lookup_expr="gte",
        label=_("Issued from"),
        widget=DayInput,
    )
    issued_to = django_filters.DateFilter(
        field_name="issued_on",
        lookup_expr="lte",
        label=_("Issued until"),
        widget=DayInput,
    )
    publication = django_filters.NumberFilter(
        field_name="wording__publication_id", label=_("Publication no."), min_value=1, max_value=2**62
    )

    class Meta:
        model = Notice
        fields: list[str] = []

    def that_are_served(self, notices: NoticeQuerySet, name: str, answer: str) -> NoticeQuerySet:
        return notices.filter(served_on__isnull=answer == "no")
