import django_filters
from django.utils.translation import gettext_lazy as _

from lists.models import CreditList
from objections.enums import ObjectionGrounds, ObjectionState
from objections.models import Objection, ObjectionQuerySet


class ObjectionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=ObjectionState)
    grounds = django_filters.ChoiceFilter(label=_("Grounds of the objection"), choices=ObjectionGrounds)
    credit_list = django_filters.ModelChoiceFilter(label=_("List"), queryset=CreditList.objects.all())
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="filter_overdue")
    number = django_filters.CharFilter(label=_("Receipt number"), field_name="receipt_number", lookup_expr="icontains")

    class Meta:
        model = Objection
        fields = ["state", "grounds", "credit_list", "overdue", "number"]

    def filter_overdue(self, objections: ObjectionQuerySet, name: str, value: bool) -> ObjectionQuerySet:
        late = Objection.objects.overdue().values("pk")
        return objections.filter(pk__in=late) if value else objections.exclude(pk__in=late)
