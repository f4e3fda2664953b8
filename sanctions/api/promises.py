from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jinan_credit.accounts.api.authentication import actor_of
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.queries import FilterBackend, ReadingView
from sanctions.api.representations import promise_out
from sanctions.api.serializers import OptionalReasonIn, PromiseOut, ReasonIn
from sanctions.filters import ApiPromiseFilter
from sanctions.models import WrittenPromise
from sanctions.selectors.rewards import promise_for, promises
from sanctions.services.promises import move_promise


class PromisesView(ReadingView, GenericAPIView[Any]):
    """What rewarded parties promised in writing because material was missing (容缺受理)."""

    required_scope = "feedback"
    pagination_class = KeysetPagination
    serializer_class = PromiseOut
    filter_backends = [FilterBackend]
    filterset_class = ApiPromiseFilter
    queryset = WrittenPromise.objects.none()

    @extend_schema(
        operation_id="promises_list",
        summary="Written promises that one's own unit accepted",
        description="`entry` gives those of the party of an entry on whatever list: ask before you grant a reward.",
        responses=PromiseOut(many=True),
    )
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        page = self.paginate_queryset(self.filter_queryset(promises(actor)))
        return self.get_paginated_response([promise_out(promise, actor) for promise in page or []])


class PromiseMoveView(APIView):
    required_scope = "feedback"

    def note(self, name: str, request: Request, pk: int, sent: OptionalReasonIn | ReasonIn) -> Response:
        sent.is_valid(raise_exception=True)
        actor = actor_of(request)
        move_promise(promise=WrittenPromise(pk=pk), name=name, by=actor, **sent.validated_data)
        return Response(promise_out(promise_for(pk, actor), actor))


class PromiseKeepView(PromiseMoveView):
    @extend_schema(
        operation_id="promises_keep",
        summary="The promise was kept",
        request=OptionalReasonIn,
        responses={200: PromiseOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return self.note("keep", request, pk, OptionalReasonIn(data=request.data))


class PromiseBreakView(PromiseMoveView):
    @extend_schema(
        operation_id="promises_break",
        summary="The promise was broken",
        description="With the reason; the unit is shown it when it meets the party again.",
        request=ReasonIn,
        responses={200: PromiseOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return self.note("break", request, pk, ReasonIn(data=request.data))


class PromiseReopenView(PromiseMoveView):
    @extend_schema(
        operation_id="promises_reopen",
        summary="Take back that a promise was kept or broken",
        description="With the reason. It waits to be kept again.",
        request=ReasonIn,
        responses={200: PromiseOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return self.note("reopen", request, pk, ReasonIn(data=request.data))
