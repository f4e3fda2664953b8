"""Where a push may go: at save and at send."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from jinan_credit.exchange import addresses
from jinan_credit.exchange.addresses import check_address
from jinan_credit.exchange.models import Cursor, Endpoint
from jinan_credit.exchange.services import sending
from jinan_credit.exchange.services.endpoints import register_endpoint
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel.errors import DomainError
from tests.cast import Cast, publish_one
from tests.exchange.conftest import Peer, connect

FORBIDDEN = [
    "https://127.0.0.1/",
    "https://127.8.8.8:8443/",
    "https://[::1]/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://198.18.0.1/",
    "https://192.0.0.8/",
    "https://192.0.2.1/",
    "https://203.0.113.9/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://240.0.0.1/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[fd12:3456::1]/",
    "https://[ff02::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "https://[2001:db8::1]/",
    "https://[100::1]/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.0.1./",
    "https://１２７.0.0.1/",
    "https://127。0。0。1/",
    "https://localhost/",
    "https://user:password@8.8.8.8/",
    "https://8.8.8.8@127.0.0.1/",
    "http://8.8.8.8/",
]
MALFORMED = [
    "",
    "8.8.8.8",
    "ftp://8.8.8.8/",
    "file:///etc/passwd",
    "gopher://8.8.8.8/",
    "https://",
    "https:///path",
    "https://8.8.8.8:0/",
    "https://8.8.8.8:99999/",
    "https://8.8.8.8:port/",
    "https://8.8.8.8/a b",
    "https://8.8.8.8/\r\nX-Injected: 1",
    "https://8.8.8.8\\@127.0.0.1/",
    "https://exa mple.cn/",
    "https://[::1/",
    "https://-.cn/",
    "https://" + "a" * 600 + ".cn/",
]


@pytest.fixture
def nothing_is_allowed(settings: Any) -> None:
    settings.PUSH_ALLOWED_NETWORKS = []


@pytest.mark.parametrize("url", FORBIDDEN)
def test_forbidden(nothing_is_allowed: None, url: str) -> None:
    with pytest.raises(DomainError) as refusal:
        check_address(url)
    assert refusal.value.code == "address_forbidden"


@pytest.mark.parametrize("url", MALFORMED)
def test_malformed(url: str) -> None:
    with pytest.raises(DomainError) as refusal:
        check_address(url)
    assert refusal.value.code == "address_malformed"


@pytest.mark.parametrize(
    ("url", "spelling"),
    [
        ("https://8.8.8.8/in", "https://8.8.8.8/in"),
        ("HTTPS://8.8.8.8:443", "https://8.8.8.8/"),
        ("https://8.8.8.8:8443/收?a=b#part", "https://8.8.8.8:8443/%E6%94%B6?a=b"),
        ("https://[2400:3200:0::1]:9/", "https://[2400:3200::1]:9/"),
    ],
)
def test_allowed_in_one_spelling(nothing_is_allowed: None, url: str, spelling: str) -> None:
    checked = check_address(url)
    assert checked.url == spelling
    assert checked.addresses == (checked.host,)


def test_plain_http_is_for_loopback_on_a_workstation_only(settings: Any) -> None:
    settings.PUSH_ALLOWED_NETWORKS = ["127.0.0.0/8", "10.0.0.0/8"]
    assert check_address("http://127.0.0.1:8100/").pin == "+127.0.0.1:8100:127.0.0.1"
    with pytest.raises(DomainError):
        check_address("http://10.0.0.1/")
    assert check_address("https://10.0.0.1/")
    settings.SITE_IS_LOCAL = False
    with pytest.raises(DomainError):
        check_address("http://127.0.0.1:8100/")


def answers_of(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """The network's resolver is no part of ours: here it knows one name."""
    family = {True: socket.AF_INET6, False: socket.AF_INET}
    entries = [(family[":" in a], socket.SOCK_STREAM, 6, "", (a, 443)) for a in found]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args, **kwargs: entries)


def test_every_address_of_a_name_must_be_allowed(nothing_is_allowed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers_of(monkeypatch, "8.8.8.8", "2400:3200::1")
    assert check_address("https://推送.example.cn/").pin.endswith(".example.cn:443:8.8.8.8,[2400:3200::1]")
    answers_of(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(DomainError) as refusal:
        check_address("https://push.example.cn/")
    assert refusal.value.code == "address_forbidden"


def test_an_unknown_name(nothing_is_allowed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", unknown)
    with pytest.raises(DomainError) as refusal:
        check_address("https://nowhere.example.cn/")
    assert refusal.value.code == "address_unknown"


def test_a_forbidden_address_is_refused_at_save(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        register_endpoint(url="https://192.168.0.1/", by=cast.actor("finance_clerk"))
    assert refusal.value.code == "address_forbidden"
    assert not Endpoint.objects.exists()


def test_a_name_that_was_rebound_is_refused_at_send(cast: Cast, make_peer: Callable[..., Peer], settings: Any) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    publish_one(cast)
    settings.PUSH_ALLOWED_NETWORKS = []
    sending._resolved.cache_clear()
    assert push() == 0
    assert not peer.got
    assert Cursor.objects.get(credit_list=cast.black).last_error.startswith("address_forbidden")


@pytest.mark.parametrize(
    "reply", [(200, {"token": "another"}), (200, b"no json"), (204, b""), (302, {}, {"Location": "/"}), (500, {})]
)
def test_who_does_not_answer_the_challenge_is_not_registered(
    cast: Cast, httpserver: Any, reply: tuple[Any, ...]
) -> None:
    status, body, *headers = reply
    if isinstance(body, bytes):
        httpserver.expect_request("/").respond_with_data(body, status=status)
    else:
        httpserver.expect_request("/").respond_with_json(body, status=status, headers=headers[0] if headers else None)
    with pytest.raises(DomainError) as refusal:
        register_endpoint(url=httpserver.url_for("/"), by=cast.actor("finance_clerk"))
    assert refusal.value.code == "challenge_failed"
    assert not Endpoint.objects.exists()
