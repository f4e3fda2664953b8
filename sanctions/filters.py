"""Filters in the URL: of the inbox, the screenings, the executions; and of the REST list of tasks."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import HiddenInput, IntegerField
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.filters import FromDayFilter, OnlyFilter, ToDayFilter
from jinan_credit.accounts.forms import DayInput
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.enums import SubjectKind
from lists.models import CreditList, Entry
from sanctions.enums import HitState, Outcome, PromiseState, ScreeningResult, TaskKind, TaskState
from sanctions.models import Execution, Screening, UnitTask, WrittenPromise
from sanctions.models.promise import WrittenPromiseQuerySet
from sanctions.models.unit_task import UnitTaskQuerySet
from sanctions.selectors.claims import holders
from sanctions.selectors.executions import unsettled_measures
from sanctions.selectors.screenings import on_task
from sanctions.selectors.unit_tasks import inbox

SHOWN_FOR = timedelta(days=90)


class TaskFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=TaskState.choices, empty_label=_("All"))
    kind = django_filters.ChoiceFilter(label=_("Task"), choices=TaskKind.choices, empty_label=_("All"))
    overdue = OnlyFilter(UnitTaskQuerySet.overdue, label=_("Overdue"))
    soon = OnlyFilter(UnitTaskQuerySet.due_soon, label=_("Due soon"))
    feedback = OnlyFilter(UnitTaskQuerySet.owing_feedback, label=_("Feedback owed"))
    list = django_filters.ModelChoiceFilter(
        label=_("List"),
        field_name="credit_list",
        to_field_name="code",
        queryset=CreditList.objects.all(),
        empty_label=_("All"),
    )

    claimed = django_filters.ChoiceFilter(
        label=_("Taken on by"),
        choices=[("mine", _("Me, or whom I act for")), ("nobody", _("Nobody")), ("others", _("Others"))],
        method="by_claim",
        empty_label=_("All"),
    )

    class Meta:
        model = UnitTask
        fields: list[str] = []

    def by_claim(self, tasks: UnitTaskQuerySet, name: str, value: str) -> UnitTaskQuerySet:
        if value == "nobody":
            return tasks.filter(claimed_by=None)
        mine = {"claimed_by__in": holders(self.request.actor)}
        return tasks.open().filter(**mine) if value == "mine" else tasks.exclude(claimed_by=None).exclude(**mine)


def _lists_answering_to(request: HttpRequest) -> QuerySet[CreditList]:
    actor = request.actor  # type: ignore[attr-defined]
    return CreditList.objects.all() if actor.may(Act.OVERSEE) else CreditList.objects.initiated_by(actor.unit)


class ResponseFilter(django_filters.FilterSet):
    """The response matrix: of the last ninety days, by publication, unless the address says otherwise."""

    by = django_filters.ChoiceFilter(
        label=_("Lines"),
        choices=[("publication", _("By publication")), ("unit", _("By unit")), ("answer", _("Each answer"))],
        method="as_it_is",
        empty_label=None,
    )
    since = FromDayFilter(label=_("From"), field_name="made_at")
    until = ToDayFilter(label=_("To"), field_name="made_at")
    list = django_filters.ModelChoiceFilter(
        label=_("List"),
        field_name="credit_list",
        to_field_name="code",
        queryset=_lists_answering_to,
        empty_label=_("All"),
    )
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), to_field_name="code", queryset=Unit.objects.order_by("name"), empty_label=_("All")
    )
    kind = django_filters.ChoiceFilter(label=_("Task"), choices=TaskKind.choices, empty_label=_("All"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=TaskState.choices, empty_label=_("All"))
    overdue = OnlyFilter(UnitTaskQuerySet.overdue, label=_("Overdue"))
    period = django_filters.DateFilter(label=_("Period to"), field_name="period_to", widget=DayInput)

    without_chip = ("by", "since", "until")

    class Meta:
        model = UnitTask
        fields: list[str] = []

    def __init__(self, data: QueryDict, *args: Any, **kwargs: Any) -> None:
        today = clock.today()
        given = {"by": "publication", "since": (today - SHOWN_FOR).isoformat(), "until": today.isoformat()}
        super().__init__({**given, **{name: value for name, value in data.items() if value}}, *args, **kwargs)

    def as_it_is(self, tasks: UnitTaskQuerySet, name: str, value: str) -> UnitTaskQuerySet:
        return tasks


@extend_schema_field(OpenApiTypes.INT64)
class WholeNumberFilter(django_filters.NumberFilter):
    field_class = IntegerField

    def get_max_validator(self) -> None:
        """Its limits are those of the field."""


@extend_schema_field(OpenApiTypes.BOOL)
class TrueOrFalseFilter(django_filters.TypedChoiceFilter):
    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[("true", "true"), ("false", "false")], coerce="true".__eq__, **options)


class ApiTaskFilter(django_filters.FilterSet):
    """`state`, `kind`, `list` (code), `publication`, `overdue=true`, `due_before`, `due_after` (days, both counted)."""

    state = django_filters.ChoiceFilter(choices=TaskState.choices)
    kind = django_filters.ChoiceFilter(choices=TaskKind.choices)
    list = django_filters.CharFilter(field_name="credit_list__code")
    publication = WholeNumberFilter(field_name="publication_id", min_value=1, max_value=2**63 - 1)
    overdue = TrueOrFalseFilter(method="by_overdue")
    due_before = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    due_after = django_filters.DateFilter(field_name="due_on", lookup_expr="gte")

    class Meta:
        model = UnitTask
        fields: list[str] = []

    def by_overdue(self, tasks: UnitTaskQuerySet, name: str, value: bool) -> UnitTaskQuerySet:
        return tasks.overdue() if value else tasks.exclude(pk__in=tasks.overdue().values("pk"))


class ApiResponseFilter(ApiTaskFilter):
    """As of one's own tasks; besides `unit` (code)."""

    unit = django_filters.CharFilter(field_name="unit__code")


