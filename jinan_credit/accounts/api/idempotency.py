"""Idempotency-Key: the same key and body give the first answer again; another body is refused with 422.

Answers are forgotten by the purge of the lists when the time for them is over (rule profile `retention`).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import is_success
from rest_framework.utils.encoders import JSONEncoder

from jinan_credit.accounts.files import files_or_nothing
from jinan_credit.accounts.models import ApiClient, IdempotentCall
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError

LONGEST_KEY = 200
KEY_PARAMETER = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": LONGEST_KEY},
    OpenApiParameter.HEADER,
    description="Of your own choice, one for each call: repeated with the same body it has no second effect and gets "
    "the first answer; 422 with another body.",
)


class KeyReused(DomainError):
    status = 422


class KeyTooLong(DomainError):
    status = 400


@dataclass(frozen=True)
class KeyedCall:
    """A call with an Idempotency-Key."""

    client_id: int
    path: str
    key: str
    body_hash: str

    @classmethod
    def of(cls, request: Request) -> "KeyedCall | None":
        """None for a call without a key. Refusals: `idempotency_key_too_long`."""
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > LONGEST_KEY:
            words = _("An Idempotency-Key has at most %(most)s characters. Send a shorter one.")
            raise KeyTooLong("idempotency_key_too_long", words % {"most": LONGEST_KEY})
        client = cast(ApiClient, request.user)
        return cls(client.pk, request.path[:200], key, _hash_of_body(request)) if key else None

    def insertion(self, answer: str = "", status: int | None = None) -> tuple[str, list[Any]]:
        """A statement that keeps the call, and its answer when that is known, and gives the id of the new record.

        It gives no row where one is there, for which it waits while that call is still under way.
        """
        row = [self.client_id, self.path, self.key, self.body_hash, clock.now(), status, crypto.seal(answer)]
        return _INSERTION, row

    def answered(self) -> bool:
        return self._kept().exists()

    def earlier_answer(self) -> Response:
        """What the first call with this key was answered. Refusals: `idempotency_key_reused` for another body."""
        call = self._kept().get()
        if call.body_hash != self.body_hash:
            words = _("This Idempotency-Key was used with another body. Send a new key with what is a new call.")
            raise KeyReused("idempotency_key_reused", words)
        return Response(json.loads(crypto.unseal(call.sealed_answer)), status=call.status)

    def _kept(self) -> QuerySet[IdempotentCall]:
        return IdempotentCall.objects.filter(client=self.client_id, path=self.path, key=self.key)


_INSERTION = """
    INSERT INTO accounts_idempotentcall (client_id, path, key, body_hash, created_at, status, sealed_answer)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
"""


def idempotent(handler: Callable[..., Response]) -> Callable[..., Response]:
    """For a view's `post`: the call and its record are one transaction, so of twenty at once one has an effect.

    Only an answer that took effect (2xx) is kept: after a refusal the same key may be used again.
    """

    @wraps(handler)
    def wrapped(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        call = KeyedCall.of(request)
        if call is None:
            return handler(view, request, *args, **kwargs)
        with files_or_nothing():
            pk = _first(call)
            if pk is None:
                return call.earlier_answer()
            response = handler(view, request, *args, **kwargs)
            if not is_success(response.status_code):
                IdempotentCall.objects.filter(pk=pk).delete()
                return response
            sealed = crypto.seal(json.dumps(response.data, cls=JSONEncoder, ensure_ascii=False))
            IdempotentCall.objects.filter(pk=pk).update(status=response.status_code, sealed_answer=sealed)
            return response

    return extend_schema(parameters=[KEY_PARAMETER])(wrapped)


def _first(call: KeyedCall) -> int | None:
    """The id of the new record; None where one is there."""
    with connection.cursor() as cursor:
        cursor.execute(*call.insertion())
        row = cursor.fetchone()
    return row[0] if row else None


def _hash_of_body(request: Request) -> str:
    digest = hashlib.sha256()
    if request.FILES:
        for name, file in sorted(request.FILES.items()):
            digest.update(name.encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
        digest.update(json.dumps(sorted(request.POST.items())).encode())
        digest.update(json.dumps(sorted(request.query_params.items())).encode() if request.query_params else b"")
    else:
        digest.update(json.dumps(request.data, sort_keys=True).encode())
    return crypto.blind_index(digest.hexdigest())
