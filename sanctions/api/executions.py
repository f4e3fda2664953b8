from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.idempotency import idempotent
from lists.models import Entry
from sanctions.api.representations import execution_out
from sanctions.api.screenings import actor_of
from sanctions.api.serializers import ExecutionIn, ExecutionOut, ReasonIn
from sanctions.models import Execution, Hit, UnitTask
from sanctions.services.executions import Report, answer_hit, cancel_execution, feed_back


class ExecutionsView(APIView):
    """Measures applied, or not applied with the reason."""

    required_scope = "feedback"

    @extend_schema(
        operation_id="executions_create",
        summary="Answer a hit or feed back on a task",
        description=(
            "Names either `hit` or `task`. `applied` needs at least one of the unit's own measures, `not_applied` a "
            "reason. A second answer to the same hit is refused with 409 `already_answered`, another unit's measure "
            "with 400 `measure_not_own`."
        ),
        request=ExecutionIn,
        responses={201: ExecutionOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        sent = ExecutionIn(data=request.data)
        sent.is_valid(raise_exception=True)
        execution = _record(sent.validated_data, actor_of(request))
        return Response(execution_out(execution), status=status.HTTP_201_CREATED)


class ExecutionCancelView(APIView):
    required_scope = "feedback"

    @extend_schema(
        operation_id="executions_cancel",
        summary="Cancel an execution",
        description="It is never deleted; the hit reopens.",
        request=ReasonIn,
        responses={200: ExecutionOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        sent = ReasonIn(data=request.data)
        sent.is_valid(raise_exception=True)
        execution = cancel_execution(execution=Execution(pk=pk), by=actor_of(request), **sent.validated_data)
        return Response(execution_out(execution))


def _record(values: dict[str, Any], by: Actor) -> Execution:
    hit, task, entry = (values.pop(name, None) for name in ("hit", "task", "entry"))
    report = Report(**{**values, "outcome": values["outcome"].upper()})
    if hit is not None:
        return answer_hit(hit=Hit(pk=hit), report=report, by=by)
    return feed_back(task=UnitTask(pk=task), entry=Entry(pk=entry) if entry else None, report=report, by=by)
