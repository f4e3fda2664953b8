"""The audit pages, for the auditor alone: every log of access as one, every version of a row, files on record."""

import csv
import io
from datetime import timedelta
from random import Random

import pghistory
import pytest
from axes.models import AccessLog
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.models import SignInLock, SignInLockLift, Unit
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.kernel import clock
from jinan_credit.oversight.models import AuditExport
from jinan_credit.oversight.selectors.access import LOGS, Asked, accesses, place_of, written
from jinan_credit.oversight.selectors.changes import Wanted, changes, tracked
from jinan_credit.oversight.services.history_verifying import verify_history
from jinan_credit.oversight.services.purging import purge_access_logs
from jinan_credit.oversight.services.sealing import seal_history
from lists.enums import HandoutWay, SubjectKind
from lists.models import NumberSearch, Subject
from lists.services.handouts import log_handout
from lists.services.reveals import reveal_number
from lists.services.synthetic import citizen_number, uscc
from tests.cast import publish_one
from tests.oversight.history import run_sql, triggers_off
from tests.sanctions.conftest import organisation, person, screened
from tests.sanctions.parties import ndjson, screened_file

pytestmark = pytest.mark.django_db
PAGES = (
    "/audit/",
    "/audit/changes/",
    "/audit/changes/?table=accounts_unit",
    "/audit/seals/",
    "/audit/export/access/",
    "/audit/export/changes/?table=accounts_unit",
)


@pytest.fixture
def searches(cast):
    """Of two officers, one a minute; the last two at the same moment."""
    begun = clock.now() - timedelta(hours=1)
    return [
        NumberSearch.objects.create(
            by=by,
            unit=by.unit,
            at=begun + timedelta(minutes=min(minute, 3)),
            reason=f"Case {minute}",
            number_index="i",
            masked_number="370101********1234",
            found=0,
        )
        for minute, by in enumerate([cast.clerk, cast.finance_clerk, cast.clerk, cast.clerk, cast.finance_clerk])
    ]


@pytest.fixture
def handed_out(cast):
    client, _secret = register_client(cast.finance, "财政监管系统", ("feed",), by=SYSTEM)
    actor = Actor(client=client)
    log_handout(way=HandoutWay.SNAPSHOT, credit_list=cast.black, number_count=12_345, by=actor, up_to="e1:7")


def shown(client, **asked) -> str:
    return client.get("/audit/", asked, headers={"Accept-Language": "en"}).content.decode()


def reasons(asked: Asked, before=None) -> list[str]:
    return [row.reason for row in accesses(asked, before, per_fetch=2)]


@pytest.mark.parametrize("page", PAGES)
def test_the_auditor_alone_opens_the_pages(cast, sign_in, page):
    assert sign_in(cast.auditor).get(page).status_code == 200
    for other in (cast.coordinator, cast.clerk, cast.officer, cast.supervisor):
        assert sign_in(other).get(page).status_code == 403


def test_accesses_come_newest_first_and_go_on_behind_any_of_them(searches):
    whole = list(accesses(Asked(kind="searches"), per_fetch=2))

    assert [row.reason for row in whole] == ["Case 4", "Case 3", "Case 2", "Case 1", "Case 0"]
    for number, row in enumerate(whole):
        place = place_of(written(row.place))
        assert reasons(Asked(), place) == [later.reason for later in whole[number + 1 :]]


@pytest.mark.parametrize("log", ["reveals", "searches", "handouts", "screenings"])
def test_the_newest_of_a_long_log_are_read_in_their_order(log):
    """By an index: the rows of years are neither read nor sorted for a page."""
    run_sql("SET LOCAL enable_seqscan TO off; SET LOCAL enable_sort TO off")
    assert "Sort" not in LOGS[log].of(Asked())[:50].explain()


def test_a_name_that_nobody_bears_is_looked_for_in_no_log(cast):
    with CaptureQueriesContext(connection) as asked:
        assert list(accesses(Asked(person="nobody at all"))) == []
    assert not [one["sql"] for one in asked if "sanctions_screening" in one["sql"]]


def test_a_system_is_found_by_its_name(cast, handed_out):
    (row,) = accesses(Asked(kind="handouts", person="财政监管"))
    assert row.who == "财政监管系统"


