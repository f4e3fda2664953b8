"""Units without a system: what is new as a file, once a unit, confirmed by a clerk, taken again with a reason."""

import csv
import io
import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from python_calamine import CalamineWorkbook

from jinan_credit.accounts.enums import DataProfile, Role
from jinan_credit.accounts.models import User
from jinan_credit.exchange import copies
from jinan_credit.exchange.models import Cursor, Download, Endpoint
from jinan_credit.exchange.rules import Position
from jinan_credit.exchange.services.downloads import confirm_download, take_again, take_download
from jinan_credit.exchange.services.epochs import start_new_epoch
from jinan_credit.exchange.signals import changes_acknowledged
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.enums import DocumentType, SubjectKind
from lists.models import CreditList, Entry, FeedHead, NumberHandout
from lists.services.synthetic import citizen_number
from tests.at_once import at_once
from tests.cast import Cast, make_cast, make_user, publish_many, publish_one
from tests.exchange.conftest import Call
from tests.exchange.test_api import remove
from tests.exchange.test_pages import signed_in, text

EVIL = '=HYPERLINK("http://example.invalid","x")'
URL = "/push/downloads/"
TAKE = f"{URL}take/"
LOG = "/audit/"


def head(cast: Cast) -> Position:
    found = FeedHead.objects.get(credit_list=cast.black)
    return Position(found.epoch, found.seq)


def take(cast: Cast, after: int, who: str = "finance_clerk", file_format: str = "CSV", reason: str = "") -> Download:
    return take_download(
        code="TBLACK",
        after=Position(head(cast).epoch, after),
        file_format=file_format,
        by=cast.actor(who),
        reason=reason,
    )


def asked(client: Client, cast: Cast, since: int, **given: str) -> Any:
    return client.post(TAKE, {"list": "TBLACK", "after": f"{head(cast).epoch}:{since}", "format": "CSV"} | given)


def rows(answer: Any) -> list[list[str]]:
    """The file without its heading."""
    read = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    return list(read)[1:]


def a_person(cast: Cast, name: str = "王测试") -> str:
    number = citizen_number(Random(8))
    person = {"kind": SubjectKind.NATURAL_PERSON, "code": "", "document_type": DocumentType.CITIZEN, "number": number}
    publish_one(cast, seed=8, name=name, representative="", **person)
    return number


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return signed_in(cast.finance_clerk)


# Taking ----------------------------------------------------------------------------------------------------------


def test_a_range_is_given_once_and_the_next_goes_on(cast: Cast, clerk: Client) -> None:
    publish_many(cast, 5)
    first = rows(asked(clerk, cast, 0))
    assert [row[-1] for row in first] == ["1", "2", "3", "4", "5"]
    assert {row[0] for row in first} == {"Enter or update"}
    assert asked(clerk, cast, 0).status_code == 409
    assert "There is nothing new" in asked(clerk, cast, 5).content.decode()
    remove(cast, Entry.objects.order_by("pk")[0])
    gone = Entry.objects.get(state="REMOVED")
    ((what, why, number, version, *_rest, seq),) = rows(asked(clerk, cast, 5))
    assert (what, why, number, version, seq) == ("Take out", "Basis revoked or changed", str(gone.pk), "2", "6")
    taken = Download.objects.order_by("id").values_list("from_seq", "to_seq", "change_count", "removal_count")
    assert list(taken) == [(0, 5, 5, 0), (5, 6, 1, 1)]
    assert rows(asked(signed_in(cast.transport_clerk), cast, 0))[-1][0] == "Take out"


def test_what_happened_to_an_entry_stays_in_its_order(cast: Cast, clerk: Client) -> None:
    entry = publish_one(cast)
    remove(cast, entry)
    found = rows(asked(clerk, cast, 0))
    assert [(row[0], row[2], row[3]) for row in found] == [
        ("Enter or update", str(entry.pk), "1"),
        ("Take out", str(entry.pk), "2"),
    ]


def test_the_file_says_what_the_push_says(cast: Cast, clerk: Client, api: Callable[..., Call]) -> None:
    publish_many(cast, 4, persons=0.5)
    changes = api(cast.transport)("get", f"feed/TBLACK/?since={head(cast).epoch}:0").json()["data"]["changes"]
    for row, change in zip(rows(asked(clerk, cast, 0)), changes, strict=True):
        subject = change["entry"]["subject"]
        told = (change["id"], str(change["version"]), str(change["seq"]), subject["name"], subject["code"] or "")
        assert (row[2], row[3], row[-1], row[6], row[7]) == told
        assert (row[9], row[13]) == (subject["document_number"] or "", change["entry"]["document"]["number"])
        for person in change["entry"]["related_persons"]:
            assert person["name"] in row[10]


