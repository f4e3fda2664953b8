from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jinan_credit.accounts.api.authentication import actor_of
from jinan_credit.accounts.api.idempotency import KEY_PARAMETER, KeyedCall, idempotent
from jinan_credit.accounts.api.queries import ReadingView
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.kernel.errors import DomainError
from sanctions.api.representations import execution_out, not_same_out, screening_out
from sanctions.api.serializers import (
    AnswersIn,
    EmptyIn,
    ExecutionOut,
    NotSameIn,
    NotSameOut,
    ScreeningIn,
    ScreeningMadeOut,
    ScreeningOut,
    report_of,
)
from sanctions.models import Execution, Screening
from sanctions.rules import Matter, Party
from sanctions.selectors.screenings import screening_for, with_details
from sanctions.services.answers import answer_hits
from sanctions.services.judgements import judge_not_same, withdraw_judgement
from sanctions.services.looking_up import Query, Screened, look_up_all
from sanctions.services.screenings import close_screening, keep


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
            "`known_at`: by what was known at that time; where entries of that day have been deleted since it cannot "
            "tell. `partners`: the rest of a consortium; each is a screening of its own, and `consortium.result` is "
            "`hit` when one of them is listed."
        ),
        parameters=[KEY_PARAMETER],
        request=ScreeningIn,
        responses={201: ScreeningMadeOut},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """The call is kept by the statement that keeps the screening: a repeated one is found out there."""
        call = KeyedCall.of(request)
        try:
            screened, earlier = _looked_up(request)
        except (APIException, DomainError):
            if call and call.answered():
                return call.earlier_answer()
            raise
        answer = JSONRenderer().render(_made_out(screened, earlier))
        if not keep(screened, call=call, answer=answer.decode()):
            return cast(KeyedCall, call).earlier_answer()
        return HttpResponse(answer, content_type="application/json", status=status.HTTP_201_CREATED)


_screening_in = ScreeningIn()


def _looked_up(request: Request) -> tuple[list[Screened], list[Screening]]:
    """The parties looked up, and the screenings of the consortium that they join."""
    given, actor = _screening_in.run_validation(request.data), actor_of(request)
    joins = screening_for(given["joins"], actor) if given["joins"] else None
    parties = [Party(**{**party, "kind": party["kind"].upper()}) for party in (given["party"], *given["partners"])]
    query = Query(Matter(**given["matter"]), given["purpose"], given["as_of"], given["known_at"])
    screened = look_up_all(parties=parties, query=query, by=actor, joins=joins)
    return screened, list(Screening.objects.of_consortium(joins)) if joins else []


def _made_out(screened: list[Screened], earlier: list[Screening]) -> dict[str, Any]:
    members = [*earlier, *(one.screening for one in screened)] if earlier or screened[1:] else []
    first, *partners = (
        screening_out(one.screening, one.found(DataProfile(one.screening.unit.data_profile)), members)
        for one in screened
    )
    return {**first, "partners": partners}


class ScreeningView(ReadingView):
    required_scope = "screening"

    @extend_schema(operation_id="screenings_retrieve", summary="A screening of one's own unit", responses=ScreeningOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(screening_out(screening_for(pk, actor_of(request))))


class ScreeningCloseView(APIView):
    required_scope = "screening"

    @extend_schema(
        operation_id="screenings_close",
        summary="Close a screening",
        description="Closes those of the consortium, too. Refused with 409 `hits_open` while a hit is not answered.",
        request=EmptyIn,
        responses={200: ScreeningOut},
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        EmptyIn(data=request.data).is_valid(raise_exception=True)
        actor = actor_of(request)
        close_screening(screening=screening_for(pk, actor), by=actor)
        return Response(screening_out(screening_for(pk, actor)))


class ScreeningAnswersView(APIView):
    """One report for several hits."""

    required_scope = "feedback"

    @extend_schema(
        operation_id="screenings_answer",
        summary="Answer the hits of a screening together",
        description=(
            "All open hits of the screening and of its consortium, or those named: all are answered or none. Each gets "
            "those of the measures that the unit applies on its list; a hit to which none applies refuses the whole."
        ),
        request=AnswersIn,
        responses={201: ExecutionOut(many=True)},
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        sent = AnswersIn(data=request.data)
        sent.is_valid(raise_exception=True)
        values, actor = dict(sent.validated_data), actor_of(request)
        hits = values.pop("hits")
        answers = answer_hits(screening=screening_for(pk, actor), report=report_of(values), by=actor, hits=hits)
        made = with_details(Execution.objects.filter(pk__in=[one.pk for one in answers])).order_by("pk")
        return Response([execution_out(one) for one in made], status=status.HTTP_201_CREATED)


class NotSamePartyView(APIView):
    required_scope = "screening"

    @extend_schema(
        operation_id="screenings_not_same",
        summary="Judge that an entry suggested by its name is of another party",
        description="Shown whenever the unit looks the same name up again. It clears nobody.",
        request=NotSameIn,
        responses={201: NotSameOut},
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        made = judge_not_same(**_judged(request, pk))
        return Response(not_same_out(made), status=status.HTTP_201_CREATED)


class NotSamePartyWithdrawView(APIView):
    required_scope = "screening"

    @extend_schema(
        operation_id="screenings_not_same_withdraw",
        summary="Withdraw such a judgement",
        description="It is never deleted.",
        request=NotSameIn,
        responses={200: NotSameOut},
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        return Response(not_same_out(withdraw_judgement(**_judged(request, pk))))


def _judged(request: Request, pk: UUID) -> dict[str, Any]:
    sent = NotSameIn(data=request.data)
    sent.is_valid(raise_exception=True)
    actor, given = actor_of(request), sent.validated_data
    return {
        "screening": screening_for(pk, actor),
        "entry_id": given["entry"],
        "reason": given["reason"],
        "by": actor,
    }
