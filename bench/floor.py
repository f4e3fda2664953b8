"""The barest Django that could screen: one view, one SELECT by the code, one INSERT."""

import json
import uuid

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path


def screen(request: HttpRequest) -> HttpResponse:
    party = json.loads(request.body)["party"]
    with connection.cursor() as cursor:
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
    return JsonResponse({"result": "hit" if found else "clear"}, status=201)


urlpatterns = [path("api/v1/screenings/", screen)]