def test_the_words_are_those_of_the_reader(cast: Cast) -> None:
    remove(cast, publish_one(cast))
    client = Client(headers={"Accept-Language": "zh-CN"})
    client.force_login(cast.finance_clerk, backend="django.contrib.auth.backends.ModelBackend")
    with translation.override("zh-hans"):
        upsert, removal = rows(asked(client, cast, 0))
    assert upsert[0] == "列入/更新"
    assert removal[0] == "移出"


def test_one_file_holds_a_bounded_number_of_changes(cast: Cast, clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert copies.MOST_CHANGES == 10_000
    monkeypatch.setattr(copies, "MOST_CHANGES", 3)
    publish_many(cast, 7)
    assert "File 1 of 3" in text(clerk, URL)
    assert [len(rows(asked(clerk, cast, after))) for after in (0, 3)] == [3, 3]
    page = text(clerk, URL)
    assert "File 1 of" not in page
    assert len(rows(asked(clerk, cast, 6))) == 1
    assert "Nothing new" in text(clerk, URL)


@pytest.mark.parametrize("file_format", ["XLSX", "CSV"])
def test_what_a_spreadsheet_would_run_is_inert(cast: Cast, clerk: Client, file_format: str) -> None:
    publish_one(cast, name=EVIL, grounds="+1+1")
    answer = asked(clerk, cast, 0, format=file_format)
    if file_format == "CSV":
        cells = rows(answer)[0]
        assert f"'{EVIL}" in cells
        assert "'+1+1" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        return
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue()))
    cells = book.get_sheet_by_index(0).to_python()[1]
    assert EVIL in cells
    assert all(isinstance(cell, str) for cell in cells)
    assert b"<f>" not in answer.getvalue()


# Numbers of persons ----------------------------------------------------------------------------------------------


def test_full_numbers_in_a_file_are_in_the_access_log(cast: Cast, clerk: Client) -> None:
    number = a_person(cast)
    assert number in rows(asked(clerk, cast, 0))[0]
    handed_out = NumberHandout.objects.get()
    assert (handed_out.way, handed_out.by, handed_out.client) == ("DOWNLOAD", cast.finance_clerk, None)
    assert (handed_out.unit, handed_out.credit_list, handed_out.number_count) == (cast.finance, cast.black, 1)
    assert (handed_out.after, handed_out.up_to) == (f"{head(cast).epoch}:0", str(head(cast)))
    page = text(signed_in(cast.auditor), f"{LOG}?kind=handouts")
    assert "finance-clerk" in page
    assert "File of changes" in page
    assert number not in page
    for person, count in (("finance", 1), ("transport", 0)):
        answer = signed_in(cast.auditor).get(LOG, {"kind": "handouts", "person": person})
        assert len(answer.context["table"].rows) == count


def test_a_handout_is_to_a_system_or_to_a_person(cast: Cast, clerk: Client) -> None:
    a_person(cast)
    asked(clerk, cast, 0)
    found = NumberHandout.objects.get()
    found.pk, found.by = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save(force_insert=True)


@pytest.mark.parametrize("file_format", ["XLSX", "CSV"])
def test_a_masked_unit_gets_no_number(cast: Cast, clerk: Client, file_format: str) -> None:
    number = a_person(cast)
    cast.finance.data_profile = DataProfile.MASKED
    cast.finance.save()
    answer = asked(clerk, cast, 0, format=file_format)
    content = answer.getvalue()
    if file_format == "XLSX":
        cells = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        content = repr(cells).encode()
    assert "王测试".encode() in content
    assert number.encode() not in content
    assert not NumberHandout.objects.exists()
    assert Download.objects.get().number_count == 0


# Confirming ------------------------------------------------------------------------------------------------------


def test_confirming_moves_the_units_position_and_signs_nothing(cast: Cast, clerk: Client) -> None:
    Endpoint.objects.create(
        unit=cast.finance, url="https://push.example.org/", auto_sign=True, verified_at=clock.now(),
        state="PAUSED", pause_reason="given up",
    )  # fmt: skip
    publish_many(cast, 3)
    asked(clerk, cast, 0)
    assert Cursor.objects.get().seq == 0
    heard: list[dict[str, Any]] = []
    hear = lambda **told: heard.append(told)  # noqa: E731 - kept alive by its name
    changes_acknowledged.connect(hear)
    answer = clerk.post(f"{URL}{Download.objects.get().pk}/confirm/", follow=True)
    changes_acknowledged.disconnect(hear)
    assert "up to date with this file" in answer.content.decode()
    assert Cursor.objects.get().position == head(cast)
    assert [(told["seq"], told["auto_sign"]) for told in heard] == [(3, False)]
    taken = Download.objects.get()
    assert taken.confirmed_by == cast.finance_clerk
    assert taken.confirmed_at is not None
    assert refusal(lambda: confirm_download(download=taken, by=cast.actor("finance_clerk"))) == "download_confirmed"


