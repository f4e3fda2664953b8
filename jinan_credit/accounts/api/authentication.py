from typing import Any

from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from jinan_credit.accounts.actors import Actor


class ClientAuthentication(OAuth2Authentication):
    """Bearer token of a unit's client, in the header only. Sets `request.actor`."""

    def authenticate(self, request: Request) -> Any:
        if "access_token" in request.query_params:
            raise AuthenticationFailed("Send the token in the Authorization header, never in the address.")
        found = super().authenticate(request)
        if found is None:
            return None
        _, token = found
        client = token.application
        if client is None or not client.is_active:
            raise AuthenticationFailed("This client has been withdrawn.")
        request._request.actor = Actor(client=client)  # type: ignore[attr-defined]
        return client, token
