"""Batches of parties and kept portfolios, for a unit's own system."""

from typing import Any

from django.http import HttpResponseBase, QueryDict, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jinan_credit.accounts.api.authentication import actor_of
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.parsers import JSONParser
from jinan_credit.accounts.api.queries import ReadingView
from sanctions.api import batch_serializers as shapes
from sanctions.api.batch_lines import lines_of
from sanctions.api.raw_files import FILE_PARSERS
from sanctions.api.serializers import ReasonIn
from sanctions.enums import BatchUse
from sanctions.models import Portfolio, ScreeningBatch
from sanctions.rules import Matter
from sanctions.selectors.batches import done_batch, own_batch
from sanctions.selectors.portfolios import changes_seen_by, own_portfolio, portfolios_list
from sanctions.services.batches import file_into_portfolio, screen_file
from sanctions.services.portfolios import end_portfolio, keep_batch, make_portfolio


class BatchesView(APIView):
    required_scope = "screening"
    parser_classes = [MultiPartParser, *FILE_PARSERS]

    @extend_schema(
        operation_id="screening_batches_create",
        summary="Screen up to 100,000 parties",
        description=(
            "Each party of the file is looked up as `POST /screenings/` would do it, but without names that are merely "
            "like: a name alone is `unknown`. A wrong identifier is reported with its row and never clear. Ask "
            "`GET …/{id}/` until `status` is `done`, then read `…/{id}/results/`. A party with hits has a screening, "
            "whose hits are answered by `POST /executions/`. 409 `batches_waiting` while 20 of the unit's are in "
            "progress. The body is a form, or the file itself; then the other fields stand in the address."
        ),
        parameters=[shapes.BatchQuery],
        request={
            "multipart/form-data": shapes.BatchIn,
            **{parser.media_type: OpenApiTypes.BINARY for parser in FILE_PARSERS},
        },
        responses={202: shapes.BatchOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        is_form = isinstance(request.data, QueryDict)
        in_address = {**request.query_params.dict(), **dict(request.FILES.items())}
        sent = shapes.BatchIn(data=request.data if is_form else in_address)
        sent.is_valid(raise_exception=True)
        given = sent.validated_data
        matter = Matter(given["matter_name"], code=given["matter_code"], reference=given["matter_reference"])
        file = given["file"]
        batch = screen_file(
            file=file, file_name=file.name, matter=matter, purpose=given["purpose"], by=actor_of(request)
        )
        return Response(shapes.batch_out(batch), status=status.HTTP_202_ACCEPTED)


class BatchView(ReadingView):
    required_scope = "screening"

    @extend_schema(operation_id="screening_batches_retrieve", summary="How far a batch is", responses=shapes.BatchOut)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.batch_out(own_batch(pk, actor_of(request))))


class BatchResultsView(ReadingView):
    required_scope = "screening"
    query_serializer = shapes.ResultsQuery

    @extend_schema(
        operation_id="screening_batches_results",
        summary="What was found for each party",
        description=(
            "A line for each party, in the order of the file. Whoever was cut off goes on with `after`, the last row "
            "that he has. 409 `batch_not_done` until it is done."
        ),
        parameters=[shapes.ResultsQuery],
        responses={(200, "application/x-ndjson"): shapes.RowOut},
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        asked = shapes.ResultsQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        batch = done_batch(pk, actor_of(request))
        return StreamingHttpResponse(lines_of(batch, **asked.validated_data), content_type="application/x-ndjson")


class PortfoliosView(ReadingView):
    required_scope = "screening"
    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="portfolios_list", summary="Portfolios of one's own unit", responses=shapes.PortfolioOut(many=True)
    )
    def get(self, request: Request) -> Response:
        pages = self.pagination_class()
        page = pages.paginate_queryset(portfolios_list(actor_of(request)), request, view=self) or []
        return pages.get_paginated_response([shapes.portfolio_out(one) for one in page])

    @extend_schema(
        operation_id="portfolios_create",
        summary="Begin a portfolio",
        description="A named set of parties of which the unit is told when one enters or leaves a list.",
        request=shapes.PortfolioIn,
        responses={201: shapes.PortfolioOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        sent = shapes.PortfolioIn(data=request.data)
        sent.is_valid(raise_exception=True)
        made = make_portfolio(**sent.validated_data, by=actor_of(request))
        return Response(_portfolio(made.pk, request), status=status.HTTP_201_CREATED)


class PortfolioView(ReadingView):
    required_scope = "screening"

    @extend_schema(operation_id="portfolios_retrieve", summary="A portfolio", responses=shapes.PortfolioOut)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_portfolio(pk, request))


class PortfolioFilesView(APIView):
    required_scope = "screening"
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="portfolios_file",
        summary="Add or take out the parties of a file",
        description="A batch as of `POST /screening-batches/`, for the portfolio's purpose; 409 `portfolio_ended`.",
        request={"multipart/form-data": shapes.PortfolioFileIn},
        responses={202: shapes.BatchOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        sent = shapes.PortfolioFileIn(data=request.data)
        sent.is_valid(raise_exception=True)
        file, use = sent.validated_data["file"], BatchUse(sent.validated_data["use"].upper())
        batch = file_into_portfolio(
            portfolio=Portfolio(pk=pk), file=file, file_name=file.name, use=use, by=actor_of(request)
        )
        return Response(shapes.batch_out(batch), status=status.HTTP_202_ACCEPTED)


class PortfolioBatchesView(APIView):
    required_scope = "screening"
    parser_classes = [JSONParser]

    @extend_schema(
        operation_id="portfolios_keep_batch",
        summary="Keep the parties of a batch",
        description="Those given by name alone are left out.",
        request=shapes.KeepBatchIn,
        responses={200: shapes.PortfolioOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        sent = shapes.KeepBatchIn(data=request.data)
        sent.is_valid(raise_exception=True)
        batch = ScreeningBatch(pk=sent.validated_data["batch"])
        keep_batch(portfolio=Portfolio(pk=pk), batch=batch, by=actor_of(request))
        return Response(_portfolio(pk, request))


class PortfolioChangesView(ReadingView):
    required_scope = "screening"
    query_serializer = shapes.ChangesQuery

    @extend_schema(
        operation_id="portfolios_changes",
        summary="Which kept parties entered or left a list",
        description=(
            "The oldest first, each once. Keep `cursor` and send it as `after`: no change appears behind a cursor that "
            "was given out. What was listed already when a party was kept stands in the results of its batch."
        ),
        parameters=[shapes.ChangesQuery],
        responses=shapes.ChangesOut,
    )
    def get(self, request: Request, pk: int) -> Response:
        asked = shapes.ChangesQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        after, limit = asked.validated_data["after"], asked.validated_data["limit"]
        portfolio = own_portfolio(pk, actor_of(request))
        news = changes_seen_by(actor_of(request)).filter(party__portfolio=portfolio, pk__gt=after).order_by("pk")
        found = list(news[:limit])
        cursor = found[-1].pk if found else after
        return Response({"changes": [shapes.change_out(one) for one in found], "cursor": cursor})


class PortfolioEndView(APIView):
    required_scope = "screening"

    @extend_schema(
        operation_id="portfolios_end", summary="End a portfolio", request=ReasonIn, responses={200: shapes.PortfolioOut}
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        sent = ReasonIn(data=request.data)
        sent.is_valid(raise_exception=True)
        end_portfolio(portfolio=Portfolio(pk=pk), by=actor_of(request), **sent.validated_data)
        return Response(_portfolio(pk, request))


def _portfolio(pk: int, request: Request) -> Any:
    return shapes.portfolio_out(own_portfolio(pk, actor_of(request)))
