from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from jinan_credit.accounts.middleware import ProxyAddressMiddleware


def address_seen(**headers: str) -> str:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", headers=headers)
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    ProxyAddressMiddleware(view)(request)
    return seen[0]


def test_the_proxy_names_the_visitor():
    assert address_seen(**{"X-Forwarded-For": "203.0.113.9"}) == "203.0.113.9"


def test_what_a_visitor_adds_is_not_believed():
    assert address_seen(**{"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}) == "203.0.113.9"


def test_without_a_proxy_the_address_stays():
    assert address_seen() == "10.0.0.2"