def _with_open_hits(screenings: QuerySet[Screening]) -> QuerySet[Screening]:
    return screenings.filter(hits__state=HitState.OPEN).distinct()


def _with_unsettled_measures(executions: QuerySet[Execution]) -> QuerySet[Execution]:
    return executions.filter(Exists(unsettled_measures(execution__entry=OuterRef("entry"))))


class ScreeningFilter(django_filters.FilterSet):
    result = django_filters.ChoiceFilter(label=_("Result"), choices=ScreeningResult.choices, empty_label=_("All"))
    open = OnlyFilter(_with_open_hits, label=_("Hits to answer"))
    since = FromDayFilter(label=_("Since"), field_name="screened_at")
    until = ToDayFilter(label=_("Until"), field_name="screened_at")

    class Meta:
        model = Screening
        fields: list[str] = []


class ExecutionFilter(django_filters.FilterSet):
    entry = django_filters.UUIDFilter(label=_("Entry"), field_name="entry_id", widget=HiddenInput)
    task = django_filters.NumberFilter(label=_("Task"), method="by_task", widget=HiddenInput)
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=Outcome.choices, empty_label=_("All"))
    whose = django_filters.ChoiceFilter(
        label=_("Reported by"),
        choices=[("own", _("My unit")), ("others", _("Other units"))],
        method="by_whose",
        empty_label=_("All"),
    )
    since = django_filters.DateFilter(label=_("Since"), field_name="performed_on", lookup_expr="gte", widget=DayInput)
    until = django_filters.DateFilter(label=_("Until"), field_name="performed_on", lookup_expr="lte", widget=DayInput)

    class Meta:
        model = Execution
        fields: list[str] = []

    def by_task(self, executions: QuerySet[Execution], name: str, value: int) -> QuerySet[Execution]:
        task = inbox(self.request.actor).filter(pk=value).first()
        return executions.filter(on_task(task)) if task else executions.none()

    def by_whose(self, executions: QuerySet[Execution], name: str, value: str) -> QuerySet[Execution]:
        own = {"unit": self.request.actor.unit}
        return executions.filter(**own) if value == "own" else executions.exclude(**own)


