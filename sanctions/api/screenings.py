from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.idempotency import idempotent
from sanctions.api.representations import screening_out
from sanctions.api.serializers import EmptyIn, ScreeningIn, ScreeningOut
from sanctions.rules import Matter, Party
from sanctions.selectors.screenings import screening_for
from sanctions.services.screenings import close_screening, screen


def actor_of(request: Request) -> Actor:
    """The unit's client on whose behalf the call is made."""
    return request._request.actor  # type: ignore[attr-defined]


class ScreeningsView(APIView):
    """A unit's own system checks a party in its business."""

    required_scope = "screening"

    @extend_schema(
        operation_id="screenings_create",
        summary="Screen a party",
        description=(
            "Looks the party up by its identifier in the lists that the unit cooperates on. The screening is kept, "
            "also when it is clear. `unknown` means that it cannot tell: only a name was given, or the lists could not "
            "be read. Entries of parties with a like name stand among `hits` with `match: name` and without an id: "
            "they prompt to ask for the identifier, they neither block nor clear. `as_of`: was it listed on that day; "
            "`known_at`: by what was known at that time."
        ),
        request=ScreeningIn,
        responses={201: ScreeningOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        sent = ScreeningIn(data=request.data)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        party: dict[str, Any] = values["party"]
        screening = screen(
            party=Party(**{**party, "kind": party["kind"].upper()}),
            matter=Matter(**values["matter"]),
            purpose=values["purpose"],
            as_of=values["as_of"],
            known_at=values["known_at"],
            by=actor_of(request),
        )
        return Response(screening_out(screening), status=status.HTTP_201_CREATED)


class ScreeningView(APIView):
    required_scope = "screening"

    @extend_schema(operation_id="screenings_retrieve", summary="A screening of one's own unit", responses=ScreeningOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(screening_out(screening_for(pk, actor_of(request))))


class ScreeningCloseView(APIView):
    required_scope = "screening"

    @extend_schema(
        operation_id="screenings_close",
        summary="Close a screening",
        description="Refused with 409 `hits_open` while a hit is not answered.",
        request=EmptyIn,
        responses={200: ScreeningOut},
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        EmptyIn(data=request.data).is_valid(raise_exception=True)
        actor = actor_of(request)
        close_screening(screening=screening_for(pk, actor), by=actor)
        return Response(screening_out(screening_for(pk, actor)))
