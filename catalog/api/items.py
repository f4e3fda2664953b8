"""A provider's own system reads its items of the information catalogue and records that it renewed them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.enums import ItemDisclosure, UpdateCycle
from catalog.models import CatalogItem
from catalog.models.information_catalog import CatalogItemQuerySet
from catalog.selectors import catalog_items_of
from catalog.services.information_catalog import record_update
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.authentication import actor_of
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.queries import ReadingView
from jinan_credit.accounts.api.serializers import StrictSerializer
from jinan_credit.kernel.errors import NotFound


class ItemUpdateIn(StrictSerializer):
    updated_on = serializers.DateField(help_text="The day on which the records were renewed, not to come.")
    row_count = serializers.IntegerField(min_value=0, max_value=2**31 - 1, help_text="How many records there are now.")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ItemFieldOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    type = serializers.CharField(allow_blank=True)
    standard = serializers.CharField(allow_blank=True, help_text="Number of a standard.")


class ItemOut(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="The same in every edition.")
    name = serializers.CharField()
    edition = serializers.IntegerField()
    fields = ItemFieldOut(many=True)  # type: ignore[assignment]
    disclosure = serializers.ChoiceField(choices=ItemDisclosure.values)
    update_cycle = serializers.ChoiceField(choices=UpdateCycle.values)
    updated_on = serializers.DateField(allow_null=True, help_text="The day of the last update.")
    due_on = serializers.DateField(allow_null=True, help_text="The last day of the next; null where no cycle runs.")


class ItemsView(ReadingView, GenericAPIView[Any]):
    """The items that the unit provides, of the edition that holds today."""

    required_scope = "feedback"
    pagination_class = KeysetPagination
    serializer_class = ItemOut
    queryset = CatalogItem.objects.none()

    @extend_schema(
        operation_id="catalogue_items_list",
        summary="One's own items of the information catalogue",
        responses=ItemOut(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(_own(actor_of(request)))
        return self.get_paginated_response([_out(item) for item in page or []])


class ItemUpdatesView(APIView):
    required_scope = "feedback"

    @extend_schema(
        operation_id="catalogue_items_record_update",
        summary="Record that the records of an item were renewed",
        description="400 `day_to_come`. The answer is the item, with its next `due_on`.",
        request=ItemUpdateIn,
        responses={200: ItemOut},
    )
    @idempotent
    def post(self, request: Request, code: str) -> Response:
        sent = ItemUpdateIn(data=request.data)
        sent.is_valid(raise_exception=True)
        actor = actor_of(request)
        record_update(item=_one(code, actor), **sent.validated_data, by=actor)
        return Response(_out(_one(code, actor)))


def _own(actor: Actor) -> CatalogItemQuerySet:
    return catalog_items_of(actor).issued().with_updates().select_related("catalog")


def _one(code: str, actor: Actor) -> CatalogItem:
    item = _own(actor).filter(code=code).first()
    if item is None:
        raise NotFound
    return item


def _out(item: CatalogItem) -> dict[str, Any]:
    said = ("code", "name", "fields", "disclosure", "update_cycle", "updated_on", "due_on")
    return {**{name: getattr(item, name) for name in said}, "edition": item.catalog.number}
