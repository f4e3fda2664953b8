"""Idempotency-Key: the same key and body give the first answer again; another body is refused with 422.

Answers are forgotten by the purge of the lists when the time for them is over (rule profile `retention`).
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db import connection, transaction
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from jinan_credit.accounts.models import ApiClient, IdempotentCall
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError

LONGEST_KEY = 200


class KeyReused(DomainError):
    status = 422


class KeyTooLong(DomainError):
    status = 400


def idempotent(handler: Callable[..., Response]) -> Callable[..., Response]:
    """For a view's `post`: the call and its record are one transaction, so of twenty at once one has an effect.

    Only an answer that took effect (2xx) is kept: after a refusal the same key may be used again.
    """

    @wraps(handler)
    def wrapped(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return handler(view, request, *args, **kwargs)
        if len(key) > LONGEST_KEY:
            raise KeyTooLong("idempotency_key_too_long", f"Idempotency-Key: at most {LONGEST_KEY} characters.")
        body_hash, client = _hash_of_body(request), cast(ApiClient, request.user)
        with transaction.atomic():
            pk = _first_call(client, request.path[:200], key, body_hash)
            if pk is None:
                return _earlier_answer(client, request.path[:200], key, body_hash)
            response = handler(view, request, *args, **kwargs)
            sealed = crypto.seal(json.dumps(response.data, cls=JSONEncoder, ensure_ascii=False))
            IdempotentCall.objects.filter(pk=pk).update(status=response.status_code, sealed_answer=sealed)
            return response

    return wrapped


def _first_call(client: ApiClient, path: str, key: str, body_hash: str) -> int | None:
    """The id of the new record; None where one is there. Waits for a call with this key that is still under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_idempotentcall (client_id, path, key, body_hash, created_at)
            VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
            """,
            [client.pk, path, key, body_hash, clock.now()],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _earlier_answer(client: ApiClient, path: str, key: str, body_hash: str) -> Response:
    call = IdempotentCall.objects.get(client=client, path=path, key=key)
    if call.body_hash != body_hash:
        raise KeyReused("idempotency_key_reused", "This Idempotency-Key was used with another body.")
    return Response(json.loads(crypto.unseal(call.sealed_answer)), status=call.status)


def _hash_of_body(request: Request) -> str:
    digest = hashlib.sha256()
    if request.FILES:
        for name, file in sorted(request.FILES.items()):
            digest.update(name.encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
        digest.update(json.dumps(sorted(request.POST.items())).encode())
    else:
        digest.update(json.dumps(request.data, sort_keys=True).encode())
    return crypto.blind_index(digest.hexdigest())
