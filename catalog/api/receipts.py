"""A unit's own system reads the memoranda that were circulated to it and confirms their receipt."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.enums import MeasureCategory, MeasureObject, Severity, VersionState
from catalog.models import Measure, MemorandumReceipt
from catalog.models.memorandum import MemorandumReceiptQuerySet
from catalog.selectors import measures_of_unit
from catalog.services.memoranda import confirm_receipt
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.authentication import actor_of
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.queries import ReadingView
from jinan_credit.accounts.api.serializers import StrictSerializer
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import NotFound


class ReceiptIn(StrictSerializer):
    """No fields."""


class ReceiptOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    memorandum = serializers.IntegerField(help_text="Number of the memorandum.")
    title = serializers.CharField()
    document_number = serializers.CharField()
    version = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True, help_text="What the version is for.")
    state = serializers.ChoiceField(choices=VersionState.values)
    valid_from = serializers.DateField(allow_null=True)
    circulated_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    received_at = serializers.DateTimeField(allow_null=True)


class CirculatedMeasureOut(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="The same in every version of the memorandum.")
    clause = serializers.CharField()
    content = serializers.CharField()
    category = serializers.ChoiceField(choices=MeasureCategory.values)
    severity = serializers.ChoiceField(choices=Severity.values)
    applies_to = serializers.ChoiceField(choices=MeasureObject.values)
    procedure = serializers.CharField(allow_blank=True)
    bases = serializers.ListField(child=serializers.CharField())


class ReceiptWithMeasuresOut(ReceiptOut):
    measures = CirculatedMeasureOut(many=True, help_text="Those that the unit is to apply or to assist with.")


class ReceiptsView(ReadingView, GenericAPIView[Any]):
    """The memoranda that were circulated to the unit and have not lapsed."""

    required_scope = "feedback"
    pagination_class = KeysetPagination
    serializer_class = ReceiptOut
    queryset = MemorandumReceipt.objects.none()

    @extend_schema(
        operation_id="memorandum_receipts_list",
        summary="Memoranda that were circulated to one's own unit",
        description="Newest first. `received_at` is null while receipt is owed.",
        responses=ReceiptOut(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(_own(actor_of(request)))
        return self.get_paginated_response([_out(receipt) for receipt in page or []])


class ReceiptView(ReadingView):
    required_scope = "feedback"

    @extend_schema(
        operation_id="memorandum_receipts_retrieve",
        summary="One of them, with the unit's own measures",
        responses=ReceiptWithMeasuresOut,
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(_with_measures(pk, actor_of(request)))


class ReceiptConfirmView(APIView):
    required_scope = "feedback"

    @extend_schema(
        operation_id="memorandum_receipts_confirm",
        summary="Confirm that the unit has received it",
        description="409 `already_received`; 409 `circulation_over` when it was taken back or has lapsed.",
        request=ReceiptIn,
        responses={200: ReceiptOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        ReceiptIn(data=request.data).is_valid(raise_exception=True)
        actor = actor_of(request)
        confirm_receipt(MemorandumReceipt(pk=pk), by=actor)
        return Response(_out(_one(pk, actor)))


def _own(actor: Actor) -> MemorandumReceiptQuerySet:
    return MemorandumReceipt.objects.current().filter(unit=actor.unit).select_related("circulation__of__memorandum")


def _one(pk: int, actor: Actor) -> MemorandumReceipt:
    receipt = _own(actor).filter(pk=pk).first()
    if receipt is None:
        raise NotFound
    return receipt


def _out(receipt: MemorandumReceipt) -> dict[str, Any]:
    version = receipt.circulation.of
    return {
        "id": receipt.pk,
        "memorandum": version.memorandum.number,
        "title": version.memorandum.title,
        "document_number": version.memorandum.document_number,
        "version": version.number,
        "note": version.note,
        "state": version.state,
        "valid_from": version.valid_from,
        "circulated_at": receipt.circulation.at,
        "due_on": receipt.due_on,
        "received_at": receipt.received_at,
    }


def _with_measures(pk: int, actor: Actor) -> dict[str, Any]:
    receipt = _one(pk, actor)
    assert actor.unit is not None, "a client belongs to a unit"
    measures = measures_of_unit(actor.unit, receipt.circulation.of.measures.prefetch_related("bases"), on=clock.today())
    return {**_out(receipt), "measures": [_measure_out(measure) for measure in measures]}


def _measure_out(measure: Measure) -> dict[str, Any]:
    said = ("code", "clause", "content", "category", "severity", "applies_to", "procedure")
    return {
        **{name: getattr(measure, name) for name in said},
        "bases": [str(basis) for basis in measure.bases.all()],
    }