def test_filters_leave_what_they_say(cast, searches):
    assert reasons(Asked(person=cast.finance_clerk.username)) == ["Case 4", "Case 1"]
    assert reasons(Asked(unit=cast.finance)) == ["Case 4", "Case 1"]
    assert len(reasons(Asked(subject="370101"))) == 5
    assert reasons(Asked(subject="nobody")) == []
    assert len(reasons(Asked(since=clock.today() - timedelta(days=1)))) == 5
    assert reasons(Asked(until=clock.today() - timedelta(days=2))) == []
    assert reasons(Asked(kind="looks")) == []


def test_rows_are_found_by_a_word_of_their_reason(cast, searches, handed_out):
    assert reasons(Asked(reason="case 3")) == ["Case 3"]
    assert reasons(Asked(kind="handouts", reason="x")) == []
    assert reasons(Asked(kind="handouts")) == [""]


def test_a_reveal_says_who_when_whose_and_why_but_no_number(cast, sign_in):
    number = citizen_number(Random(5))
    person = {"kind": SubjectKind.NATURAL_PERSON, "name": "王小明", "code": "", "document_type": "CITIZEN"}
    entry = publish_one(cast, **person, number=number, representative="")
    reveal_number(entry=entry, by=cast.actor("reviewer"), reason="核对身份证件")

    page = shown(sign_in(cast.auditor), kind="reveals")

    for told in ("核对身份证件", "reviewer", "王**", f"{number[:6]}********{number[-4:]}"):
        assert told in page
    assert number not in page
    assert "王小明" not in page


def test_a_handout_says_to_which_system_of_which_unit_and_how_much(cast, sign_in, handed_out):
    page = shown(sign_in(cast.auditor), kind="handouts")

    for told in ("财政监管系统", "测试财政局", "测试黑名单", "e1:7", "12,345"):
        assert told in page
    for asked, count in ((Asked(person="监管"), 1), (Asked(person="税务"), 0), (Asked(unit=cast.court), 0)):
        assert len(list(accesses(asked))) == count


def test_a_screening_says_who_looked_whom_up_why_and_what_was_found(cast, sign_in):
    number, code = citizen_number(Random(6)), uscc(Random(6))
    screened(person(number, "王小明"), cast.actor("finance_clerk"))
    client, _secret = register_client(cast.transport, "交通系统", ("screening",), by=SYSTEM)
    screened(organisation(code, "济南某公司"), Actor(client=client))

    (later, earlier) = accesses(Asked(kind="screenings"))

    assert (later.who, later.unit) == ("交通系统", str(cast.transport))
    assert (earlier.who, earlier.unit) == (str(cast.finance_clerk), str(cast.finance))
    page = shown(sign_in(cast.auditor), kind="screenings", reason="资格")
    for told in (code, "济南某公司", "采购资格审查", number[:6], "王**", "Clear"):
        assert told in page
    assert number not in page
    assert "王小明" not in page


def test_a_batch_says_who_had_how_many_parties_looked_up_and_why(cast, sign_in):
    parties = [{"kind": "organisation", "name": f"{number}公司"} for number in range(4)]
    screened_file(ndjson(*parties), cast.actor("finance_clerk"))

    with translation.override("en"):
        (row,) = accesses(Asked(kind="batches", person=cast.finance_clerk.username, reason="资格"))

    assert (row.unit, row.about, row.outcome) == (str(cast.finance), "Parties: 4", "With hits: 0")
    assert list(accesses(Asked(kind="batches", subject="公司"))) == []


@pytest.mark.parametrize(
    "text", ["", "x", "a~b~c", "2026-01-01T00:00+00:00~searches~x", "2026-01-01T00:00+00:00~screenings~x"]
)
def test_a_place_that_is_none_is_the_beginning(text):
    assert place_of(text) is None


def test_a_change_shows_what_stood_there_before_and_who_wrote_it(cast, sign_in):
    unit = cast.stranger_unit
    Unit.objects.filter(pk=unit.pk).update(name="Renamed")

    (change, first) = changes(Wanted("accounts_unit", row=str(unit.pk)))

    assert [(field.old, field.new) for field in change.fields] == [(unit.name, "Renamed")]
    assert first.is_first
    page = sign_in(cast.auditor).get("/audit/changes/", {"table": "accounts_unit", "row": unit.pk}).content.decode()
    assert "Renamed" in page


