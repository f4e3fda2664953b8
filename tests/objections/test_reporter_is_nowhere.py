"""Rule 11: after a full run who made a tip-off stands in no table, file, log, mail, cache, page, answer or push.

Every page is opened by everybody for that; so the same run sees that no page shows a full document number.
"""

import html
import io
import json
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.exceptions import InvalidTag
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from redis import Redis

from jinan_credit.accounts.enums import MessageState, Role
from jinan_credit.accounts.models import ApplicantMessage, User
from jinan_credit.accounts.sealed_sessions import SessionStore
from jinan_credit.accounts.services.messages import send_messages
from jinan_credit.exchange.models import Endpoint
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.masking import mask_document_number
from lists.models import Entry
from lists.services.entries import submit_entries
from lists.services.exports import request_export, run_export
from lists.services.publications import publish_entries
from lists.services.synthetic import uscc
from objections.enums import TipOffState
from objections.models import TipOff, TipOffReporter
from objections.services.reporters import CONTACT_SOURCE
from tests.cast import Cast, company_values, make_user
from tests.e2e.routes import all_addresses
from tests.e2e.samples import REPORTER, addresses, fill
from tests.exchange.conftest import api, connect, loopback_is_allowed, make_peer  # noqa: F401 - fixtures
from tests.lists.test_masking import NAME, NUMBER, entry_of_a_person, full_numbers
from tests.objections.conftest import Gateway
from tests.portal.test_forms import picture, receipt_of

NEEDLES = (REPORTER.name, REPORTER.contact)
STAFF = ("clerk", "reviewer", "finance_clerk", "transport_clerk", "coordinator", "auditor", "officer", "supervisor")
OUTSIDERS = ("stranger", "visitor")
API = ("lists/", "entries/", "tasks/", "screenings/", "executions/", "cases/", "promises/", "portfolios/")
COLUMNS_AT_LEAST = 500
ISOLATED = TipOffReporter._meta.db_table
SEALED = re.compile(r"[\w-]+\.[A-Za-z0-9+/]{38,}={0,2}")
PARTY = "济南被举报公司"


@dataclass
class World:
    """What may hold a copy, besides the database."""

    media: Path
    redis: Redis
    caplog: pytest.LogCaptureFixture
    shown: dict[str, bytes] = field(default_factory=dict)
    """Pages, answers and pushes, by where they came from."""

    def see(self, place: str, answer: Any) -> None:
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        headers = repr(answer.headers).encode() + repr(answer.cookies).encode()
        self.shown[place] = content + headers


def ways_to_write(needle: str) -> set[bytes]:
    texts = {needle, json.dumps(needle)[1:-1], quote(needle), html.escape(needle), needle.encode().hex()}
    return {text.encode() for text in texts} | {needle.encode("utf-16-le"), needle.encode("gb18030")}


SOUGHT = {written for needle in NEEDLES for written in ways_to_write(needle)}


def tells(content: bytes) -> bool:
    return any(written in content for written in SOUGHT)


def unsealed(row: str) -> bytes:
    """What its sealed values say: a copy under our own key would be one, too."""
    clear = []
    for token in SEALED.findall(row):
        with suppress(InvalidTag, KeyError, ValueError):
            clear.append(crypto.unseal(token))
    return "\n".join(clear).encode()


def _content(session: Session) -> dict[str, Any]:
    return SessionStore().decode(session.session_data)


def traces(world: World) -> list[str]:
    """Every place where the reporter's name or contact can be read."""
    return sorted(
        [
            *(f"table {name}" for name in _tables()),
            *(f"session {session.pk[:4]}" for session in Session.objects.all() if _says(_content(session))),
            *(f"file {name}" for name, content in _files(world.media) if tells(content) or tells(name.encode())),
            *(f"redis {key.decode(errors='replace')}" for key, value in _redis(world.redis) if tells(key + value)),
            *(f"mail {number}" for number, sent in enumerate(mail.outbox) if tells(sent.message().as_bytes())),
            *(f"log {record.name}" for record in world.caplog.records if _says(record.__dict__)),
            *(f"shown {place}" for place, content in world.shown.items() if tells(content)),
        ]
    )


def _says(value: Any) -> bool:
    return tells(repr(value).encode())


def _tables() -> Iterator[str]:
    """Whole rows as text, so that no kind of column is left out."""
    columns = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, count(*) FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY 1"
        )
        for table, count in cursor.fetchall():
            columns += count
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows = [row for (row,) in cursor.fetchall()]
            hidden = [] if table == ISOLATED else [unsealed(row) for row in rows]
            if any(map(tells, [*(row.encode() for row in rows), *hidden])):
                yield table
    assert columns > COLUMNS_AT_LEAST


