from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.authentication import actor_of
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.queries import FilterBackend, ReadingView
from jinan_credit.accounts.files import attachment as file_attachment
from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.uploads import clean_upload
from lists.models import Entry
from sanctions.api.representations import attachment_out, execution_out
from sanctions.api.serializers import AttachmentIn, AttachmentOut, ExecutionIn, ExecutionOut, ReasonIn, report_of
from sanctions.filters import ApiExecutionFilter
from sanctions.models import Execution, Hit, UnitTask
from sanctions.selectors.executions import attachment_for
from sanctions.selectors.screenings import executions_visible_to
from sanctions.services.attachments import attach
from sanctions.services.executions import answer_hit, cancel_execution, enforce, feed_back


class ExecutionsView(ReadingView, GenericAPIView[Any]):
    """Measures applied, or not applied with the reason."""

    required_scope = "feedback"
    pagination_class = KeysetPagination
    serializer_class = ExecutionOut
    filter_backends = [FilterBackend]
    filterset_class = ApiExecutionFilter
    queryset = Execution.objects.none()

    @extend_schema(
        operation_id="executions_list",
        summary="What one's own unit reported, and what others reported on one's own lists",
        description="Newest first; with what became of each measure. A report is seen as soon as it is answered.",
        responses=ExecutionOut(many=True),
    )
    def get(self, request: Request) -> Response:
        chosen = self.filter_queryset(executions_visible_to(actor_of(request)))
        page = self.paginate_queryset(chosen)
        return self.get_paginated_response([execution_out(execution) for execution in page or []])

    @extend_schema(
        operation_id="executions_create",
        summary="Answer a hit, feed back on a task, or tell what was done about an entry",
        description=(
            "Names `hit`, or `task` (with `entry`: the one entry of its publication), or `entry` alone for what the "
            "unit did without a query, say an honour revoked. `applied` needs at least one of the unit's own measures, "
            "`not_applied` a reason. A second answer to the same hit is refused with 409 `already_answered`, another "
            "unit's measure with 400 `measure_not_own`, an entry that was not in force on that day with 409 "
            "`entry_not_in_force`. `promise`: what a rewarded party promised in writing because material was missing; "
            "one of the measures must be of the green channel."
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


class AttachmentsView(APIView):
    required_scope = "feedback"
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="executions_attach",
        summary="Attach a file to an execution",
        description="PDF, JPEG or PNG; kept without scripts, forms and position. At most five, never replaced.",
        request={"multipart/form-data": AttachmentIn},
        responses={201: AttachmentOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        sent = AttachmentIn(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            file = clean_upload(sent.validated_data["file"])
        except InvalidInput as refusal:
            raise InvalidInput(refusal.code, refusal.message, field="file") from refusal
        kept = attach(execution=Execution(pk=pk), file=file, by=actor_of(request))
        return Response(attachment_out(kept), status=status.HTTP_201_CREATED)


class AttachmentView(ReadingView):
    required_scope = "feedback"

    @extend_schema(
        operation_id="executions_attachment",
        summary="The file of an attachment",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, pk: int, attachment: int) -> FileResponse:
        found = attachment_for(pk, attachment, actor_of(request))
        return file_attachment(found.file, found.download_name, found.content_type)


def _record(values: dict[str, Any], by: Actor) -> Execution:
    hit, task, entry = (values.pop(name, None) for name in ("hit", "task", "entry"))
    report = report_of(values)
    if hit is not None:
        return answer_hit(hit=Hit(pk=hit), report=report, by=by)
    about = Entry(pk=entry) if entry else None
    if task is not None:
        return feed_back(task=UnitTask(pk=task), entry=about, report=report, by=by)
    assert about is not None, "the serializer asks for one of the three"
    return enforce(entry=about, report=report, by=by)
