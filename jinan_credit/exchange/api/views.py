import time
from typing import Any

from django.db import connection
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.authentication import actor_of
from jinan_credit.accounts.api.errors import refusal_of
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.queries import ReadingView
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange import batches
from jinan_credit.exchange.api import serializers
from jinan_credit.exchange.api.encodings import accepts
from jinan_credit.exchange.api.waiting import waiting_room
from jinan_credit.exchange.digests import digest_of
from jinan_credit.exchange.models import Cursor, Endpoint
from jinan_credit.exchange.rules import Extent, Position
from jinan_credit.exchange.selectors import cursors_with_lag, endpoint_of, extent_of, followed_lists, list_for_unit
from jinan_credit.exchange.services import endpoints, handouts
from jinan_credit.exchange.services.cursors import (
    PositionGone,
    acknowledge,
    follow,
    note_replay,
    require_followable,
    rewind,
)
from jinan_credit.exchange.snapshots import Snapshot
from lists.models import CreditList

LOOK_EVERY = 0.5
"""Seconds between two looks at the head while a reader waits."""


class FeedView(ReadingView):
    """What every view here shares: the scope, the unit that calls."""

    required_scope = "feed"

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @property
    def unit(self) -> Unit:
        unit = self.actor.unit
        assert unit is not None, "a client belongs to a unit"
        return unit