class EntryDoneFilter(django_filters.FilterSet):
    """Of the list by entry: each condition asks whether any valid report on the entry meets it."""

    list = django_filters.ModelChoiceFilter(
        label=_("List"),
        field_name="entry__credit_list",
        to_field_name="code",
        queryset=_lists_answering_to,
        empty_label=_("All"),
    )
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"),
        to_field_name="code",
        queryset=Unit.objects.order_by("code"),
        method="by_unit",
        empty_label=_("All"),
    )
    outcome = django_filters.ChoiceFilter(
        label=_("Outcome"), choices=Outcome.choices, method="by_outcome", empty_label=_("All")
    )
    unsettled = OnlyFilter(_with_unsettled_measures, label=_("Measures still to be lifted"))

    class Meta:
        model = Execution
        fields: list[str] = []

    def by_unit(self, executions: QuerySet[Execution], name: str, value: Unit) -> QuerySet[Execution]:
        return self._any(executions, unit=value)

    def by_outcome(self, executions: QuerySet[Execution], name: str, value: str) -> QuerySet[Execution]:
        return self._any(executions, outcome=value)

    @staticmethod
    def _any(executions: QuerySet[Execution], **condition: object) -> QuerySet[Execution]:
        return executions.filter(Exists(Execution.objects.valid().filter(entry=OuterRef("entry"), **condition)))


class PromiseFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=PromiseState.choices, empty_label=_("All"))
    overdue = OnlyFilter(WrittenPromiseQuerySet.overdue, label=_("Overdue"))

    class Meta:
        model = WrittenPromise
        fields: list[str] = []


class ApiPromiseFilter(django_filters.FilterSet):
    """`state`, `overdue=true`, `entry`: of the party of this entry, whatever list it stands on."""

    state = django_filters.ChoiceFilter(choices=PromiseState.choices)
    overdue = TrueOrFalseFilter(method="by_overdue")
    entry = django_filters.UUIDFilter(method="by_party")

    class Meta:
        model = WrittenPromise
        fields: list[str] = []

    def by_overdue(self, promises: WrittenPromiseQuerySet, name: str, value: bool) -> WrittenPromiseQuerySet:
        return promises.overdue() if value else promises.exclude(pk__in=promises.overdue().values("pk"))

    def by_party(self, promises: WrittenPromiseQuerySet, name: str, value: UUID) -> WrittenPromiseQuerySet:
        named = Entry.objects.filter(pk=value).exclude(subject_kind=SubjectKind.ANONYMOUS)
        return promises.filter(execution__entry__subject__in=named.values("subject"))


class ApiExecutionFilter(django_filters.FilterSet):
    """`entry`, `list` (code), `since` and `until` (days on which it was performed), `cancelled`."""

    entry = django_filters.UUIDFilter(field_name="entry_id")
    list = django_filters.CharFilter(method="by_list")
    since = django_filters.DateFilter(field_name="performed_on", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="performed_on", lookup_expr="lte")
    cancelled = TrueOrFalseFilter(method="by_cancelled")

    class Meta:
        model = Execution
        fields: list[str] = []

    def by_list(self, executions: QuerySet[Execution], name: str, value: str) -> QuerySet[Execution]:
        """Also what was reported on a whole publication, or on a period."""
        return executions.filter(Q(entry__credit_list__code=value) | Q(task__credit_list__code=value))

    def by_cancelled(self, executions: QuerySet[Execution], name: str, value: bool) -> QuerySet[Execution]:
        return executions.filter(cancelled_at__isnull=not value)