def test_files_are_confirmed_in_their_order(cast: Cast) -> None:
    publish_many(cast, 2)
    first = take(cast, 0)
    publish_one(cast, seed=2)
    second, by = take(cast, 2), cast.actor("finance_clerk")
    assert refusal(lambda: confirm_download(download=second, by=by)) == "download_out_of_turn"
    confirm_download(download=first, by=by)
    assert Cursor.objects.get().seq == 2
    confirm_download(download=second, by=by)
    assert Cursor.objects.get().seq == 3


def test_a_new_epoch_starts_the_files_anew(cast: Cast, clerk: Client) -> None:
    publish_many(cast, 2)
    old = take(cast, 0)
    start_new_epoch(lists=CreditList.objects.all())
    assert "replace your whole table" in text(clerk, URL)
    assert "numbered anew since" in text(clerk, f"{URL}{old.pk}/")
    by = cast.actor("finance_clerk")
    assert refusal(lambda: confirm_download(download=old, by=by)) == "download_outdated"
    assert refusal(lambda: take_again(download=old, file_format="CSV", by=by, reason="lost")) == "download_outdated"
    assert asked(clerk, cast, 2).status_code == 409
    assert len(rows(asked(clerk, cast, 0))) == 2
    confirm_download(download=Download.objects.latest("pk"), by=by)
    assert Cursor.objects.get().position == head(cast)
    assert "replace your whole table" not in text(clerk, URL)


# Again -----------------------------------------------------------------------------------------------------------


def test_taken_again_it_is_the_same_range_with_a_reason_of_its_own(cast: Cast, clerk: Client) -> None:
    a_person(cast)
    before = rows(asked(clerk, cast, 0))
    publish_one(cast, seed=2)
    first = Download.objects.get()
    again = f"{URL}{first.pk}/again/"
    assert clerk.post(again, {"format": "CSV", "reason": " "}).status_code == 400
    assert rows(clerk.post(again, {"format": "CSV", "reason": "disk broken"})) == before
    second = Download.objects.get(again_of=first)
    assert (second.from_seq, second.to_seq, second.reason) == (0, 1, "disk broken")
    assert NumberHandout.objects.count() == 2
    for shown in (first, second):
        assert "disk broken" in text(clerk, f"{URL}{shown.pk}/")
    assert len(rows(asked(clerk, cast, 1))) == 1
    assert clerk.post(f"{URL}{second.pk}/confirm/").status_code == 404
    assert clerk.post(f"{URL}{first.pk}/confirm/").status_code == 302


# Units with a system ---------------------------------------------------------------------------------------------


def test_a_unit_whose_address_is_pushed_to_must_say_why(cast: Cast, clerk: Client) -> None:
    Endpoint.objects.create(unit=cast.finance, url="https://push.example.org/", verified_at=clock.now())
    publish_many(cast, 2)
    assert "Your system fetches this list" in text(clerk, URL)
    assert asked(clerk, cast, 0).status_code == 400
    assert not Download.objects.exists()
    assert len(rows(asked(clerk, cast, 0, reason="audit"))) == 2
    assert Download.objects.get().reason == "audit"
    confirm_download(download=Download.objects.get(), by=cast.actor("finance_clerk"))
    assert Cursor.objects.get().seq == 0, "the system's position is the system's"


def test_a_client_that_pulls_is_a_system_until_it_is_withdrawn(
    cast: Cast, clerk: Client, api: Callable[..., Call]
) -> None:
    publish_many(cast, 2)
    api(cast.finance)("get", f"feed/TBLACK/?since={head(cast).epoch}:0")
    assert asked(clerk, cast, 0).status_code == 400
    assert "Your system fetches this list" not in text(signed_in(cast.transport_clerk), URL)
    cast.finance.api_clients.update(is_active=False)
    assert len(rows(asked(clerk, cast, 0))) == 2


# Who -------------------------------------------------------------------------------------------------------------


