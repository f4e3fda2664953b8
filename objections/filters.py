import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts.filters import OnlyFilter
from lists.models import CreditList
from objections.enums import HelpState, ObjectionGrounds, ObjectionState, TipOffOutcome, TipOffState
from objections.models import HelpRequest, HelpRequestQuerySet, Objection, ObjectionQuerySet, TipOff, TipOffQuerySet
from objections.selectors import units_that_verify


class ObjectionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=ObjectionState)
    grounds = django_filters.ChoiceFilter(label=_("Grounds of the objection"), choices=ObjectionGrounds)
    credit_list = django_filters.ModelChoiceFilter(label=_("List"), queryset=CreditList.objects.all())
    overdue = OnlyFilter(ObjectionQuerySet.overdue, label=_("Overdue"))
    soon = OnlyFilter(ObjectionQuerySet.due_soon, label=_("Due soon"))
    escalated = OnlyFilter(ObjectionQuerySet.escalated, label=_("Escalated"))
    extension = OnlyFilter(ObjectionQuerySet.awaiting_extension, label=_("More time asked for"))
    number = django_filters.CharFilter(label=_("Receipt number"), field_name="receipt_number", lookup_expr="icontains")

    class Meta:
        model = Objection
        fields = ["state", "grounds", "credit_list", "overdue", "soon", "escalated", "extension", "number"]


class HelpRequestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=HelpState)
    overdue = OnlyFilter(HelpRequestQuerySet.overdue, label=_("Overdue"))
    soon = OnlyFilter(HelpRequestQuerySet.due_soon, label=_("Due soon"))
    escalated = OnlyFilter(HelpRequestQuerySet.escalated, label=_("Escalated"))

    class Meta:
        model = HelpRequest
        fields = ["state", "overdue", "soon", "escalated"]


class TipOffFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=TipOffState)
    outcome = django_filters.ChoiceFilter(label=pgettext_lazy("of a tip-off", "Outcome"), choices=TipOffOutcome)
    to_answer = OnlyFilter(TipOffQuerySet.to_answer, label=_("Waits for the answer"))
    overdue = OnlyFilter(TipOffQuerySet.overdue, label=_("Overdue"))
    soon = OnlyFilter(TipOffQuerySet.due_soon, label=_("Due soon"))
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit that verifies"), queryset=lambda request: units_that_verify(), to_field_name="code"
    )
    party = django_filters.CharFilter(label=_("Name of the party"), field_name="party_name", lookup_expr="icontains")
    number = django_filters.CharFilter(label=_("Receipt number"), field_name="receipt_number", lookup_expr="icontains")

    class Meta:
        model = TipOff
        fields = ["state", "outcome", "to_answer", "overdue", "soon", "unit", "party", "number"]
