"""The pages of the push, as each person sees them."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from jinan_credit.accounts.models import User
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.exchange.models import Endpoint, EndpointKey
from jinan_credit.exchange.services.sending import push
from tests.cast import Cast, publish_many, publish_one
from tests.exchange.conftest import Peer, connect

MakePeer = Callable[..., Peer]


def signed_in(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_coordinator_sees_every_unit_and_its_trouble(cast: Cast, make_peer: MakePeer) -> None:
    connect(make_peer((500, {})), cast.finance)
    connect(make_peer(), cast.transport)
    publish_one(cast)
    push()
    page = text(signed_in(cast.coordinator), "/push/")
    assert cast.finance.name in page
    assert cast.transport.name in page
    assert "HTTP 500" in page
    assert "HTTP 500" in text(signed_in(cast.coordinator), f"/push/units/{cast.finance.code}/")


def test_a_unit_sees_its_own_push_only(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer((422, {"rejected": [{"seq": 1, "code": "odd", "message": "<b>no</b>"}]}))
    connect(peer, cast.finance)
    publish_one(cast)
    push()
    client = signed_in(cast.finance_clerk)
    page = text(client, "/push/")
    assert peer.url in page
    assert "&lt;b&gt;no&lt;/b&gt;" in text(client, "/push/rejected/")
    assert client.get(f"/push/units/{cast.transport.code}/").status_code == 404
    assert peer.url not in text(signed_in(cast.transport_clerk), "/push/")


def test_register_shows_the_secret_once(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    client = signed_in(cast.finance_clerk)
    assert "Register an address" in text(client, "/push/")
    answer = client.post("/push/address/", {"url": peer.url})
    secrets = re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode())
    assert len(secrets) == 1
    assert "no-store" in answer.headers["Cache-Control"]
    assert "whsec_" not in text(client, "/push/")
    assert secrets[0] not in EndpointKey.objects.get().sealed_secret


def test_a_refused_address_keeps_what_was_typed(cast: Cast) -> None:
    answer = signed_in(cast.finance_clerk).post("/push/address/", {"url": "https://10.0.0.1/in"})
    page = answer.content.decode()
    assert "https://10.0.0.1/in" in page
    assert "network to which nothing is sent" in page
    assert not Endpoint.objects.exists()


def test_pause_needs_a_reason_and_resume_goes_on(cast: Cast, make_peer: MakePeer) -> None:
    connect(make_peer(), cast.finance)
    client = signed_in(cast.finance_clerk)
    for refused in ({"move": "pause", "reason": " "}, {"move": "stop", "reason": "maintenance"}):
        assert "alert-danger" in client.post("/push/move/", refused, follow=True).content.decode()
        assert Endpoint.objects.get().state == EndpointState.ACTIVE
    client.post("/push/move/", {"move": "pause", "reason": "main\x00tenance"})
    assert Endpoint.objects.get().state == EndpointState.PAUSED
    client.post("/push/move/", {"move": "stop"})
    assert Endpoint.objects.get().state == EndpointState.PAUSED
    assert "maintenance" in text(client, "/push/")
    publish_one(cast)
    assert push() == 0
    client.post("/push/move/", {"move": "resume"})
    assert push() == 1
    assert "whsec_" in client.post("/push/rotate/").content.decode()


def test_a_failing_push_is_counted_on_the_workbench(cast: Cast, make_peer: MakePeer) -> None:
    connect(make_peer((500, {})), cast.finance)
    publish_one(cast)
    push()
    from jinan_credit.exchange.panels import counters

    assert counters(cast.actor("finance_clerk"))[0].count == 1
    assert counters(cast.actor("transport_clerk"))[0].count == 0
    assert counters(cast.actor("coordinator"))[0].count == 1


@pytest.mark.parametrize("path", ["/push/", "/push/address/", "/push/units/finance/"])
def test_without_the_right_nothing_is_shown(cast: Cast, path: str) -> None:
    assert Client().get(path).status_code == 302
    nobody = User.objects.create_user("nobody", unit=cast.finance)
    assert signed_in(nobody).get(path).status_code == 403


def test_the_pages_cost_the_same_for_one_unit_and_many(
    cast: Cast, make_peer: MakePeer, django_assert_num_queries: Callable[..., object]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    connect(make_peer(), cast.finance)
    client = signed_in(cast.coordinator)
    client.get("/push/")
    with CaptureQueriesContext(connection) as few:
        client.get("/push/")
    connect(make_peer(), cast.transport)
    publish_many(cast, 20)
    push()
    with CaptureQueriesContext(connection) as many:
        client.get("/push/")
    assert len(few) == len(many)


def test_a_failing_push_is_called_so_on_every_page(cast: Cast, make_peer: MakePeer) -> None:
    connect(make_peer((500, {})), cast.finance)
    publish_one(cast)
    push()
    pages = ((cast.coordinator, "/push/"), (cast.coordinator, "/push/units/finance/"), (cast.finance_clerk, "/push/"))
    for user, path in pages:
        page = text(signed_in(user), path)
        assert "Failing</span>" in page, path
        assert "Active</span>" not in page, path
        assert ("pause and resume" in page) == (user == cast.finance_clerk), "only the unit itself can"


def test_an_attempt_names_the_changes_that_it_carried(cast: Cast, make_peer: MakePeer) -> None:
    connect(make_peer(), cast.finance)
    publish_many(cast, 3)
    push()
    page = text(signed_in(cast.finance_clerk), "/push/")
    assert "1–3" in page
    assert "0–3" not in page


def test_without_receivers_the_coordinator_reads_how_one_comes(cast: Cast) -> None:
    page = text(signed_in(cast.coordinator), "/push/")
    assert "own clerk registers its address under Push" in page