class FollowedLists(FeedView):
    @extend_schema(tags=["feed"], responses=serializers.FollowedListSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The lists on which this unit cooperates, their heads, and this unit's own measures with their legal bases."""
        return Response(serializers.FollowedListSerializer(followed_lists(self.unit), many=True).data)


class Feed(FeedView):
    query_serializer = serializers.FeedQuerySerializer

    @extend_schema(
        tags=["feed"],
        parameters=[
            serializers.FeedQuerySerializer,
            OpenApiParameter(
                "Feed-Head", str, "header", response=[200], description="The position at which the feed ends"
            ),
        ],
        responses={200: serializers.EnvelopeSerializer, 410: serializers.GoneSerializer},
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        """Changes after `since`, at most `limit`; waits up to `wait` seconds for the first. Only ack moves the cursor.

        Some calls can wait at once, and few of one unit. One too many is answered at once, as with `wait=0`: after an
        answer without changes that came sooner than asked for, pause for some seconds.

        410 when the position is of an epoch that is over, or older than what the feed tells whole: load the snapshot,
        then go on from its `Feed-Cursor`.
        """
        query = serializers.FeedQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        credit_list = list_for_unit(self.unit, code)
        cursor = follow(self.unit, credit_list)
        since: Position = query.validated_data.get("since") or cursor.position
        try:
            with waiting_room.place(self.unit.pk, query.validated_data["wait"]) as seconds:
                extent = _wait_for_change(cursor, since, seconds)
        except PositionGone as error:
            return Response(_gone(error, credit_list), status=error.status)
        head, floor = extent.head, extent.floor
        if since.seq == head.seq:
            return _json(batches.empty_body(credit_list, since), head)
        last = min(since.seq + query.validated_data["limit"], head.seq)
        end = Position(head.epoch, min(last, floor) if since.seq < floor else last)
        is_gzip = _accepts_gzip(request)
        note_replay(cursor, since, extent)
        handouts.log_pull(credit_list=credit_list, start=since, end=end, floor=floor, by=self.actor)
        body = batches.batch_body(credit_list, since, end, self.unit.data_profile, extent, is_gzip=is_gzip)
        return _json(body, head, is_gzip=is_gzip)


class Acknowledgement(FeedView):
    @extend_schema(
        tags=["feed"],
        request=serializers.AckSerializer,
        responses={200: serializers.AckSerializer, 410: serializers.GoneSerializer},
    )
    def post(self, request: Request, code: str) -> Response:
        """This unit holds the list up to `cursor`."""
        body = serializers.AckSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        credit_list = list_for_unit(self.unit, code)
        try:
            cursor = acknowledge(credit_list=credit_list, position=body.validated_data["cursor"], by=self.actor)
        except PositionGone as error:
            return Response(_gone(error, credit_list), status=error.status)
        return Response({"cursor": str(cursor.position)})


class SnapshotOfList(FeedView):
    @extend_schema(
        tags=["feed"],
        responses={
            (200, "application/x-ndjson"): OpenApiResponse(
                OpenApiTypes.STR, description='A line an entry: {"id", "version", "seq", "entry"}'
            )
        },
        parameters=[
            OpenApiParameter(
                "Feed-Cursor", str, "header", response=True, description="The position the content is consistent with"
            ),
            OpenApiParameter("Feed-Count", int, "header", response=True, description="Number of lines"),
        ],
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        """All entries that the feed holds, as NDJSON, gzipped where accepted. `Feed-Cursor` is where to go on."""
        credit_list = list_for_unit(self.unit, code)
        is_gzip = _accepts_gzip(request)
        snapshot = Snapshot(credit_list, self.unit.data_profile)
        handouts.log_snapshot(credit_list=credit_list, snapshot=snapshot, by=self.actor)
        response = StreamingHttpResponse(snapshot.pieces(is_gzip=is_gzip), content_type="application/x-ndjson")
        response["Feed-Cursor"] = str(snapshot.cursor)
        response["Feed-Count"] = str(snapshot.count)
        return _private(response, is_gzip=is_gzip)


class DigestOfList(FeedView):
    @extend_schema(tags=["feed"], responses=serializers.DigestSerializer)
    def get(self, request: Request, code: str) -> Response:
        """256 sums by which a copy is compared with the feed: see docs/delivery.md."""
        credit_list = list_for_unit(self.unit, code)
        digest = digest_of(credit_list)
        return Response(
            {"list": credit_list.code, "at": str(digest.at), "count": digest.count, "buckets": digest.buckets}
        )


class EndpointOfUnit(FeedView):
    @extend_schema(tags=["endpoint"], responses=serializers.EndpointSerializer)
    def get(self, request: Request) -> Response:
        """The unit's push address: state, keys without secrets, how far each list is."""
        return Response(self._describe(endpoint_of(self.unit)))

    @extend_schema(
        tags=["endpoint"],
        request=serializers.EndpointInputSerializer,
        responses=serializers.RegisteredEndpointSerializer,
    )
    def put(self, request: Request) -> Response:
        """Register or move the address. It must answer a challenge first. The new signing secret is shown this once."""
        body = serializers.EndpointInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        url, wants_gzip = values.pop("url"), values.pop("gzip")
        endpoint, secret = endpoints.register_endpoint(
            url=url, wishes=endpoints.Wishes(wants_gzip=wants_gzip, **values), by=self.actor
        )
        return Response({**self._describe(endpoint), "secret": secret})

    def _describe(self, endpoint: Endpoint) -> dict[str, Any]:
        cursors = cursors_with_lag(self.actor).filter(unit=self.unit)
        return dict(serializers.EndpointSerializer(endpoint, context={"cursors": cursors}).data)


class KeyRotation(FeedView):
    @extend_schema(tags=["endpoint"], request=serializers.NothingSerializer, responses=serializers.NewKeySerializer)
    @idempotent
    def post(self, request: Request) -> Response:
        """A new signing key; the old one signs beside it for one more day."""
        serializers.NothingSerializer(data=request.data).is_valid(raise_exception=True)
        key, secret = endpoints.rotate_key(by=self.actor)
        return Response({**serializers.KeySerializer(key).data, "secret": secret})


class Pause(FeedView):
    @extend_schema(tags=["endpoint"], request=serializers.PauseSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Stop pushing until resumed. Nothing is lost."""
        body = serializers.PauseSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        endpoints.pause_endpoint(by=self.actor, reason=str(body.validated_data["reason"]))
        return Response(status=204)


class Resume(FeedView):
    @extend_schema(tags=["endpoint"], request=serializers.NothingSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Push again, from where each list stands."""
        serializers.NothingSerializer(data=request.data).is_valid(raise_exception=True)
        endpoints.resume_endpoint(by=self.actor)
        return Response(status=204)


class Rewind(FeedView):
    @extend_schema(
        tags=["endpoint"],
        request=serializers.RewindSerializer,
        responses={200: serializers.AckSerializer, 410: serializers.GoneSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Send a list again: from a position (`to`), a time (`at`) or a publication on. Exactly one of the three."""
        body = serializers.RewindSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        code = body.validated_data["list"]
        try:
            cursor = rewind(code=code, to=body.validated_data["from_where"], by=self.actor)
        except PositionGone as error:
            return Response(_gone(error, list_for_unit(self.unit, code)), status=error.status)
        return Response({"cursor": str(cursor.position)})


def _wait_for_change(cursor: Cursor, since: Position, seconds: float) -> Extent:
    """The feed, once it goes beyond `since` or the time is over. The connection is free while nothing happens."""
    ends_at = time.monotonic() + seconds
    while True:
        extent = extent_of(cursor.credit_list)
        require_followable(cursor, since, extent)
        left = ends_at - time.monotonic()
        if extent.head.seq > since.seq or left <= 0:
            return extent
        if not connection.in_atomic_block:
            connection.close()
        time.sleep(min(LOOK_EVERY, left))


def _gone(error: PositionGone, credit_list: CreditList) -> dict[str, Any]:
    return {
        **refusal_of(error.code, str(error)),
        "snapshot": batches.snapshot_address(credit_list.code),
    }


def _accepts_gzip(request: Request) -> bool:
    return accepts(request.headers.get("Accept-Encoding", ""), "gzip")


def _json(body: bytes, head: Position, *, is_gzip: bool = False) -> HttpResponseBase:
    response = HttpResponse(body, content_type="application/json")
    response["Feed-Head"] = str(head)
    return _private(response, is_gzip=is_gzip)


def _private(response: HttpResponseBase, *, is_gzip: bool) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-store"
    response["Vary"] = "Accept-Encoding"
    if is_gzip:
        response["Content-Encoding"] = "gzip"
    return response
