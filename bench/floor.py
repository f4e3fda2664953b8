"""The barest Django that could screen: a token checked, one SELECT by the code, one INSERT; and the same in DRF."""

import hashlib
import json
import uuid
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


def screen(request: HttpRequest) -> HttpResponse:
    return JsonResponse(_screened(request.headers["Authorization"], json.loads(request.body)["party"]), status=201)


class _Party(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["organisation", "person"])
    code = serializers.CharField(required=False, default="", max_length=40)
    document_type = serializers.CharField(required=False, default="", max_length=10)
    document_number = serializers.CharField(required=False, default="", max_length=40)


class _Matter(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=100)
    name = serializers.CharField(max_length=200)
    reference = serializers.CharField(max_length=100)


class _Screening(serializers.Serializer[Any]):
    party = _Party()
    matter = _Matter()
    purpose = serializers.CharField(max_length=300)


class InDRF(APIView):
    def post(self, request: Request) -> Response:
        sent = _Screening(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(_screened(request.headers["Authorization"], sent.validated_data["party"]), status=201)


def _screened(authorization: str, party: dict[str, str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        token = hashlib.sha256(authorization.partition(" ")[2].encode()).hexdigest()
        cursor.execute("SELECT expires, scope FROM oauth2_provider_accesstoken WHERE token_checksum = %s", [token])
        assert cursor.fetchall()
        cursor.execute(
            "SELECT entry.id, entry.version FROM lists_entry entry "
            "JOIN lists_subject subject ON subject.id = subject_id "
            "WHERE subject.code = %s AND state = 'PUBLISHED' AND current_date BETWEEN term_from AND term_to",
            [party.get("code", "")],
        )
        found = cursor.fetchall()
        cursor.execute(
            """
            INSERT INTO floor_screening (id, unit_id, by_client_id, screened_at, party_kind, party_name, party_code,
                document_type, sealed_number, masked_number, number_index, matter_code, matter_name, matter_reference,
                purpose, positions, result, unknown_reason, receipt, state)
            VALUES (%s, 1, 1, now(), 'ORGANISATION', '', %s, '', '', '', 'x', 'CG', '政府采购', '2026', '资格审查',
                '{}', %s, '', '', 'OPEN')
            """,
            [uuid.uuid4(), party.get("code", ""), "HIT" if found else "CLEAR"],
        )
    return {"result": "hit" if found else "clear"}


urlpatterns = [path("api/v1/screenings/", screen), path("drf/api/v1/screenings/", InDRF.as_view())]
