"""Filters in the URL: of the inbox, the screenings, the executions; and of the REST list of tasks."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import Unit
from lists.models import CreditList
from sanctions.enums import HitState, Outcome, ScreeningResult, TaskKind, TaskState
from sanctions.models import Execution, Screening, UnitTask
from sanctions.models.unit_task import UnitTaskQuerySet

YES = [("yes", _("Yes"))]


class TaskFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=TaskState.choices, empty_label=_("All"))
    overdue = django_filters.ChoiceFilter(label=_("Overdue"), choices=YES, method="only_overdue", empty_label=_("All"))
    feedback = django_filters.ChoiceFilter(
        label=_("Feedback owed"), choices=YES, method="only_owing", empty_label=_("All")
    )
    list = django_filters.ModelChoiceFilter(
        label=_("List"),
        field_name="publication__credit_list",
        to_field_name="code",
        queryset=CreditList.objects.all(),
        empty_label=_("All"),
    )

    class Meta:
        model = UnitTask
        fields: list[str] = []

    def only_overdue(self, tasks: UnitTaskQuerySet, name: str, value: str) -> UnitTaskQuerySet:
        return tasks.overdue() if value else tasks

    def only_owing(self, tasks: UnitTaskQuerySet, name: str, value: str) -> UnitTaskQuerySet:
        return tasks.owing_feedback() if value else tasks


class ApiTaskFilter(django_filters.FilterSet):
    """`state`, `kind`, `list` (code), `overdue=true`."""

    state = django_filters.ChoiceFilter(choices=TaskState.choices)
    kind = django_filters.ChoiceFilter(choices=TaskKind.choices)
    list = django_filters.CharFilter(field_name="publication__credit_list__code")
    publication = django_filters.NumberFilter(field_name="publication_id")
    overdue = django_filters.BooleanFilter(method="by_overdue")

    class Meta:
        model = UnitTask
        fields: list[str] = []

    def by_overdue(self, tasks: UnitTaskQuerySet, name: str, value: bool) -> UnitTaskQuerySet:
        return tasks.overdue() if value else tasks.exclude(pk__in=tasks.overdue().values("pk"))


class ScreeningFilter(django_filters.FilterSet):
    result = django_filters.ChoiceFilter(label=_("Result"), choices=ScreeningResult.choices, empty_label=_("All"))
    open = django_filters.ChoiceFilter(label=_("Hits to answer"), choices=YES, method="only_open", empty_label=_("All"))
    since = django_filters.DateFilter(label=_("Since"), field_name="screened_at__date", lookup_expr="gte")
    until = django_filters.DateFilter(label=_("Until"), field_name="screened_at__date", lookup_expr="lte")

    class Meta:
        model = Screening
        fields: list[str] = []

    def only_open(self, screenings: QuerySet[Screening], name: str, value: str) -> QuerySet[Screening]:
        return screenings.filter(hits__state=HitState.OPEN).distinct() if value else screenings


class ScreeningLogFilter(ScreeningFilter):
    """For the audit: whose, by whom, for what."""

    open = None
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), queryset=Unit.objects.all(), to_field_name="code", empty_label=_("All")
    )
    officer = django_filters.CharFilter(label=_("Officer or API client"), method="by_officer", max_length=50)
    purpose = django_filters.CharFilter(label=_("Purpose"), lookup_expr="icontains", max_length=100)

    def by_officer(self, screenings: QuerySet[Screening], name: str, text: str) -> QuerySet[Screening]:
        return screenings.filter(
            Q(by__username__icontains=text) | Q(by__display_name__icontains=text) | Q(by_client__name__icontains=text)
        )


class ExecutionFilter(django_filters.FilterSet):
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=Outcome.choices, empty_label=_("All"))
    whose = django_filters.ChoiceFilter(
        label=_("Reported by"),
        choices=[("own", _("My unit")), ("others", _("Other units"))],
        method="by_whose",
        empty_label=_("All"),
    )
    since = django_filters.DateFilter(label=_("Since"), field_name="performed_on", lookup_expr="gte")
    until = django_filters.DateFilter(label=_("Until"), field_name="performed_on", lookup_expr="lte")

    class Meta:
        model = Execution
        fields: list[str] = []

    def by_whose(self, executions: QuerySet[Execution], name: str, value: str) -> QuerySet[Execution]:
        own = {"unit": self.request.actor.unit}
        return executions.filter(**own) if value == "own" else executions.exclude(**own)