def test_another_units_files_are_not_there(cast: Cast) -> None:
    publish_many(cast, 2)
    taken = take(cast, 0)
    other = signed_in(cast.transport_clerk)
    assert other.get(f"{URL}{taken.pk}/").status_code == 404
    for act in ("again", "confirm"):
        assert other.post(f"{URL}{taken.pk}/{act}/", {"format": "CSV", "reason": "x"}).status_code == 404
    assert f"{URL}{taken.pk}/" not in text(other, URL)
    by = cast.actor("transport_clerk")
    with pytest.raises(NotFound):
        confirm_download(download=taken, by=by)
    with pytest.raises(NotFound):
        take_again(download=taken, file_format="CSV", by=by, reason="x")
    assert Download.objects.count() == 1


def test_a_list_that_does_not_concern_the_unit_is_not_there(cast: Cast) -> None:
    publish_many(cast, 2)
    client = signed_in(cast.stranger)
    assert "No list concerns your unit" in text(client, URL)
    assert asked(client, cast, 0).status_code == 404


def test_the_coordinator_sees_nobodys_files(cast: Cast) -> None:
    publish_many(cast, 2)
    taken = take(cast, 0)
    client = signed_in(cast.coordinator)
    for path in (URL, f"{URL}{taken.pk}/"):
        assert client.get(path).status_code == 403
    for path in (TAKE, f"{URL}{taken.pk}/again/", f"{URL}{taken.pk}/confirm/"):
        assert client.post(path).status_code == 403
        assert Client().post(path).status_code == 302
    nowhere = make_user("nowhere", None, Role.CLERK)
    assert signed_in(nowhere).get(URL).status_code == 403


@pytest.mark.parametrize(
    ("given", "status"),
    [({"format": "PDF"}, 400), ({"after": "x"}, 400), ({"list": "NONE"}, 404), ({"after": "00000000:0"}, 409)],
)
def test_what_makes_no_sense_is_refused(cast: Cast, clerk: Client, given: dict[str, str], status: int) -> None:
    publish_many(cast, 2)
    assert asked(clerk, cast, 0, **given).status_code == status
    assert not Download.objects.exists()


def test_what_was_taken_is_never_changed_or_deleted(cast: Cast) -> None:
    publish_many(cast, 2)
    taken = take(cast, 0)
    for act in (taken.delete, lambda: Download.objects.update(to_seq=1), lambda: Download.objects.update(reason="x")):
        with pytest.raises(Exception, match="pgtrigger"), transaction.atomic():
            act()


def test_the_menu_marks_the_deepest_item_alone(cast: Cast, clerk: Client) -> None:
    for path, label in ((URL, "Downloads"), ("/push/", "Push"), ("/push/stale-copies/", "Push")):
        menu = re.search(r'<ul class="menu-list">.*?</ul>', text(clerk, path), re.DOTALL)
        assert menu is not None
        (marked,) = re.findall(r'aria-current="page"\s*>(.*?)</a>', menu[0], re.DOTALL)
        assert marked.endswith(label)


# Two at once, many rows ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_double_click_takes_one_file(transactional_db: None) -> None:
    city = make_cast()
    publish_many(city, 3)
    results = at_once(lambda: take(city, 0), lambda: take(city, 0))
    assert sorted(results) == ["done", "download_overtaken"]
    assert Download.objects.values_list("from_seq", "to_seq").get() == (0, 3)


@pytest.mark.django_db(transaction=True)
def test_two_confirm_at_once(transactional_db: None) -> None:
    city = make_cast()
    publish_many(city, 3)
    taken = take(city, 0)
    by = city.actor("finance_clerk")
    results = at_once(*(lambda: confirm_download(download=taken, by=by) for _ in range(2)))
    assert sorted(results) == ["done", "download_confirmed"]


def test_the_page_costs_the_same_for_1_10_and_100_rows(cast: Cast, clerk: Client) -> None:
    publish_many(cast, 120)
    user = User.objects.get(pk=cast.finance_clerk.pk)
    given = {"unit": cast.finance, "credit_list": cast.black, "epoch": head(cast).epoch, "by": user, "at": clock.now()}
    counts = []
    for begin, end in ((0, 1), (1, 10), (10, 100)):
        Download.objects.bulk_create(
            Download(
                **given, from_seq=n, to_seq=n + 1, change_count=1, removal_count=0, number_count=0, file_format="CSV"
            )
            for n in range(begin, end)
        )
        more = CreditList.objects.create(code=f"MORE{end}", name=f"more {end}", kind="BLACK", legal_basis="test")
        more.memoranda.add(*cast.black.memoranda.all())
        with CaptureQueriesContext(connection) as queries:
            page = text(clerk, URL)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert len(re.findall(rf'href="{URL}\d+/"', page)) == 51, "50 files a page, and the oldest to confirm"
