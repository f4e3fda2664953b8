"""Who reached what: every log in one file, masked, narrowed, and itself written down."""

import csv
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook
from structlog.processors import JSONRenderer
from structlog.stdlib import ProcessorFormatter

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.exchange.enums import MessageKind, Via
from jinan_credit.exchange.models import Cursor, PushAttempt
from jinan_credit.kernel import clock
from jinan_credit.oversight.models import IncidentReport
from jinan_credit.oversight.rows import ROWS
from jinan_credit.oversight.selectors.accesses import Way
from lists.enums import ExportFormat, HandoutWay, SubjectKind
from lists.models import Entry, EntryExport, ExportedEntries
from lists.services.exports import request_export, run_export
from lists.services.handouts import log_handout
from lists.services.number_searches import search_number
from lists.services.reveals import reveal_number
from lists.services.synthetic import citizen_number
from tests.cast import Cast, publish_one
from tests.oversight.conftest import SignIn

NUMBER = citizen_number(Random(5))
MASKED = f"{NUMBER[:6]}********{NUMBER[-4:]}"
Report = Callable[..., tuple[list[dict[str, str]], dict[str, Any]]]


@pytest.fixture
def entry(cast: Cast) -> Entry:
    person = {"kind": SubjectKind.NATURAL_PERSON, "name": "王小明", "code": "", "document_type": "CITIZEN"}
    return publish_one(cast, **person, number=NUMBER, representative="")


@pytest.fixture
def company(cast: Cast, entry: Entry) -> Entry:
    return publish_one(cast, credit_list=cast.red, seed=9)


@pytest.fixture
def report(tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any) -> Report:
    settings.LANGUAGE_CODE = "en"

    def run(*narrowed: str, since: str = "", until: str = "", out: str = "report.csv") -> Any:
        today = clock.today().isoformat()
        call_command(
            "incident_report",
            "--since",
            since or today,
            "--until",
            until or today,
            "--out",
            str(tmp_path / out),
            *narrowed,
        )
        with (tmp_path / out).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file)), json.loads(capsys.readouterr().out)

    return run


def _of(rows: list[dict[str, str]], way: Way) -> list[dict[str, str]]:
    return [row for row in rows if row["How"] == way.label]


def test_a_number_that_was_shown_is_told_masked(cast: Cast, entry: Entry, report: Report) -> None:
    reveal_number(entry=entry, by=cast.actor("reviewer"), reason="核对身份证件")

    rows, summary = report("--user", "reviewer")
    (shown,) = _of(rows, Way.REVEAL)

    assert (shown["Person"], shown["Reason or purpose"]) == ("reviewer", "核对身份证件")
    assert (shown["Party reached"], shown["Code or number"]) == ("王**", MASKED)
    assert summary["ways"]["REVEAL"] == {"how": "Full number shown", "lines": 1, "entries": 0, "persons": 1}


def test_no_number_and_no_name_stands_in_the_file(cast: Cast, entry: Entry, report: Report) -> None:
    reveal_number(entry=entry, by=cast.actor("reviewer"), reason="核对")
    search_number(document_type="CITIZEN", number=NUMBER, by=cast.actor("clerk"), reason="来访")

    rows, _summary = report()
    text = str(rows)

    assert MASKED in text
    assert NUMBER not in text
    assert "王小明" not in text


def test_what_a_system_fetched_has_a_line_an_entry(cast: Cast, entry: Entry, company: Entry, report: Report) -> None:
    client, _secret = register_client(cast.finance, "财政监管系统", ("feed",), by=SYSTEM)
    last = entry.last_publication
    assert last is not None
    log_handout(
        way=HandoutWay.FEED,
        credit_list=cast.black,
        number_count=1,
        by=Actor(client=client),
        after=f"e1:{(last.first_seq or 0) - 1}",
        up_to=f"e1:{last.last_seq}",
    )
    log_handout(
        way=HandoutWay.SNAPSHOT,
        credit_list=cast.black,
        number_count=1,
        by=Actor(client=client),
        up_to=f"e1:{last.last_seq}",
    )

    rows, summary = report("--client", client.client_id)

    assert {row["How"] for row in rows} == {Way.FETCHED.label, Way.SNAPSHOT.label}
    assert {row["Record reached"] for row in rows} == {f"entry {entry.pk}"}
    assert {row["API client"] for row in rows} == {"财政监管系统"}
    assert (summary["entries"], summary["persons"]) == (1, 1)


