import django_filters
from django.utils.translation import gettext_lazy as _

from lists.models import CreditList
from repair.enums import RepairState
from repair.models import RepairApplication, RepairQuerySet


class RepairFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=RepairState)
    credit_list = django_filters.ModelChoiceFilter(label=_("List"), queryset=CreditList.objects.all())
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="filter_overdue")
    escalated = django_filters.BooleanFilter(label=_("Escalated"), method="filter_escalated")
    number = django_filters.CharFilter(label=_("Receipt number"), field_name="receipt_number", lookup_expr="icontains")

    class Meta:
        model = RepairApplication
        fields = ["state", "credit_list", "overdue", "escalated", "number"]

    def filter_overdue(self, repairs: RepairQuerySet, name: str, value: bool) -> RepairQuerySet:
        late = RepairApplication.objects.overdue().values("pk")
        return repairs.filter(pk__in=late) if value else repairs.exclude(pk__in=late)

    def filter_escalated(self, repairs: RepairQuerySet, name: str, value: bool) -> RepairQuerySet:
        told = RepairApplication.objects.escalated().values("pk")
        return repairs.filter(pk__in=told) if value else repairs.exclude(pk__in=told)
