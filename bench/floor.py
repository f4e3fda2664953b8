"""The barest Django that could screen: a token checked, one SELECT by the code, one INSERT.

By SQL; through the ORM; and through the ORM in a DRF view with serializers, as such a view is usually written.
"""

import hashlib
import json
import uuid
from typing import Any

from django.db import connection, models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jinan_credit.kernel import clock


class _Token(models.Model):
    token_checksum = models.CharField(max_length=64)
    expires = models.DateTimeField()
    scope = models.TextField()

    class Meta:
        app_label, managed, db_table = "floor", False, "oauth2_provider_accesstoken"


class _Subject(models.Model):
    code = models.CharField(max_length=18)

    class Meta:
        app_label, managed, db_table = "floor", False, "lists_subject"


class _Entry(models.Model):
    id = models.UUIDField(primary_key=True)
    subject = models.ForeignKey(_Subject, models.PROTECT)
    version = models.IntegerField()
    state = models.CharField(max_length=12)
    term_from = models.DateField()
    term_to = models.DateField()

    class Meta:
        app_label, managed, db_table = "floor", False, "lists_entry"


class _Screening(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit_id = models.BigIntegerField()
    by_client_id = models.BigIntegerField()
    screened_at = models.DateTimeField()
    party_kind = models.CharField(max_length=12)
    party_name = models.CharField(max_length=200, default="")
    party_code = models.CharField(max_length=18)
    document_type = models.CharField(max_length=10, default="")
    sealed_number = models.TextField(default="")
    masked_number = models.CharField(max_length=30, default="")
    number_index = models.CharField(max_length=64, default="x")
    matter_code = models.CharField(max_length=100)
    matter_name = models.CharField(max_length=200)
    matter_reference = models.CharField(max_length=100)
    purpose = models.CharField(max_length=300)
    positions = models.JSONField(default=dict)
    result = models.CharField(max_length=7)
    unknown_reason = models.CharField(max_length=12, default="")
    receipt = models.TextField(default="")
    state = models.CharField(max_length=6, default="OPEN")

    class Meta:
        app_label, managed, db_table = "floor", False, "floor_screening"


def by_sql(request: HttpRequest) -> HttpResponse:
    sent = json.loads(request.body)
    code = sent["party"].get("code", "")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT expires, scope FROM oauth2_provider_accesstoken WHERE token_checksum = %s", [_checksum(request)]
        )
        assert cursor.fetchall()
        cursor.execute(
            "SELECT entry.id, entry.version FROM lists_entry entry "
            "JOIN lists_subject subject ON subject.id = subject_id "
            "WHERE subject.code = %s AND state = 'PUBLISHED' AND current_date BETWEEN term_from AND term_to",
            [code],
        )
        result = "HIT" if cursor.fetchall() else "CLEAR"
        cursor.execute(
            """
            INSERT INTO floor_screening (id, unit_id, by_client_id, screened_at, party_kind, party_name, party_code,
                document_type, sealed_number, masked_number, number_index, matter_code, matter_name, matter_reference,
                purpose, positions, result, unknown_reason, receipt, state)
            VALUES (%s, 1, 1, now(), 'ORGANISATION', '', %s, '', '', '', 'x', 'CG', '政府采购', '2026', '资格审查',
                '{}', %s, '', '', 'OPEN')
            """,
            [uuid.uuid4(), code, result],
        )
    return JsonResponse({"result": result.lower()}, status=201)


def by_orm(request: HttpRequest) -> HttpResponse:
    kept = _screened(request, json.loads(request.body))
    return JsonResponse({"id": str(kept.pk), "result": kept.result.lower()}, status=201)


class _PartyIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["organisation", "person"])
    code = serializers.CharField(required=False, default="", max_length=40)
    document_type = serializers.CharField(required=False, default="", max_length=10)
    document_number = serializers.CharField(required=False, default="", max_length=40)


class _MatterIn(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=100)
    name = serializers.CharField(max_length=200)
    reference = serializers.CharField(max_length=100)


class _ScreeningIn(serializers.Serializer[Any]):
    party = _PartyIn()
    matter = _MatterIn()
    purpose = serializers.CharField(max_length=300)


class _ScreeningOut(serializers.ModelSerializer[_Screening]):
    class Meta:
        model = _Screening
        fields = ("id", "result", "positions", "screened_at", "receipt")


class InDRF(APIView):
    def post(self, request: Request) -> Response:
        sent = _ScreeningIn(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(_ScreeningOut(_screened(request, sent.validated_data)).data, status=201)


def _screened(request: HttpRequest | Request, sent: dict[str, Any]) -> _Screening:
    assert _Token.objects.get(token_checksum=_checksum(request)).expires > clock.now()
    code, today = sent["party"].get("code", ""), clock.today()
    found = _Entry.objects.filter(
        subject__code=code, state="PUBLISHED", term_from__lte=today, term_to__gte=today
    ).values_list("id", "version")
    return _Screening.objects.create(
        unit_id=1,
        by_client_id=1,
        screened_at=clock.now(),
        party_kind="ORGANISATION",
        party_code=code,
        matter_code=sent["matter"]["code"],
        matter_name=sent["matter"]["name"],
        matter_reference=sent["matter"]["reference"],
        purpose=sent["purpose"],
        result="HIT" if list(found) else "CLEAR",
    )


def _checksum(request: HttpRequest | Request) -> str:
    return hashlib.sha256(request.headers["Authorization"].partition(" ")[2].encode()).hexdigest()


urlpatterns = [
    path("api/v1/screenings/", by_sql),
    path("orm/api/v1/screenings/", by_orm),
    path("drf/api/v1/screenings/", InDRF.as_view()),
]
