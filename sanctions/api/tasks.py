from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.authentication import actor_of
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.queries import FilterBackend, ReadingView
from sanctions.api.representations import release_task_out, response_out, task_out
from sanctions.api.serializers import (
    EmptyIn,
    OptionalReasonIn,
    ReasonIn,
    ReleaseIn,
    ReleaseTaskOut,
    ResponseOut,
    TaskOut,
)
from sanctions.filters import ApiResponseFilter, ApiTaskFilter
from sanctions.models import UnitTask
from sanctions.selectors.unit_tasks import inbox, own_task, response_row, with_steps
from sanctions.services.liftings import Settlement
from sanctions.services.unit_tasks import (
    confirm_release,
    declare_not_executed,
    declare_nothing_to_feed_back,
    sign_task,
)


class TasksView(ReadingView, GenericAPIView[Any]):
    """What the unit owes: a task for each publication of the lists it cooperates on."""

    required_scope = "feedback"
    pagination_class = KeysetPagination
    serializer_class = TaskOut
    filter_backends = [FilterBackend]
    filterset_class = ApiTaskFilter
    queryset = UnitTask.objects.none()

    @extend_schema(operation_id="tasks_list", summary="Tasks of one's own unit", responses=TaskOut(many=True))
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        page = self.paginate_queryset(self.filter_queryset(inbox(actor).of_unit(actor)))
        return self.get_paginated_response([task_out(task, actor) for task in page or []])


class ResponsesView(ReadingView, GenericAPIView[Any]):
    """How the cooperating units answered the publications of the lists that one's own unit initiates."""

    required_scope = "entries:read"
    pagination_class = KeysetPagination
    serializer_class = ResponseOut
    filter_backends = [FilterBackend]
    filterset_class = ApiResponseFilter
    queryset = UnitTask.objects.none()

    @extend_schema(
        operation_id="responses_list", summary="Answers of the cooperating units", responses=ResponseOut(many=True)
    )
    def get(self, request: Request) -> Response:
        tasks = with_steps(UnitTask.objects.answering_to(actor_of(request)).with_names())
        page = self.paginate_queryset(self.filter_queryset(tasks))
        return self.get_paginated_response([response_out(response_row(task)) for task in page or []])


class TaskView(ReadingView):
    required_scope = "feedback"

    @extend_schema(
        operation_id="tasks_retrieve",
        summary="A task of one's own unit",
        description="Of a release task also the measures that the unit took, and what became of each.",
        responses=ReleaseTaskOut,
    )
    def get(self, request: Request, pk: int) -> Response:
        actor = actor_of(request)
        return Response(release_task_out(own_task(pk, actor), actor))


class SignView(APIView):
    required_scope = "feedback"

    @extend_schema(operation_id="tasks_sign", summary="Sign a publication", request=EmptyIn, responses={200: TaskOut})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        EmptyIn(data=request.data).is_valid(raise_exception=True)
        actor = actor_of(request)
        sign_task(task=UnitTask(pk=pk), by=actor)
        return Response(_out(pk, actor))


class ConfirmReleaseView(APIView):
    required_scope = "feedback"

    @extend_schema(
        operation_id="tasks_confirm_release",
        summary="Confirm that measures have ended",
        description=(
            "Of each measure in `measures` of the task: the day on which it was lifted, or why it stays. Where "
            "nothing was taken the body may be empty. 409 `measures_not_settled` while one is left out."
        ),
        request=ReleaseIn,
        responses={200: ReleaseTaskOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        values, actor = _values(ReleaseIn, request), actor_of(request)
        settlements = [Settlement(**one) for one in values.pop("measures")]
        confirm_release(task=UnitTask(pk=pk), by=actor, settlements=settlements, **values)
        return Response(release_task_out(own_task(pk, actor), actor))


class NothingToFeedBackView(APIView):
    required_scope = "feedback"

    @extend_schema(
        operation_id="tasks_nothing_to_feed_back",
        summary="Declare that there was no occasion to apply a measure",
        request=OptionalReasonIn,
        responses={200: TaskOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        values, actor = _values(OptionalReasonIn, request), actor_of(request)
        declare_nothing_to_feed_back(task=UnitTask(pk=pk), by=actor, **values)
        return Response(_out(pk, actor))


class NotExecutedView(APIView):
    required_scope = "feedback"

    @extend_schema(
        operation_id="tasks_not_executed",
        summary="Declare, with the reason, that measures were not executed",
        request=ReasonIn,
        responses={200: TaskOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        values, actor = _values(ReasonIn, request), actor_of(request)
        declare_not_executed(task=UnitTask(pk=pk), by=actor, **values)
        return Response(_out(pk, actor))


def _values(serializer: type[OptionalReasonIn] | type[ReasonIn], request: Request) -> dict[str, Any]:
    sent = serializer(data=request.data)
    sent.is_valid(raise_exception=True)
    values: dict[str, Any] = sent.validated_data
    return values


def _out(pk: int, actor: Actor) -> dict[str, Any]:
    return task_out(own_task(pk, actor), actor)