def _files(media: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(media.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield str(path), content
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from ((f"{path}!{name}", archive.read(name)) for name in archive.namelist())


def _redis(redis: Redis) -> Iterator[tuple[bytes, bytes]]:
    read: dict[bytes, Callable[[bytes], Any]] = {
        b"string": redis.get,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"set": redis.smembers,
        b"zset": lambda key: redis.zrange(key, 0, -1),
        b"hash": redis.hgetall,
    }
    for key in redis.scan_iter():
        value = read.get(redis.type(key), redis.dump)(key)  # type: ignore[arg-type]
        parts = value.items() if isinstance(value, dict) else value if isinstance(value, list | set) else [value]
        yield key, b"".join(part if isinstance(part, bytes) else repr(part).encode() for part in parts)


@pytest.fixture
def world(settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> World:
    settings.MEDIA_ROOT = tmp_path
    caplog.set_level(logging.DEBUG)
    return World(tmp_path, Redis.from_url(settings.REDIS_URL), caplog)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loopback_is_allowed")
def test_the_reporter_is_nowhere(cast: Cast, world: World, request: pytest.FixtureRequest) -> None:
    entry_of_a_person(cast)
    fill(cast)
    Endpoint.objects.filter(unit=cast.finance).update(state="PAUSED", pause_reason="示例地址")
    peer = request.getfixturevalue("make_peer")()
    connect(peer, cast.transport)
    entry = a_tip_off_through_all_states(cast, world)
    one_of_a_caller(cast, world)
    he_is_told(world, request.getfixturevalue("gateway"))
    everything_is_opened(cast, world)
    no_full_number_is_shown(world)
    every_answer_is_fetched(cast, world, request.getfixturevalue("api"), entry)
    push()
    world.shown |= {f"push {number}": got.raw + repr(got.headers).encode() for number, got in enumerate(peer.got)}
    export = request_export(query="", reason="年度检查", by=cast.actor("clerk"))
    run_export(export.pk)
    call_command("purge")

    assert set(TipOff.objects.values_list("state", flat=True)) == set(TipOffState.values)
    assert TipOffReporter.objects.count() == TipOff.objects.count() > len(TipOffState.values)
    assert any(PARTY.encode() in content for place, content in world.shown.items() if place.startswith("push"))
    assert sum(PARTY.encode() in content for content in world.shown.values()) > len(STAFF)
    assert any(PARTY.encode() in content for _name, content in _files(world.media))
    assert traces(world) == []
    a_copy_is_found_wherever_it_is(cast, world)


def a_tip_off_through_all_states(cast: Cast, world: World) -> Entry:
    """From the public form to the published entry and the answer, in the browser."""
    visitor, typed = Client(), {
        "party_kind": "LEGAL_PERSON", "party_name": PARTY, "party_code": uscc(Random(77)), "credit_list": "TBLACK",
        "facts": "拖欠货款", "stated_time": "上月", "stated_place": "历下区", "naming": "NAMED",
        "reporter_name": REPORTER.name, "reporter_contact": REPORTER.contact,
    }  # fmt: skip
    check = visitor.post(reverse("tip_off_new"), typed)  # to himself alone, and kept by nobody
    assert REPORTER.name in check.content.decode()
    assert "no-store" in check["Cache-Control"]
    assert "error-summary" in visitor.post(reverse("tip_off_new"), {**typed, "party_code": "x"}).content.decode()
    page = visitor.post(reverse("tip_off_new"), {**typed, "step": "send", "evidence": [picture()]}, follow=True)
    world.see("the receipt", page)
    number, secret = receipt_of(page.content.decode())
    case = TipOff.objects.get(receipt_number=number)
    here, officer, clerk = reverse("tip_off", args=[case.pk]), browser(cast.officer), browser(cast.clerk)
    seen = officer.post(reverse("tip_off_reporter", args=[case.pk]), {"reason": "核对联系方式"})
    assert REPORTER.contact in seen.content.decode()  # the one answer that shows it
    refused = officer.post(reverse("tip_off_reporter", args=[case.pk]), {"reason": ""})
    world.see("a look refused", refused)
    officer.post(reverse("tip_off_assign", args=[case.pk]), {"unit": "court"})
    values = company_values(Random(77), name=PARTY, code=typed["party_code"], basis_kind="", findings="经查属实")
    clerk.post(reverse("tip_off_verify", args=[case.pk]), {name: value or "" for name, value in values.items()})
    case.refresh_from_db()
    own = Entry.objects.filter(pk=case.entry_id)
    submit_entries(entries=own, by=cast.actor("clerk"))
    publish_entries(credit_list=cast.black, entries=own, by=cast.actor("reviewer"))
    world.see("the answer", officer.post(here, {"move": "answer", "reason": "已核实，谢谢"}, follow=True))
    world.see("the status", visitor.post(reverse("status"), {"number": number, "secret": secret}))
    world.see("a document", clerk.get(reverse("tip_off_evidence", args=[case.evidence.get().pk])))
    case.refresh_from_db()
    assert (case.state, case.entry.state if case.entry else "") == ("ANSWERED", "PUBLISHED")
    return own.get()


def one_of_a_caller(cast: Cast, world: World) -> None:
    typed = {
        "party_kind": "LEGAL_PERSON", "party_name": PARTY, "facts": "拖欠工资", "naming": "NAMED",
        "reporter_name": REPORTER.name, "reporter_contact": REPORTER.contact,
    }  # fmt: skip
    officer, page = browser(cast.officer), reverse("tip_off_enter")
    assert REPORTER.name in officer.post(page, {**typed, "facts": ""}).content.decode()  # to himself alone
    world.see("the receipt of a caller", officer.post(page, {**typed, "evidence": [picture()]}, follow=True))


def he_is_told(world: World, gateway: Gateway) -> None:
    """By the way that he left, and by nothing that stays here."""
    waiting = ApplicantMessage.objects.filter(state=MessageState.WAITING, contact_from=CONTACT_SOURCE)
    answered = TipOff.objects.filter(state=TipOffState.ANSWERED).values_list("receipt_number", flat=True)
    assert set(waiting.values_list("case_number", flat=True)) == set(answered)
    assert traces(world) == []
    send_messages()
    told = [body["text"] for _key, body in gateway.taken if body["to"] == REPORTER.contact]
    assert [number for number in answered if any(number in text for text in told)] == list(answered)
    assert len(told) == len(answered) > 1
    assert not ApplicantMessage.objects.filter(state=MessageState.WAITING).exists()


def everything_is_opened(cast: Cast, world: World) -> None:
    everywhere = [address for some in all_addresses(addresses(cast)).values() for address in some]
    keepers = {role: make_user(f"keeper-{role}", None, role) for role in (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN)}
    people = {name: getattr(cast, name) for name in (*STAFF, "stranger")} | keepers
    for name, user in people.items():
        person = browser(user)
        administration = re.findall(r'href="(/admin/[^"]+)"', person.get("/admin/", follow=True).content.decode())
        for address in (*everywhere, *administration):
            world.see(f"{name} {address}", person.get(address))
    visitor = Client()
    for address in (*everywhere, f"{reverse('home')}?q={PARTY}"):
        world.see(f"visitor {address}", visitor.get(address))


def no_full_number_is_shown(world: World) -> None:
    """Where the person is named, his number is masked; to outsiders he is not even named."""
    pages = {place: content.decode("utf-8", "replace") for place, content in world.shown.items()}
    assert [place for place, page in pages.items() if full_numbers(page)] == []
    assert [place for place, page in pages.items() if place.startswith(OUTSIDERS) and NAME in page] == []
    assert sum(mask_document_number(NUMBER) in page for page in pages.values()) > 5


def every_answer_is_fetched(cast: Cast, world: World, connect_client: Callable[..., Any], entry: Entry) -> None:
    scopes = ("feed", "screening", "feedback", "entries:read", "entries:write", "cases")
    for unit in (cast.court, cast.finance):
        call = connect_client(unit, *scopes)
        for path in (*API, f"entries/{entry.pk}/", "feed/TBLACK/", "snapshot/TBLACK/", "digest/TBLACK/"):
            world.see(f"API of {unit} {path}", call("get", path))


def a_copy_is_found_wherever_it_is(cast: Cast, world: World) -> None:
    """The search itself: what it did not find is not there."""
    name, contact = NEEDLES
    case = TipOff.objects.filter(state="ASSIGNED").earliest("pk")
    TipOff.objects.filter(pk=case.pk).update(stated_place=name)
    now, sealed = clock.now(), crypto.seal(contact)
    ApplicantMessage.objects.create(case_number="JB", text="x", sealed_contact=sealed, made_at=now, next_try_at=now)
    page = reverse("tip_off", args=[case.pk])
    world.see("planted", browser(cast.clerk).get(page))
    with zipfile.ZipFile(packed := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", f"<v>{contact}</v>")
    default_storage.save("planted.xlsx", ContentFile(packed.getvalue()))
    session = Client().session
    session["draft"] = name
    session.save()
    cache.set("planted", {"who": name})
    mail.EmailMessage("subject", f"call {contact}", to=["a@example.org"]).send()
    logging.getLogger("planted").debug("received from %s", name)
    found = traces(world)
    cache.delete("planted")
    assert {trace.partition(" ")[0] for trace in found} == {"table", "session", "file", "redis", "mail", "log", "shown"}
    tables = {f"table {name}" for name in ("accounts_applicantmessage", "objections_tipoff", "objections_tipoffevent")}
    assert tables | {"log planted", "shown planted"} <= set(found)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