def test_a_push_counts_when_it_was_taken(cast: Cast, entry: Entry, report: Report) -> None:
    last = entry.last_publication
    assert last is not None
    cursor, _is_new = Cursor.objects.get_or_create(
        unit=cast.finance,
        credit_list=cast.black,
        defaults={"via": Via.PUSH, "epoch": "e1", "next_attempt_at": clock.now()},
    )
    sent = {"kind": MessageKind.CHANGES, "epoch": "e1", "from_seq": 0, "to_seq": last.last_seq, "ms": 1, "size": 1}
    for status in (200, 503):
        PushAttempt.objects.create(cursor=cursor, status=status, at=clock.now(), **sent)

    rows, _summary = report("--unit", "finance")

    assert [row["Record reached"] for row in _of(rows, Way.PUSHED)] == [f"entry {entry.pk}"]


def test_pages_that_were_seen_come_from_the_log(
    cast: Cast, entry: Entry, report: Report, tmp_path: Path, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    """The log as the program itself writes it, with a line that a crash cut off."""
    handler = logging.StreamHandler((tmp_path / "web.log").open("w", encoding="utf-8"))
    handler.setFormatter(ProcessorFormatter(processor=JSONRenderer()))
    logging.getLogger().addHandler(handler)
    with caplog.at_level(logging.INFO):
        sign_in(cast.reviewer).get(f"/entries/{entry.pk}/")
    logging.getLogger().removeHandler(handler)
    handler.stream.write('{"event": "request_finished", "requ')
    handler.stream.close()

    rows, _summary = report("--user", "reviewer", "--log", str(tmp_path / "web.log"))

    assert [row["Record reached"] for row in _of(rows, Way.PAGE)] == [f"GET /entries/{entry.pk}/"]


def test_steps_and_the_history_say_who_changed_what(cast: Cast, entry: Entry, report: Report) -> None:
    rows, _summary = report()

    assert {"publish", "draft"} & {row["Reason or purpose"] for row in _of(rows, Way.STEP)}
    assert f"lists.Entry {entry.pk}" in {row["Record reached"] for row in _of(rows, Way.CHANGED)}


@pytest.mark.parametrize(
    ("narrowed", "reached"),
    [
        (["--user", "finance_clerk"], set()),
        (["--list", "red"], {"company"}),
        (["--list", "black"], {"entry"}),
        ([], {"entry", "company"}),
    ],
)
def test_it_is_narrowed(
    cast: Cast, entry: Entry, company: Entry, report: Report, narrowed: list[str], reached: set[str]
) -> None:
    codes = {"red": cast.red.code, "black": cast.black.code, "finance_clerk": cast.finance_clerk.username}
    rows, _summary = report(*(codes.get(word, word) for word in narrowed))
    named = {"entry": str(entry.pk), "company": str(company.pk)}

    assert {name for name, key in named.items() if key in str(rows)} == reached


def test_only_what_lies_in_the_period_is_told(cast: Cast, entry: Entry, report: Report) -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    rows, summary = report(since=tomorrow, until=tomorrow)

    assert rows == []
    assert summary["lines"] == 0


def test_the_report_is_itself_written_down(cast: Cast, entry: Entry, report: Report, tmp_path: Path) -> None:
    _rows, summary = report("--by", cast.auditor.username, "--reason", "疑似泄露")
    written = IncidentReport.objects.get()

    assert (written.made_by, written.reason, written.sha256) == (cast.auditor, "疑似泄露", summary["sha256"])
    assert written.account
    assert written.line_count == summary["lines"] > 0
    assert (tmp_path / "report.csv").stat().st_mode & 0o777 == 0o600


def test_the_row_stays_as_it_is(cast: Cast, entry: Entry, report: Report) -> None:
    report()
    for act in (lambda: IncidentReport.objects.update(reason="x"), lambda: IncidentReport.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_nobody_but_the_audit_administrator_asks_for_it(cast: Cast, report: Report, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Your role does not include this act"):
        report("--by", cast.coordinator.username)

    assert not IncidentReport.objects.exists()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--user", "nobody"], "There is no user 'nobody'"),
        (["--by", "nobody"], "There is no active user 'nobody'"),
        (["--since", "2026-02-30"], "is no day and no time"),
        (["--until", "2020-01-01"], "The period ends before it begins"),
        (["--out", "report.pdf"], "There is no such format"),
        (["--log", "/nowhere/web.log"], "/nowhere/web.log: No such file or directory"),
        (["--out", "/nowhere/report.csv"], "No such file or directory"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, settings: Any, arguments: list[str], said: str) -> None:
    settings.LANGUAGE_CODE = "en"
    with pytest.raises(CommandError, match=said):
        call_command("incident_report", "--since", "2026-01-01", "--until", "2026-12-31", *arguments)


def test_a_workbook_says_the_same(cast: Cast, entry: Entry, report: Report, tmp_path: Path) -> None:
    rows, _summary = report()
    today = clock.today().isoformat()
    call_command("incident_report", "--since", today, "--until", today, "--out", str(tmp_path / "report.xlsx"))
    sheet = CalamineWorkbook.from_path(tmp_path / "report.xlsx").get_sheet_by_index(0).to_python()

    assert len(sheet) >= len(rows) + 1
    assert "王小明" not in str(sheet)


def test_lines_cost_no_queries(cast: Cast, entry: Entry, report: Report) -> None:
    reveal_number(entry=entry, by=cast.actor("reviewer"), reason="核对")
    with CaptureQueriesContext(
        connection,
    ) as one:
        report()
    for _ in range(20):
        reveal_number(entry=entry, by=cast.actor("reviewer"), reason="核对")
    with CaptureQueriesContext(connection) as many:
        report()

    assert len(many) == len(one)


def test_every_log_of_steps_and_every_history_is_read(cast: Cast, entry: Entry) -> None:
    """A new table of moves or versions is found by itself."""
    from jinan_credit.oversight.selectors.accesses import _sources

    statements = "\n".join(source for _way, source in _sources())
    tables = {
        model._meta.db_table
        for model in apps.get_models()
        if hasattr(model, "pgh_tracked_model") or model._meta.db_table.endswith("move")
    }

    assert {table for table in tables if f"FROM {table} " not in statements} == set()


def exported(cast: Cast, query: str = "", source: str = "entries", who: str = "reviewer") -> EntryExport:
    export = request_export(
        query=query, reason="核对台账", by=cast.actor(who), file_format=ExportFormat.CSV, source=source
    )
    run_export(export.pk)
    export.refresh_from_db()
    assert export.status == "READY", export.failure
    return export


def test_the_rows_of_an_export_are_told(cast: Cast, entry: Entry, company: Entry, report: Report) -> None:
    export = exported(cast, "credit_list=TBLACK")

    rows, summary = report("--user", "reviewer")
    whole, line = sorted(_of(rows, Way.EXPORTED), key=lambda row: row["Party reached"])

    assert (whole["Count"], whole["Reason or purpose"]) == ("1", "核对台账")
    assert line["Record reached"] == f"export {export.pk} of entries"
    assert (line["Party reached"], line["Code or number"], line["List"]) == ("王**", MASKED, cast.black.code)
    assert summary["ways"]["EXPORTED"] == {"how": "Exported to a file", "lines": 2, "entries": 1, "persons": 1}


def test_so_are_those_of_a_file_of_figures(cast: Cast, entry: Entry, company: Entry, report: Report) -> None:
    exported(cast, "figure=entries", source=ROWS["entries"].source, who="coordinator")

    rows, _summary = report("--list", cast.black.code)

    assert [row["Party reached"] for row in _of(rows, Way.EXPORTED)] == ["王**"]


def test_which_entries_were_in_a_file_is_never_changed(cast: Cast, entry: Entry) -> None:
    exported(cast)
    assert ExportedEntries.objects.get().entries == [entry.pk]

    with pytest.raises(DatabaseError), transaction.atomic():
        ExportedEntries.objects.update(entries=[])
    with pytest.raises(DatabaseError), transaction.atomic():
        ExportedEntries.objects.all().delete()
