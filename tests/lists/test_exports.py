"""Exports: what stands in the file, who may have it, what becomes of a job that is killed, how long a link holds."""

import csv
import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.formulas import safe_cell
from lists.enums import ExportFormat, ExportStatus
from lists.models import Entry, EntryExport
from lists.services import exports
from lists.services.exports import expire_exports, fetch_export, request_export, run_export
from lists.tasks import sweep_exports
from tests.cast import Cast, publish_many, publish_one
from tests.lists.browser import signed_in
from tests.lists.test_pages_finding import a_person, drafts

EVIL = '=HYPERLINK("http://example.invalid","x")'


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def exported(cast: Cast, who: str = "clerk", **values: Any) -> EntryExport:
    given = {"query": "", "reason": "年度检查", "by": cast.actor(who), **values}
    export = request_export(**given)
    run_export(export.pk)
    export.refresh_from_db()
    return export


def content(cast: Cast, export: EntryExport, who: str = "clerk") -> bytes:
    with fetch_export(export=export, by=cast.actor(who)) as file:
        return file.read()


def rows(cast: Cast, export: EntryExport, who: str = "clerk") -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(cast, export, who)))
    return book.get_sheet_by_index(0).to_python()[1:]


def test_an_export_holds_what_matches_and_what_one_may_see(cast: Cast) -> None:
    publish_many(cast, 5)
    drafts(cast, 2, seed=9)
    assert len(rows(cast, exported(cast))) == 7
    assert len(rows(cast, exported(cast, query="state=DRAFT"))) == 2
    assert len(rows(cast, exported(cast, "finance_clerk"), "finance_clerk")) == 5
    assert rows(cast, exported(cast, "stranger"), "stranger") == []
    one = publish_one(cast, seed=3)
    (found,) = rows(cast, exported(cast, query=f"text={one.subject.code}"))
    assert one.subject_name in found
    assert str(one.pk) in found


def test_who_lost_a_role_fetches_nothing_that_he_asked_for_with_it(cast: Cast) -> None:
    """The coordinator had every unit's rows written; now he is a clerk, who would not see them."""
    publish_many(cast, 3)
    export = exported(cast, "coordinator")
    address, client = reverse("export_file", args=[export.pk]), signed_in(cast.coordinator)
    assert client.get(address).getvalue() == content(cast, export, "coordinator")
    RoleGrant.objects.create(user=cast.coordinator, role=Role.CLERK)
    assert client.get(address).getvalue()

    RoleGrant.objects.filter(user=cast.coordinator, role=Role.COORDINATOR).delete()
    assert client.get(address).status_code == 404
    assert list(EntryExport.objects.visible_to(cast.actor("coordinator"))) == []


def test_persons_are_masked_by_who_reads(cast: Cast) -> None:
    _entry, number = a_person(cast)
    own = rows(cast, exported(cast))[0]
    other = rows(cast, exported(cast, "finance_clerk"), "finance_clerk")[0]
    assert "王测试" in own
    assert "王测试" not in other
    assert "王**" in other
    for row in (own, other):
        assert number not in row
        assert f"{number[:6]}********{number[-4:]}" in row


@pytest.mark.parametrize("file_format", ExportFormat.values)
def test_formulas_are_text(cast: Cast, file_format: str) -> None:
    publish_one(cast, name=EVIL, grounds="@SUM(1)", representative="+1")
    raw = content(cast, exported(cast, file_format=file_format))
    if file_format == ExportFormat.CSV:
        (row,) = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))[1:]
        assert not [cell for cell in row if cell.startswith(("=", "@", "+", "-"))]
        assert f"'{EVIL}" in row
    else:
        (row,) = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()[1:]
        assert EVIL in row
        assert b"<f>" not in raw


def test_safe_cells() -> None:
    assert [safe_cell(text) for text in ("=1", "+1", "-1", "@a", "\t=1", "＝1", "a=1", "")] == [
        "'=1",
        "'+1",
        "'-1",
        "'@a",
        "'\t=1",
        "'＝1",
        "a=1",
        "",
    ]


def test_the_record_says_who_took_what_and_why(cast: Cast) -> None:
    publish_many(cast, 3)
    export = exported(cast, query=f"credit_list={cast.black.code}")
    raw = content(cast, export)
    export.refresh_from_db()
    assert (export.made_by, export.unit, export.reason) == (cast.clerk, cast.court, "年度检查")
    assert cast.black.name in export.filters
    assert (export.row_count, export.downloads) == (3, 1)
    assert export.sha256 == hashlib.sha256(raw).hexdigest()
    assert export.events.count() >= 3  # type: ignore[attr-defined]


