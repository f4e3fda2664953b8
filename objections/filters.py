import django_filters
from django.utils.translation import gettext_lazy as _

from lists.models import CreditList
from objections.enums import HelpState, ObjectionGrounds, ObjectionState, TipOffOutcome, TipOffState
from objections.models import HelpRequest, HelpRequestQuerySet, Objection, ObjectionQuerySet, TipOff, TipOffQuerySet
from objections.selectors import units_that_verify


class ObjectionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=ObjectionState)
    grounds = django_filters.ChoiceFilter(label=_("Grounds of the objection"), choices=ObjectionGrounds)
    credit_list = django_filters.ModelChoiceFilter(label=_("List"), queryset=CreditList.objects.all())
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="filter_overdue")
    escalated = django_filters.BooleanFilter(label=_("Escalated"), method="filter_escalated")
    extension = django_filters.BooleanFilter(label=_("More time asked for"), method="filter_extension")
    number = django_filters.CharFilter(label=_("Receipt number"), field_name="receipt_number", lookup_expr="icontains")

    class Meta:
        model = Objection
        fields = ["state", "grounds", "credit_list", "overdue", "escalated", "extension", "number"]

    def filter_overdue(self, objections: ObjectionQuerySet, name: str, value: bool) -> ObjectionQuerySet:
        late = Objection.objects.overdue().values("pk")
        return objections.filter(pk__in=late) if value else objections.exclude(pk__in=late)

    def filter_escalated(self, objections: ObjectionQuerySet, name: str, value: bool) -> ObjectionQuerySet:
        told = Objection.objects.escalated().values("pk")
        return objections.filter(pk__in=told) if value else objections.exclude(pk__in=told)

    def filter_extension(self, objections: ObjectionQuerySet, name: str, value: bool) -> ObjectionQuerySet:
        asking = Objection.objects.awaiting_extension().values("pk")
        return objections.filter(pk__in=asking) if value else objections.exclude(pk__in=asking)


class HelpRequestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=HelpState)
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="filter_overdue")

    class Meta:
        model = HelpRequest
        fields = ["state", "overdue"]

    def filter_overdue(self, requests: HelpRequestQuerySet, name: str, value: bool) -> HelpRequestQuerySet:
        late = HelpRequest.objects.overdue().values("pk")
        return requests.filter(pk__in=late) if value else requests.exclude(pk__in=late)


class TipOffFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=TipOffState)
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=TipOffOutcome)
    to_answer = django_filters.BooleanFilter(label=_("Waits for the answer"), method="filter_to_answer")
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="filter_overdue")
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit that verifies"), queryset=lambda request: units_that_verify(), to_field_name="code"
    )
    party = django_filters.CharFilter(label=_("Name of the party"), field_name="party_name", lookup_expr="icontains")
    number = django_filters.CharFilter(label=_("Receipt number"), field_name="receipt_number", lookup_expr="icontains")

    class Meta:
        model = TipOff
        fields = ["state", "outcome", "to_answer", "overdue", "unit", "party", "number"]

    def filter_to_answer(self, tip_offs: TipOffQuerySet, name: str, value: bool) -> TipOffQuerySet:
        waiting = TipOff.objects.to_answer().values("pk")
        return tip_offs.filter(pk__in=waiting) if value else tip_offs.exclude(pk__in=waiting)

    def filter_overdue(self, tip_offs: TipOffQuerySet, name: str, value: bool) -> TipOffQuerySet:
        late = TipOff.objects.overdue().values("pk")
        return tip_offs.filter(pk__in=late) if value else tip_offs.exclude(pk__in=late)
