import hashlib
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import ApiClient, Unit
from jinan_credit.accounts.prepared import Prepared, with_samples

_READ: dict[Any, set[str]] = {
    AccessToken: {"id", "expires", "scope"},
    ApiClient: {"id", "client_id", "name", "scopes", "is_active", "unit_id"},
    Unit: {"id", "code", "name", "kind", "valid_from", "valid_to", "is_city_unit", "data_profile"},
}
_PATHS = ("", "application__", "application__unit__")


@cache
def _names(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname in _READ[model]]


def _source() -> tuple[str, list[Any]]:
    wanted = [f"{path}{name}" for path, model in zip(_PATHS, _READ, strict=True) for name in _names(model)]
    return with_samples(AccessToken.objects.filter(token_checksum=_SAMPLE).values_list(*wanted), checksum=_SAMPLE)


_SAMPLE = "?"
_found = Prepared("token_client_unit", _source)


class ClientAuthentication(BaseAuthentication):
    """Bearer token of a unit's client, in the header only. Sets `request.actor`.

    One look-up finds token, client and unit: this stands before every call of a unit's system.
    """

    def authenticate(self, request: Request) -> Any:
        if "access_token" in request.query_params:
            raise AuthenticationFailed(_("Send the token in the Authorization header, never in the address."))
        scheme, _space, sent = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token, client = _look_up(hashlib.sha256(sent.strip()).hexdigest())
        if token is None or token.is_expired() or client is None:
            raise AuthenticationFailed(_("The token is not known or has expired. Ask for a new one at /o/token/."))
        if not client.is_active:
            raise AuthenticationFailed(_("This client has been withdrawn. Ask the security administrator."))
        request._request.actor = Actor(client=client)  # type: ignore[attr-defined]
        return client, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def actor_of(request: Request) -> Actor:
    """The unit's client on whose behalf the call is made."""
    return request._request.actor  # type: ignore[attr-defined]


def _look_up(checksum: str) -> tuple[AccessToken | None, ApiClient | None]:
    rows = _found.rows(checksum=checksum)
    if not rows:
        return None, None
    values = iter(rows[0])
    token, client, unit = (
        model.from_db("default", names, [next(values) for _name in names])
        for model in _READ
        if (names := _names(model))
    )
    if client.pk is None:
        return token, None
    client.unit = unit
    return token, client
