from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jinan_credit.accounts.api.authentication import actor_of
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.queries import ReadingView
from jinan_credit.accounts.api.serializers import StrictSerializer
from sanctions.enums import CaseFlaw, CaseState
from sanctions.models import CaseReport, Execution
from sanctions.selectors.cases import case_for
from sanctions.services.case_texts import TEXTS, CaseText
from sanctions.services.cases import report_execution


class CaseIn(StrictSerializer):
    execution = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    title = serializers.CharField(max_length=200)
    findings = serializers.CharField(max_length=4000, help_text="What was found.")
    response = serializers.CharField(max_length=4000, help_text="Which measures were applied, on which basis.")
    effect = serializers.CharField(max_length=4000, help_text="What it led to.")


class CaseOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    execution = serializers.IntegerField()
    title = serializers.CharField()
    findings = serializers.CharField()
    response = serializers.CharField()
    effect = serializers.CharField()
    state = serializers.ChoiceField(choices=CaseState.values)
    reason = serializers.CharField(help_text="Why it was returned or withdrawn; empty otherwise.", allow_blank=True)
    flaw = serializers.ChoiceField(
        choices=CaseFlaw.values, allow_null=True, help_text="Why it can be neither adopted nor issued."
    )
    reported_at = serializers.DateTimeField(allow_null=True)
    adopted_at = serializers.DateTimeField(allow_null=True)
    bulletin = serializers.CharField(allow_null=True, help_text="Number of the bulletin that circulates it.")


class CasesView(APIView):
    """Typical cases of joint reward or sanction, made from the unit's own executions."""

    required_scope = "cases"

    @extend_schema(
        operation_id="cases_create",
        summary="Report a typical case",
        description=(
            "Made from one of the unit's own executions with measures applied to one party; once for each execution "
            "(409 `case_exists`). Organisations are named; a text that names a natural person or holds the number of a "
            "document is refused with 400 `person_named` or `number_told`, telling the part and the line. A case that "
            "the coordinator returns is corrected on the page."
        ),
        request=CaseIn,
        responses={201: CaseOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        sent = CaseIn(data=request.data)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = sent.validated_data
        text = CaseText(**{name: values[name] for name in TEXTS})
        actor = actor_of(request)
        case = report_execution(execution=Execution(pk=values["execution"]), text=text, by=actor)
        return Response(case_out(case_for(case.pk, actor)), status=status.HTTP_201_CREATED)


class CaseView(ReadingView):
    required_scope = "cases"

    @extend_schema(operation_id="cases_retrieve", summary="A typical case of one's own unit", responses=CaseOut)
    def get(self, request: Request, pk: int) -> Response:
        return Response(case_out(case_for(pk, actor_of(request))))


def case_out(case: CaseReport) -> dict[str, Any]:
    last = case.moves.order_by("-pk").first()
    return {
        "id": case.pk,
        "execution": case.execution_id,
        **{name: getattr(case, name) for name in TEXTS},
        "state": case.state,
        "reason": last.reason if last and case.state in (CaseState.RETURNED, CaseState.WITHDRAWN) else "",
        "flaw": case.flaw or None,
        "reported_at": case.reported_at,
        "adopted_at": case.adopted_at,
        "bulletin": case.bulletin.number if case.bulletin and case.state == CaseState.IN_BULLETIN else None,
    }