def test_who_changed_it_is_found_by_his_name(cast):
    with pghistory.context(user=cast.coordinator.pk):
        Unit.objects.filter(pk=cast.finance.pk).update(name="By him")
    with pghistory.context(user=cast.clerk.pk):
        Unit.objects.filter(pk=cast.court.pk).update(name="By another")

    found = list(changes(Wanted("accounts_unit", user=cast.coordinator)))

    assert [(row.row, row.who) for row in found] == [(str(cast.finance.pk), str(cast.coordinator))]


def test_numbers_of_persons_are_never_shown(cast):
    Subject.objects.create(
        kind="NATURAL_PERSON",
        name="王小明",
        document_type="ID_CARD",
        sealed_number="k1.secret",
        masked_number="370101********1234",
        number_index="0" * 64,
    )

    (change, *_rest) = changes(Wanted("lists_subject"))
    shown = {field.name: field.new for field in change.fields}

    assert "王**" in shown.values()
    assert not any("secret" in value or "0000" in value or "小明" in value for value in shown.values())


@pytest.mark.parametrize("table", sorted(tracked()))
def test_every_table_with_a_history_can_be_asked(table):
    list(changes(Wanted(table)))


def test_a_file_is_taken_on_record(cast, sign_in, searches):
    client = sign_in(cast.auditor)
    assert client.post("/audit/export/access/?kind=searches", {"reason": " "}).status_code == 400
    assert not AuditExport.objects.exists()

    answer = client.post("/audit/export/access/?kind=searches", {"reason": "Asked by the inspector"})
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

    assert [line[-1] for line in lines[1:]] == ["Case 4", "Case 3", "Case 2", "Case 1", "Case 0"]
    assert AuditExport.objects.get().reason == "Asked by the inspector"
    assert reasons(Asked(kind="audit")) == ["Asked by the inspector"]


def test_a_cell_that_begins_a_formula_is_made_inert(cast, sign_in, searches):
    _search(cast, "=1+1")
    answer = sign_in(cast.auditor).post("/audit/export/access/?kind=searches", {"reason": "Asked"})

    assert "'=1+1" in b"".join(answer.streaming_content).decode()


def test_the_page_of_the_seals_names_what_differs(cast, sign_in, seals):
    seal_history()
    with triggers_off():
        run_sql(
            "UPDATE accounts_unitevent SET name = 'Another' WHERE pgh_id = (SELECT max(pgh_id) FROM accounts_unitevent)"
        )
    verify_history()

    page = sign_in(cast.auditor).get("/audit/seals/").content.decode()

    assert "accounts_unitevent" in page


def test_the_page_costs_the_same_for_one_access_and_many(cast, sign_in, searches, django_assert_max_num_queries):
    client = sign_in(cast.auditor)
    with django_assert_max_num_queries(30):
        client.get("/audit/")
    for number in range(60):
        _search(cast, f"Case {number}")
    with django_assert_max_num_queries(30):
        assert b"before=" in client.get("/audit/").content


def _search(cast, reason):
    NumberSearch.objects.create(
        by=cast.clerk, unit=cast.court, at=clock.now(), reason=reason, number_index="i", masked_number="3", found=0
    )


def test_logs_of_access_go_when_their_time_is_over(cast):
    begun = clock.now()
    for days in (365, 367):
        AccessLog.objects.create(username=f"{days}")
        AccessLog.objects.filter(username=f"{days}").update(attempt_time=begun - timedelta(days=days))
    for days in (1095, 1098):
        at = begun - timedelta(days=days)
        AuditExport.objects.create(page="ACCESS", reason=f"{days}", by=cast.auditor, unit=None, at=at)

    for days in (365, 367):
        at = begun - timedelta(days=days)
        lock = SignInLock.objects.create(network=f"{days}", at=at, ends_at=at + timedelta(minutes=15))
        SignInLockLift.objects.create(lock=lock, by=cast.coordinator, at=at, reason="He called")

    assert purge_access_logs(day=clock.today()) == 4
    assert [row.username for row in AccessLog.objects.all()] == ["365"]
    assert [row.network for row in SignInLock.objects.exclude(lift=None)] == ["365"]
    assert reasons(Asked(kind="audit")) == ["1095"]
    assert purge_access_logs(day=clock.today()) == 0
