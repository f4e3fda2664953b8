import django_filters
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.filters import OnlyFilter
from lists.models import CreditList
from repair.enums import RepairState
from repair.models import RepairApplication, RepairQuerySet


class RepairFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=RepairState)
    credit_list = django_filters.ModelChoiceFilter(label=_("List"), queryset=CreditList.objects.all())
    overdue = OnlyFilter(RepairQuerySet.overdue, label=_("Overdue"))
    soon = OnlyFilter(RepairQuerySet.due_soon, label=_("Due soon"))
    escalated = OnlyFilter(RepairQuerySet.escalated, label=_("Escalated"))
    number = django_filters.CharFilter(label=_("Receipt number"), field_name="receipt_number", lookup_expr="icontains")

    class Meta:
        model = RepairApplication
        fields = ["state", "credit_list", "overdue", "soon", "escalated", "number"]
