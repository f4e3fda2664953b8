import hashlib
from typing import Any

from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from jinan_credit.accounts.actors import Actor

_READ = [
    "expires",
    "scope",
    "application__is_active",
    "application__scopes",
    "application__name",
    "application__client_id",
    "application__unit__code",
    "application__unit__name",
    "application__unit__kind",
    "application__unit__valid_from",
    "application__unit__valid_to",
    "application__unit__is_city_unit",
    "application__unit__data_profile",
]


class ClientAuthentication(BaseAuthentication):
    """Bearer token of a unit's client, in the header only. Sets `request.actor`.

    One look-up finds token, client and unit: this stands before every call of a unit's system.
    """

    def authenticate(self, request: Request) -> Any:
        if "access_token" in request.query_params:
            raise AuthenticationFailed("Send the token in the Authorization header, never in the address.")
        scheme, _space, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        found = (
            get_access_token_model()
            .objects.select_related("application__unit")
            .only(*_READ)
            .filter(token_checksum=hashlib.sha256(token.strip()).hexdigest())
            .first()
        )
        if found is None or found.is_expired() or found.application is None:
            raise AuthenticationFailed("The token is not known or has expired. Ask for a new one at /o/token/.")
        if not found.application.is_active:
            raise AuthenticationFailed("This client has been withdrawn.")
        request._request.actor = Actor(client=found.application)  # type: ignore[attr-defined]
        return found.application, found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