def test_empty_and_one_row_exports_are_files_too(cast: Cast) -> None:
    assert exported(cast).row_count == 0
    publish_one(cast)
    assert exported(cast, file_format="CSV").row_count == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": " "}, "reason_missing"),
        ({"query": "state=X"}, "filters_not_valid"),
        ({"query": "text=" + "x" * 2001}, "filters_not_valid"),
        ({"file_format": "PDF"}, "format_unknown"),
    ],
)
def test_refusals(cast: Cast, values: dict[str, str], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        request_export(**{"query": "", "reason": "x", "by": cast.actor("clerk"), **values})
    assert refusal.value.code == code
    assert not EntryExport.objects.exists()


def test_only_a_few_exports_wait_at_once(cast: Cast) -> None:
    for _number in range(exports.MOST_WAITING):
        request_export(query="", reason="x", by=cast.actor("clerk"))
    with pytest.raises(DomainError) as refusal:
        request_export(query="", reason="x", by=cast.actor("clerk"))
    assert refusal.value.code == "exports_waiting"


def test_a_job_that_a_worker_holds_or_has_done_is_not_done_again(cast: Cast) -> None:
    """What becomes of it when its worker is killed: tests/integration."""
    publish_many(cast, 3)
    held = request_export(query="", reason="x", by=cast.actor("clerk"))
    assert exports._claim(held.pk) is not None
    run_export(held.pk)
    held.refresh_from_db()
    assert (held.status, held.attempts) == (ExportStatus.RUNNING, 1)
    done = exported(cast)
    run_export(done.pk)
    assert EntryExport.objects.get(pk=done.pk).sha256 == done.sha256


def test_a_slow_worker_that_lost_its_lease_keeps_nothing(cast: Cast) -> None:
    publish_many(cast, 2)
    export = request_export(query="", reason="x", by=cast.actor("clerk"))
    first = exports._claim(export.pk)
    assert first is not None
    with time_machine.travel(clock.now() + exports.LEASE + timedelta(seconds=1)):
        run_export(export.pk)
    with pytest.raises(exports.LeaseLost):
        exports._keep(first, io.BytesIO(b"late"), 1)
    export.refresh_from_db()
    assert export.row_count == 2


def test_a_worker_that_dies_while_it_keeps_its_file_leaves_none(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the file and the word that it is ready."""
    publish_many(cast, 2)
    export = request_export(query="", reason="x", by=cast.actor("clerk"))
    monkeypatch.setattr(exports, "timedelta", _die)
    with pytest.raises(KeyboardInterrupt):
        run_export(export.pk)
    monkeypatch.undo()
    (orphan,) = Path(export.file.storage.location, "exports").iterdir()
    with time_machine.travel(clock.now() + exports.LEASE + timedelta(seconds=1)):
        run_export(export.pk)
    export.refresh_from_db()
    (stored,) = orphan.parent.iterdir()
    assert (export.status, export.file.name) == (ExportStatus.READY, f"exports/{stored.name}")
    assert stored != orphan


def _die(**_words: Any) -> None:
    raise KeyboardInterrupt


def test_a_job_that_dies_again_and_again_fails_in_words(cast: Cast) -> None:
    export = request_export(query="", reason="x", by=cast.actor("clerk"))
    EntryExport.objects.filter(pk=export.pk).update(attempts=exports.MOST_ATTEMPTS)
    run_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.FAILED
    assert export.failure


def test_more_rows_than_the_rules_allow_are_refused_in_words(cast: Cast) -> None:
    publish_many(cast, 3)
    export = request_export(query="", reason="x", by=cast.actor("clerk"))
    type(export.rules).objects.filter(pk=export.rules_id).update(parameters={"keep_hours": 1, "most_rows": 2})
    run_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.FAILED
    assert not export.file


def test_who_lost_his_role_gets_no_file(cast: Cast) -> None:
    export = request_export(query="", reason="x", by=cast.actor("clerk"))
    RoleGrant.objects.filter(user=cast.clerk).delete()
    run_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.FAILED


def test_a_link_expires_and_the_file_goes(cast: Cast) -> None:
    publish_one(cast)
    export = exported(cast)
    stored = export.file.path
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        with pytest.raises(DomainError) as refusal:
            fetch_export(export=export, by=cast.actor("clerk"))
        assert refusal.value.code == "export_expired"
        assert expire_exports() == 1
        assert expire_exports() == 0
    export.refresh_from_db()
    assert (export.status, export.row_count, bool(export.file)) == (ExportStatus.EXPIRED, 1, False)
    assert not Path(stored).exists()
    sweep_exports()


def test_only_who_asked_may_have_it(cast: Cast) -> None:
    publish_one(cast)
    export = exported(cast)
    for who in (cast.reviewer, cast.coordinator, cast.stranger):
        client = signed_in(who)
        assert client.get(reverse("export", args=[export.pk])).status_code == 404
        assert client.get(reverse("export_file", args=[export.pk])).status_code == 404
    assert EntryExport.objects.get().downloads == 0


def test_the_way_of_an_export_through_the_pages(cast: Cast) -> None:
    publish_many(cast, 4)
    client = signed_in(cast.clerk)
    address = f"{reverse('export_new')}?state=PUBLISHED"
    assert client.get(address).context["count"] == 4
    assert client.post(address, {"format": "XLSX", "reason": ""}).status_code == 400
    page = client.post(address, {"format": "XLSX", "reason": "年度检查"})["Location"]
    waiting = client.get(page)
    assert "progress" in waiting.content.decode()
    (export,) = EntryExport.objects.all()
    assert client.get(reverse("export_file", args=[export.pk])).status_code == 409
    assert "HX-Refresh" not in client.get(page, headers={"HX-Request": "true"})
    run_export(export.pk)
    assert client.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert reverse("export_file", args=[export.pk]) in client.get(page).content.decode()
    file = client.get(reverse("export_file", args=[export.pk]))
    assert "attachment" in file["Content-Disposition"]
    assert file.getvalue()[:2] == b"PK"
    assert "no-store" in file["Cache-Control"]
    assert client.get(reverse("exports")).status_code == 200


def test_queries_of_an_export_do_not_grow_with_its_rows(cast: Cast) -> None:
    costs = []
    for seed, count in enumerate((1, 9, 90)):
        publish_many(cast, count, seed=seed)
        export = request_export(query="", reason="x", by=cast.actor("clerk"))
        with CaptureQueriesContext(connection) as queries:
            run_export(export.pk)
        costs.append(len(queries))
    assert Entry.objects.count() == 100
    assert costs[0] == costs[1] == costs[2], costs
