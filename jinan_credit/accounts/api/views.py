import base64
import binascii

from django.http import HttpRequest, HttpResponse, JsonResponse
from drf_spectacular.utils import extend_schema
from limits import RateLimitItemPerMinute
from oauth2_provider.views import TokenView
from rest_framework.request import Request
from rest_framework.views import APIView

from jinan_credit.accounts.rate import is_within
from jinan_credit.kernel.errors import NotFound

TOKENS_PER_MINUTE = 60
CLIENT_CREDENTIALS = "client_credentials"


class Token(TokenView):
    """Tokens live ten minutes, so a client that asks more often than once a second guesses.

    Machines come with their own credentials; there is no other grant.
    """

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        who = f"{_client_id(request)[:100]} {request.META.get('REMOTE_ADDR', '')}"
        if not is_within(RateLimitItemPerMinute(TOKENS_PER_MINUTE), "token", who):
            return JsonResponse({"error": "slow_down"}, status=429, headers={"Retry-After": "60"})
        if request.POST.get("grant_type") != CLIENT_CREDENTIALS:
            return JsonResponse({"error": "unsupported_grant_type"}, status=400)
        return super().post(request, *args, **kwargs)


def _client_id(request: HttpRequest) -> str:
    scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return str(request.POST.get("client_id", ""))
    try:
        return base64.b64decode(sent).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


@extend_schema(exclude=True)
class NoSuchCall(APIView):
    """What is not in the API is told in the API's own shape, with or without a token."""

    authentication_classes = ()
    permission_classes = ()

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound
