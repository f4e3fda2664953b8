"""Messages to the units' office systems: signed, tried until taken, never to where nothing may be sent."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings
from standardwebhooks import Webhook

from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.events import TEST
from jinan_credit.accounts.models import StaffMessage
from jinan_credit.accounts.services.staff_messages import send_test, tell_staff
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.exchange.models import EndpointMove, OfficeDelivery, OfficeHook, OfficeHookKey, OfficeHookMove
from jinan_credit.exchange.services import office_sending
from jinan_credit.exchange.services.endpoints import register_endpoint
from jinan_credit.exchange.services.office_hooks import (
    pause_office_hook,
    register_office_hook,
    resume_office_hook,
    rotate_office_key,
)
from jinan_credit.exchange.services.office_sending import send_to_offices
from jinan_credit.exchange.services.purging import purge_messages
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from tests.cast import Cast, make_cast, make_user, publish_many, publish_one
from tests.exchange.conftest import Peer
from tests.exchange.test_addresses import FORBIDDEN
from tests.exchange.test_certificates import AUTHORITY, issue
from tests.exchange.test_pages import signed_in

MakePeer = Callable[..., Peer]


def register(cast: Cast, peer: Peer, name: str = "finance_clerk", **more: Any) -> OfficeHook:
    hook, peer.secret = register_office_hook(url=peer.url, by=cast.actor(name), **more)
    return hook


def told(cast: Cast, count: int = 1) -> None:
    for number in range(count):
        tell_staff(TEST, units=[cast.finance], link="/messages/", about=f"{number} {clock.now()}")


def verified(peer: Peer, place: int = -1, secret: str = "") -> Any:
    got = peer.got[place]
    return Webhook(secret or peer.secret).verify(got.raw, {name.lower(): value for name, value in got.headers.items()})


# What comes ----------------------------------------------------------------------------------------------------------


def test_a_publication_reaches_the_office_system_signed(cast: Cast, make_peer: MakePeer, settings: Settings) -> None:
    settings.SITE_ADDRESS = "https://credit.example.org"
    peer = make_peer()
    register(cast, peer)
    publication = publish_many(cast, 2)
    assert send_to_offices() == 1
    (got,) = peer.got
    message = StaffMessage.objects.get(unit=cast.finance)
    body = verified(peer)
    assert body["type"] == "staff.message"
    assert body["timestamp"] == clock.in_jinan(message.told_at).isoformat()
    assert body["data"] == {
        "id": f"message-{message.pk}",
        "kind": "publication.to_sign",
        "unit": "finance",
        "title": "发布待签收",
        "words": f"{publication.number}（测试黑名单，变更2条）：请于{publication.unit_tasks.first().due_on}前签收。",
        "link": f"https://credit.example.org/tasks/of/{publication.pk}/",
        "is_urgent": False,
    }
    assert got.headers["webhook-id"] == f"message-{message.pk}"
    assert send_to_offices() == 0
    assert len(peer.got) == 1


def test_a_forged_body_does_not_verify(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    register(cast, peer)
    told(cast)
    send_to_offices()
    peer.got[0].raw = peer.got[0].raw.replace(b"finance", b"Finance")
    with pytest.raises(Exception, match="signature"):
        verified(peer)


def test_while_keys_change_hands_either_verifies(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    register(cast, peer)
    new = rotate_office_key(by=cast.actor("finance_clerk"))
    told(cast)
    send_to_offices()
    for secret in (peer.secret, new):
        verified(peer, secret=secret)
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        told(cast)
        send_to_offices()
        verified(peer, secret=new)
        with pytest.raises(Exception, match="signature"):
            verified(peer, secret=peer.secret)


def test_units_without_an_office_system_cost_nothing_there(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    register(cast, peer)
    publish_one(cast)
    assert OfficeDelivery.objects.count() == 1
    assert StaffMessage.objects.count() > 1


def test_what_was_told_before_is_not_sent(cast: Cast, make_peer: MakePeer) -> None:
    told(cast)
    register(cast, make_peer())
    assert send_to_offices() == 0


# Until it is taken ---------------------------------------------------------------------------------------------------


def test_a_failing_system_is_tried_again_under_the_same_id_with_growing_pauses(
    cast: Cast, make_peer: MakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_sending.random, "random", lambda: 1.0)
    peer = make_peer((500, {}), (500, {}), (500, {}))
    hook = register(cast, peer)
    with time_machine.travel(clock.now(), tick=False) as travel:
        told(cast)
        for pause in (4, 8, 16):
            assert send_to_offices() == 0
            hook.refresh_from_db()
            assert hook.next_attempt_at == clock.now() + timedelta(seconds=pause)
            assert send_to_offices() == 0, "not before its time"
            travel.shift(pause)
        assert (hook.failures, hook.last_error) == (3, "HTTP 500")
        assert send_to_offices() == 1
    hook.refresh_from_db()
    assert (hook.failures, hook.last_error) == (0, "")
    assert len({got.headers["webhook-id"] for got in peer.got}) == 1
    assert len(peer.got) == 4


def test_what_a_clock_that_ran_ahead_put_off_is_sent_at_once(cast: Cast, make_peer: MakePeer) -> None:
    register(cast, make_peer((500, {})))
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        told(cast)
        assert send_to_offices() == 0

    assert send_to_offices() == 1


def test_nothing_is_dropped_however_long_it_fails(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer(*[(500, {})] * 40)
    register(cast, peer)
    told(cast, 3)
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _day in range(40):
            travel.shift(timedelta(days=1))
            send_to_offices()
            purge_messages(day=clock.today() + timedelta(days=365))
        travel.shift(timedelta(days=1))
        waiting = OfficeDelivery.objects.waiting().count()
        assert waiting > 3, "also that it fails"
        assert send_to_offices() == waiting
        assert purge_messages(day=clock.today() + timedelta(days=365))["messages to staff"] == waiting
    assert {got.headers["webhook-id"] for got in peer.got[40:]} >= {got.headers["webhook-id"] for got in peer.got[:40]}


def test_what_a_paused_system_never_took_is_deleted_in_its_time(cast: Cast, make_peer: MakePeer) -> None:
    register(cast, make_peer())
    told(cast, 2)
    pause_office_hook(by=cast.actor("finance_clerk"), reason="停用")
    waiting = OfficeDelivery.objects.waiting().count()
    late = clock.today() + timedelta(days=365)
    assert purge_messages(day=late)["messages to staff"] >= waiting >= 2
    assert not OfficeDelivery.objects.exists()


def test_a_message_that_is_never_taken_holds_up_no_other(cast: Cast, make_peer: MakePeer) -> None:
    def picky(got: Any) -> tuple[int, Any]:
        return (400 if got.body["data"]["link"].endswith("/poison/") else 200), {}

    register(cast, make_peer(*[picky] * 100))
    tell_staff(TEST, units=[cast.finance], link="/poison/")
    told(cast, 4)
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _time in range(3):
            send_to_offices()
            travel.shift(timedelta(hours=1))
    assert OfficeDelivery.objects.waiting().get().message.link == "/poison/"
    assert OfficeDelivery.objects.exclude(taken_at=None).count() == 4


@pytest.mark.parametrize(("asked", "seconds"), [("600", 600), ("7200", 3600)])
def test_one_that_asks_to_wait_is_left_alone_for_an_hour_at_most(
    cast: Cast, make_peer: MakePeer, asked: str, seconds: int
) -> None:
    """One that waits longer was put off while the clock ran ahead."""
    peer = make_peer((503, {}, {"Retry-After": asked}))
    hook = register(cast, peer)
    with time_machine.travel(clock.now(), tick=False) as travel:
        told(cast)
        send_to_offices()
        hook.refresh_from_db()
        assert hook.next_attempt_at == clock.now() + timedelta(seconds=seconds)
        travel.shift(seconds + 1)
        assert send_to_offices() == 1


def test_a_redirect_is_not_followed(cast: Cast, make_peer: MakePeer) -> None:
    elsewhere = make_peer()
    peer = make_peer((307, {}, {"Location": elsewhere.url}))
    hook = register(cast, peer)
    told(cast)
    assert send_to_offices() == 0
    hook.refresh_from_db()
    assert hook.last_error == "307: redirects are not followed"
    assert elsewhere.got == []


def test_410_pauses_until_somebody_resumes_and_nothing_is_lost(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer((410, {}))
    hook = register(cast, peer)
    told(cast)
    send_to_offices()
    hook.refresh_from_db()
    assert (hook.state, hook.is_gone) == (EndpointState.PAUSED, True)
    assert StaffMessage.objects.filter(kind="office.gone", unit=cast.finance).count() == 1
    assert send_to_offices() == 0
    resume_office_hook(by=cast.actor("finance_clerk"))
    assert send_to_offices() == 2, "also what told that it was gone"
    assert [move.name for move in OfficeHookMove.objects.order_by("pk")] == ["register", "gone", "resume"]


def test_while_paused_messages_wait(cast: Cast, make_peer: MakePeer) -> None:
    peer, keeper = make_peer(), cast.actor("finance_clerk")
    register(cast, peer)
    pause_office_hook(by=keeper, reason="系统升级")
    told(cast, 2)
    assert send_to_offices() == 0
    resume_office_hook(by=keeper)
    assert send_to_offices() == 2


def test_a_signing_key_that_cannot_be_read_holds_up_no_other_system(cast: Cast, make_peer: MakePeer) -> None:
    broken, whole = make_peer(), make_peer()
    hook = register(cast, broken)
    register(cast, whole, "transport_clerk")
    OfficeHookKey.objects.filter(hook=hook).update(sealed_secret="lost.AAAA")
    tell_staff(TEST, units=[cast.finance, cast.transport], link="/messages/", about="1")
    assert send_to_offices() == 1
    assert (len(broken.got), len(whole.got)) == (0, 1)
    hook.refresh_from_db()
    assert (hook.failures, hook.last_error) == (1, "key unreadable")


def test_one_system_holds_up_no_other(cast: Cast, make_peer: MakePeer, settings: Settings) -> None:
    settings.PUSH_DEADLINE_SECONDS = 3.0
    hangs = threading.Event()
    slow, fast = make_peer(lambda got: (hangs.wait(10), (200, {}))[1]), make_peer()
    register(cast, slow)
    register(cast, fast, "transport_clerk")
    publish_one(cast)
    for number in range(5):
        tell_staff(TEST, units=[cast.transport], link="/", about=str(number))
    try:
        assert send_to_offices() == 6
    finally:
        hangs.set()
    assert OfficeDelivery.objects.waiting().get().hook.unit == cast.finance


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_once(make_peer: MakePeer) -> None:
    cast = make_cast()
    peers = [make_peer(), make_peer()]
    register(cast, peers[0])
    register(cast, peers[1], "transport_clerk")
    for seed in range(4):
        publish_one(cast, seed=seed)
    barrier, taken = threading.Barrier(4), list[int]()

    def work() -> None:
        try:
            barrier.wait(10)
            taken.append(send_to_offices(budget=20))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(taken) == 8
    for peer in peers:
        assert len(peer.got) == len({got.headers["webhook-id"] for got in peer.got}) == 4


def test_a_worker_that_lost_its_turn_decides_nothing(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    hook = register(cast, peer)
    told(cast)
    (turn,) = office_sending._claim(5)
    assert office_sending._claim(5) == [], "its turn"
    with time_machine.travel(clock.now() + office_sending.TURN + timedelta(seconds=1), tick=False):
        (later,) = office_sending._claim(5)
        office_sending._settle(turn, office_sending.Answer(500))
        hook.refresh_from_db()
        assert hook.failures == 0
        assert office_sending._settle(later, later.post())
    hook.refresh_from_db()
    assert (hook.failures, OfficeDelivery.objects.waiting().count()) == (0, 0)


def test_what_the_address_of_before_answers_does_not_pause_the_new_one(cast: Cast, make_peer: MakePeer) -> None:
    hook = register(cast, make_peer((410, {})))
    told(cast)
    (turn,) = office_sending._claim(5)
    register(cast, new := make_peer())
    assert not office_sending._settle(turn, turn.post())
    hook.refresh_from_db()
    assert (hook.state, hook.failures, hook.last_error) == (EndpointState.ACTIVE, 0, "")
    assert send_to_offices() == len(new.got) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("register_at", [register_office_hook, register_endpoint])
def test_two_register_a_units_first_address_at_once(make_peer: MakePeer, register_at: Callable[..., Any]) -> None:
    """The later one moves it, as if it had come the next day."""
    cast = make_cast()
    barrier, peers, failed = threading.Barrier(2), [make_peer(), make_peer()], list[Exception]()

    def run(peer: Peer) -> None:
        try:
            by = cast.actor("finance_clerk")
            barrier.wait(10)
            register_at(url=peer.url, by=by)
        except Exception as error:  # noqa: BLE001 - none may come, whatever it is
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[peer]) for peer in peers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    moves = OfficeHookMove if register_at is register_office_hook else EndpointMove
    assert sorted(moves.objects.values_list("name", flat=True)) == ["move", "register"]


def test_without_celery_push_loop_sends(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    register(cast, peer)
    told(cast)
    call_command("push_loop", "--once", stdout=StringIO())
    assert len(peer.got) == 1


# Where it may go -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", FORBIDDEN)
def test_what_leads_inside_is_refused_when_it_is_registered(cast: Cast, settings: Settings, url: str) -> None:
    settings.PUSH_ALLOWED_NETWORKS = []
    with pytest.raises(DomainError) as refused:
        register_office_hook(url=url, by=cast.actor("finance_clerk"))
    assert refused.value.code in ("address_forbidden", "address_malformed", "address_unknown")
    assert not OfficeHook.objects.exists()


def test_what_leads_inside_later_is_refused_when_it_is_sent(
    cast: Cast, make_peer: MakePeer, settings: Settings
) -> None:
    peer = make_peer()
    hook = register(cast, peer)
    told(cast)
    settings.PUSH_ALLOWED_NETWORKS = []
    assert send_to_offices() == 0
    hook.refresh_from_db()
    assert hook.last_error.startswith("address_forbidden")
    assert peer.got == []


def test_an_address_that_does_not_answer_the_challenge_is_not_registered(cast: Cast) -> None:
    for url in ("http://127.0.0.1:1/", "https://127.0.0.1:1/"):
        with pytest.raises(DomainError) as refused:
            register_office_hook(url=url, by=cast.actor("finance_clerk"))
        assert refused.value.code == "challenge_failed"
    assert not OfficeHook.objects.exists()


def test_a_move_ends_every_earlier_key_and_takes_what_waits_along(cast: Cast, make_peer: MakePeer) -> None:
    old, new = make_peer((500, {})), make_peer()
    hook = register(cast, old)
    told(cast)
    send_to_offices()
    assert register(cast, new) == hook
    assert send_to_offices() == 1
    verified(new)
    with pytest.raises(Exception, match="signature"):
        verified(new, secret=old.secret)
    assert OfficeHookKey.objects.live(clock.now()).count() == 1


def test_a_certificate_that_cannot_be_used_is_refused(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    for text, code in (("no certificate", "certificate_malformed"), (issue("old", days=-1).pem, "certificate_over")):
        with pytest.raises(DomainError) as refused:
            register(cast, peer, ca_certificates=text)
        assert refused.value.code == code
    assert register(cast, peer, ca_certificates=AUTHORITY.pem).ca_certificates == AUTHORITY.pem.strip()


# Who keeps it --------------------------------------------------------------------------------------------------------


def test_only_who_sets_ways_keeps_it_and_only_of_his_unit(cast: Cast, make_peer: MakePeer) -> None:
    register(cast, make_peer())
    acts: list[Callable[[Any], object]] = [
        lambda by: register_office_hook(url=make_peer().url, by=by),
        lambda by: rotate_office_key(by=by),
        lambda by: pause_office_hook(by=by, reason="x"),
        lambda by: resume_office_hook(by=by),
    ]
    unitless = actor_of(make_user("unitless", None, Role.CLERK))
    for act in acts:
        for by, code in ((cast.actor("officer"), "act_not_allowed"), (unitless, "no_unit")):
            with pytest.raises(DomainError) as refused:
                act(by)
            assert refused.value.code == code
    for act in acts[1:]:
        with pytest.raises(DomainError) as refused:
            act(cast.actor("transport_clerk"))
        assert refused.value.code == "office_hook_not_found"
    with pytest.raises(DomainError) as refused:
        resume_office_hook(by=cast.actor("finance_clerk"))
    assert refused.value.code == "move_not_open"
    with pytest.raises(DomainError) as refused:
        pause_office_hook(by=cast.actor("finance_clerk"), reason=" ")
    assert refused.value.code == "reason_missing"


def test_it_is_kept_on_the_page_and_the_secret_is_shown_once(cast: Cast, make_peer: MakePeer) -> None:
    client, peer = signed_in(cast.finance_clerk), make_peer()
    assert "/messages/office/" in client.get("/messages/ways/").content.decode()
    refused = client.post("/messages/office/", {"url": "https://10.1.2.3/"})
    assert refused.context["form"].errors["url"]
    page = client.post("/messages/office/", {"url": peer.url}).content.decode()
    peer.secret = page.partition("<code>")[2].partition("</code>")[0].strip()
    assert peer.secret.startswith("whsec_")
    client.post("/messages/ways/test/")
    assert send_to_offices() == 1
    verified(peer)
    shown = client.get("/messages/ways/").content.decode()
    assert peer.url in shown
    assert "whsec_" not in shown
    second = client.post("/messages/office/rotate/").content.decode()
    assert "whsec_" in second
    client.post("/messages/office/move/", {"move": "pause", "reason": "系统升级"})
    assert OfficeHook.objects.get().state == EndpointState.PAUSED
    client.post("/messages/office/move/", {"move": "resume"})
    assert OfficeHook.objects.get().state == EndpointState.ACTIVE
    assert "系统升级" in client.get("/messages/ways/").content.decode()


def test_a_unit_is_told_once_a_day_that_its_system_fails(cast: Cast, make_peer: MakePeer) -> None:
    register(cast, make_peer(*[(500, {})] * 100))
    told(cast)
    failing = StaffMessage.objects.filter(kind="office.failing", unit=cast.finance)
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _hour in range(9):
            send_to_offices()
            travel.shift(timedelta(hours=1))
        assert not failing.exists()
        page = signed_in(cast.finance_clerk).get("/messages/ways/").content.decode()
        assert "reports a fault of its own" in page, "it is said in words"
        assert "Failing" in page
        for _hour in range(48):
            send_to_offices()
            travel.shift(timedelta(hours=1))
    assert failing.count() in (2, 3)


def test_the_database_keeps_its_rules(cast: Cast, make_peer: MakePeer) -> None:
    hook = register(cast, make_peer())
    told(cast)
    delivery = OfficeDelivery.objects.get()
    with pytest.raises(IntegrityError, match="office_system_gets_a_message_once"), transaction.atomic():
        OfficeDelivery.objects.create(hook=hook, message=delivery.message)
    with pytest.raises(IntegrityError, match="office_hook_paused_has_a_reason"), transaction.atomic():
        OfficeHook.objects.update(state=EndpointState.PAUSED)
    with pytest.raises(IntegrityError, match="office_key_ends_after_it_begins"), transaction.atomic():
        OfficeHookKey.objects.update(live_to=clock.now() - timedelta(days=1))


def test_the_secret_is_sealed(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    register(cast, peer)
    send_test(by=cast.actor("finance_clerk"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t::text FROM exchange_officehookkey t UNION ALL SELECT t::text FROM exchange_officehook t"
        )
        assert peer.secret not in json.dumps(cursor.fetchall())
