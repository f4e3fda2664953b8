"""Up to 100,000 parties of a file, looked up at once: each as `screen` would do it, and kept."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.selectors.figures import screenings_by
from lists.enums import SubjectKind
from lists.services.purging import purge_entries
from lists.services.subjects import add_older_code
from lists.services.synthetic import citizen_number, uscc
from sanctions.api import batch_lines
from sanctions.api.batch_lines import lines_of
from sanctions.api.batch_serializers import row_out
from sanctions.enums import BatchStatus
from sanctions.models import BatchRow, Hit, PortfolioChange, Screening, ScreeningBatch
from sanctions.rules import Matter
from sanctions.selectors.batches import with_hits
from sanctions.services import batch_jobs
from sanctions.services.batch_copy import keep_copy
from sanctions.services.batches import screen_file
from sanctions.services.executions import Report, answer_hit
from sanctions.services.portfolios import keep_batch, make_portfolio
from sanctions.services.receipts import read_receipt
from tests.cast import Cast, publish_one
from tests.lists.files import xlsx
from tests.lists.test_purge import LISTED_ON, last_day, leave, on
from tests.sanctions.conftest import organisation, person, positions, screened
from tests.sanctions.parties import MATTER, csv_file, ndjson, screened_file


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def results(batch: ScreeningBatch) -> list[tuple[int, str, str]]:
    return list(batch.rows.order_by("row").values_list("row", "result", "unknown_reason"))


def test_each_party_is_clear_or_listed_or_nobody_can_tell(cast: Cast, code: str, number: str) -> None:
    listed = publish_one(cast, code=code)
    controller = {"role": "ACTUAL_CONTROLLER", "name": "甲", "document_type": "CITIZEN", "number": number}
    related = publish_one(cast, seed=5, related_persons=[controller])
    batch = screened_file(
        ndjson(
            {"kind": "organisation", "code": code, "reference": "A-1"},
            {"code": uscc(Random(2))},
            {"kind": "person", "document_number": number},
            {"document_number": citizen_number(Random(3)), "name": "乙"},
            {"kind": "organisation", "name": "某公司"},
            {"code": f"{code[:-1]}?"},
        ),
        cast.actor("finance_clerk"),
    )
    assert (batch.status, batch.row_count) == (BatchStatus.DONE, 6)
    assert results(batch) == [
        (1, "HIT", ""),
        (2, "CLEAR", ""),
        (3, "HIT", ""),
        (4, "CLEAR", ""),
        (5, "UNKNOWN", "NAME_ONLY"),
        (6, "WRONG", ""),
    ]
    assert (batch.hit_count, batch.clear_count, batch.unknown_count, batch.error_count) == (2, 2, 1, 1)
    today = clock.today()
    counted = screenings_by(Scope(today, today, cast.finance))[()]
    assert (counted.screenings, counted.with_hits, counted.cannot_tell, counted.hits) == (5, 2, 1, 2)
    assert batch.positions == positions()
    assert [(hit.entry, hit.matched_as) for hit in Hit.objects.order_by("pk")] == [
        (listed, "SUBJECT"),
        (related, "RELATED_PERSON"),
    ]
    (wrong,) = batch.rows.get(row=6).errors
    assert (wrong["column"], wrong["code"]) == ("统一社会信用代码", "bad_code")
    assert not BatchRow.objects.filter(sealed_number__contains=number).exists()


def test_it_finds_what_a_single_screening_finds(cast: Cast) -> None:
    """Also by an older code, on several lists, and not what has no force or does not concern the unit."""
    codes = [uscc(Random(seed)) for seed in range(5)]
    twice = publish_one(cast, seed=1, code=codes[0])
    publish_one(cast, seed=2, code=codes[0])
    publish_one(cast, seed=3, code=codes[1], credit_list=cast.red, dishonesty_class="")
    add_older_code(subject=twice.subject, code=codes[2], label="旧码", by=cast.actor("clerk"), reason="登记档案")
    for name in ("finance_clerk", "transport_clerk", "stranger"):
        batch = screened_file(ndjson(*({"code": code} for code in codes)), cast.actor(name))
        single = [screened(organisation(code), cast.actor(name)) for code in codes]
        assert results(batch) == [(row, one.result, one.unknown_reason) for row, one in enumerate(single, start=1)], (
            name
        )
        for row, one in enumerate(single, start=1):
            ours = batch.rows.get(row=row).screening
            found = set(ours.hits.values_list("entry", "entry_version", "matched_as")) if ours else set()
            assert found == set(one.hits.values_list("entry", "entry_version", "matched_as"))


def test_without_positions_nobody_is_cleared(cast: Cast, code: str) -> None:
    cast.black.head.delete()
    batch = screened_file(ndjson({"code": code}), cast.actor("finance_clerk"))
    assert results(batch) == [(1, "UNKNOWN", "NO_POSITION")]


def test_a_hit_is_answered_like_any_other(cast: Cast, code: str) -> None:
    publish_one(cast, code=code)
    officer = cast.actor("finance_clerk")
    batch = screened_file(ndjson({"code": code, "name": "某公司"}), officer)
    screening = batch.rows.get().screening
    assert screening is not None
    assert (screening.purpose, screening.matter_name, screening.party_name) == ("采购资格审查", MATTER.name, "某公司")
    said = read_receipt(screening.receipt)
    assert (said["result"], len(said["found"]), said["positions"]) == ("HIT", 1, batch.positions)
    report = Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.ban.pk])
    answer_hit(hit=screening.hits.get(), report=report, by=officer)
    assert screening.hits.get().state == "ANSWERED"


def test_the_receipt_of_a_batch_names_the_file_and_its_counts(cast: Cast, code: str) -> None:
    batch = screened_file(ndjson({"code": code}), cast.actor("finance_clerk"))
    said = read_receipt(batch.receipt)
    assert (said["batch"], said["file"], said["counts"]["clear"]) == (batch.pk, batch.file_hash, 1)


@pytest.mark.parametrize(
    "row",
    [
        {"主体类别": "法人", "统一社会信用代码": "91370100MA0000000X"},
        {"主体类别": "自然人", "证件类型": "居民身份证", "证件号码": "370102199001011234"},
        {"主体类别": "自然人", "证件类型": "护照", "证件号码": citizen_number(Random(1))},
        {"主体类别": "自然人", "统一社会信用代码": uscc(Random(1))},
        {"主体类别": "法人", "证件号码": citizen_number(Random(1))},
        {"主体类别": "外星人", "统一社会信用代码": uscc(Random(1))},
        {"主体名称": "没有类别"},
        {"业务编号": "只有编号"},
        {"统一社会信用代码": uscc(Random(1)), "业务编号": "长" * 101},
    ],
)
def test_a_wrong_row_is_told_and_never_clear(cast: Cast, row: dict[str, str]) -> None:
    batch = screened_file(csv_file(row), cast.actor("finance_clerk"), "parties.csv")
    assert results(batch) == [(2, "WRONG", "")]
    shown = str(batch.rows.get().errors)
    assert row.get("证件号码", "not there") not in shown, "a personal number is never repeated in clear"


def test_a_number_cell_has_lost_its_digits(cast: Cast) -> None:
    file = xlsx(["自然人", 370102199001011234], header=("kind", "document_number"))
    batch = screened_file(file, cast.actor("finance_clerk"), "parties.xlsx")
    assert batch.rows.get().errors[0]["code"] == "number_cell"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (ndjson({"code": "x", "extra": "y"}), "header_wrong"),
        (ndjson({"code": "x"}, "no object"), "line_wrong"),
        (ndjson({"code": 5}), "line_wrong"),
        (ndjson('{"code": "x"}', "[1]"), "line_wrong"),
        (io.BytesIO(b"code,other\nx,y\n"), "header_wrong"),
        (io.BytesIO(b"code\n"), "no_rows"),
        (io.BytesIO(b""), "file_empty"),
        (io.BytesIO(b"%PDF-1.7"), "file_kind_unknown"),
    ],
)
def test_what_is_no_file_of_parties_is_refused_whole(cast: Cast, file: io.BytesIO, code: str, media: Path) -> None:
    batch = screened_file(file, cast.actor("finance_clerk"))
    assert (batch.status, batch.refusal["refused"]) == (BatchStatus.REFUSED, code)
    assert not batch.rows.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_refusals(cast: Cast, code: str) -> None:
    def refused(by: str, matter: Matter = MATTER, purpose: str = "审查") -> str:
        with pytest.raises(DomainError) as refusal:
            screen_file(file=ndjson({"code": code}), file_name="x", matter=matter, purpose=purpose, by=cast.actor(by))
        return refusal.value.code

    assert refused("coordinator") == "act_not_allowed"
    assert refused("finance_clerk", purpose=" ") == "purpose_missing"
    assert refused("finance_clerk", matter=Matter(" ")) == "matter_missing"
    for _ in range(20):
        screen_file(
            file=ndjson({"code": code}), file_name="x", matter=MATTER, purpose="x", by=cast.actor("finance_clerk")
        )
    assert refused("finance_clerk") == "batches_waiting"


def test_a_batch_is_done_once(cast: Cast, code: str) -> None:
    publish_one(cast, code=code)
    batch = screened_file(ndjson({"code": code}), cast.actor("finance_clerk"))
    batch_jobs.screen_batch(batch.pk)
    assert (Screening.objects.count(), BatchRow.objects.count()) == (1, 1)
    assert batch_jobs.under_way() == [batch.pk], "its copy is owed"
    keep_copy(batch.pk)
    assert batch_jobs.under_way() == []


def test_a_few_statements_for_any_number_of_parties(cast: Cast) -> None:
    counts = []
    for size in (2, 1, 10, 100):  # the first warms up what is remembered of the catalogue
        entry = publish_one(cast, seed=size)
        parties = [{"code": entry.subject.code}, *({"code": uscc(Random(seed))} for seed in range(size))]
        given = screen_file(
            file=ndjson(*parties), file_name="x", matter=MATTER, purpose="x", by=cast.actor("finance_clerk")
        )
        with CaptureQueriesContext(connection) as queries:
            batch_jobs.screen_batch(given.pk)
        counts.append(len(queries))
    assert len(set(counts[1:])) == 1, counts


def test_results_come_in_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_lines, "PAGE", 3)
    codes = [publish_one(cast, seed=seed).subject.code for seed in range(4)]
    batch = screened_file(
        ndjson(*({"code": code} for code in [*codes, *(uscc(Random(90 + n)) for n in range(4))])),
        cast.actor("finance_clerk"),
    )
    pages = [[json.loads(line) for line in page.splitlines()] for page in lines_of(batch)]
    assert [[line["row"] for line in page] for page in pages] == [[1, 2, 3], [4, 5, 6], [7, 8]]
    assert [len(line["hits"]) for page in pages for line in page] == [1, 1, 1, 1, 0, 0, 0, 0]
    assert [measure["id"] for measure in pages[0][0]["hits"][0]["measures"]] == [cast.ban.pk]
    (page,) = lines_of(batch, after=5, limit=2)
    assert [json.loads(line)["row"] for line in page.splitlines()] == [6, 7]


def test_a_page_of_results_takes_a_constant_number_of_queries(cast: Cast) -> None:
    counts = []
    for size in (2, 1, 10, 100):
        codes = [publish_one(cast, seed=1000 * size + n).subject.code for n in range(min(size, 10))]
        batch = screened_file(
            ndjson(*({"code": code} for code in [*codes, *(uscc(Random(size + n)) for n in range(size))])),
            cast.actor("finance_clerk"),
        )
        with CaptureQueriesContext(connection) as queries:
            list(lines_of(batch))
        counts.append(len(queries))
    assert len(set(counts[1:])) == 1, counts


def test_what_postgresql_writes_has_the_shape_of_all_others(cast: Cast, code: str, number: str) -> None:
    batch = screened_file(
        ndjson(
            {"code": code, "name": '引号"与\\', "reference": "A-1"},
            {"document_number": number},
            {"name": "只有名称", "kind": "organisation"},
        ),
        cast.actor("finance_clerk"),
    )
    (written,) = lines_of(batch)
    by_python = [
        json.dumps(row_out(found), ensure_ascii=False, separators=(",", ":"))
        for found in with_hits(batch.rows.order_by("row"), batch.unit)
    ]
    assert [json.loads(line)["result"] for line in by_python] == ["clear", "clear", "unknown"]
    assert written.splitlines() == by_python


@pytest.mark.parametrize("make", [ndjson, csv_file])
def test_the_copy_holds_the_file_and_what_was_found(
    cast: Cast, code: str, number: str, make: Callable[..., io.BytesIO]
) -> None:
    entry = publish_one(cast, code=code)
    keys = {"code": "统一社会信用代码", "document_number": "证件号码", "reference": "业务编号"}
    given = [{"code": code, "reference": "A-1"}, {"document_number": number}, {"code": "bad"}]
    rows = given if make is ndjson else [{keys[key]: value for key, value in row.items()} for row in given]
    batch = screened_file(make(*rows), cast.actor("finance_clerk"), "甲.csv")
    keep_copy(batch.pk)
    batch.refresh_from_db()
    with batch.copy.open("rb") as file:
        header, *lines = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    found = [dict(zip(header, line, strict=True)) for line in lines]
    assert [line["核查结果"] for line in found] == ["命中", "未命中", "行有错误，未核查"]
    assert (found[0]["业务编号"], found[0]["命中名单"]) == ("A-1", entry.credit_list.name)
    assert found[0]["核查编号"] == str(batch.rows.get(row=batch.rows.first().row).screening_id)
    assert found[1]["证件号码"] == number
    assert "统一社会信用代码" in found[2]["核查说明"]
    keep_copy(batch.pk)
    with batch.copy.open("rb") as file:
        again = screened_file(io.BytesIO(file.read()), cast.actor("finance_clerk"), "again.xlsx")
    assert [result for _row, result, _why in results(again)] == ["HIT", "CLEAR", "WRONG"]


def test_a_party_that_is_forgotten_is_forgotten_in_its_batch(cast: Cast, code: str, media: Path) -> None:
    with time_machine.travel(LISTED_ON, tick=False):
        entry = publish_one(cast, code=code)
        batch = screened_file(ndjson({"code": code, "name": "某公司"}), cast.actor("finance_clerk"))
        keep_copy(batch.pk)
        portfolio = make_portfolio(name="甲", purpose="乙", legal_basis="丙", by=cast.actor("finance_clerk"))
        keep_batch(portfolio=portfolio, batch=batch, by=cast.actor("finance_clerk"))
        leave(cast, entry)
    entry.refresh_from_db()
    with on(last_day(entry) + timedelta(days=1)):
        assert purge_entries() == 1
    row = batch.rows.get()
    assert (row.name, row.code, row.result) == ("", "", "HIT")
    assert not PortfolioChange.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_visible_to_its_own_unit_and_the_audit(cast: Cast, code: str) -> None:
    batch = screened_file(ndjson({"code": code}), cast.actor("finance_clerk"))
    seen = {
        name: (
            ScreeningBatch.objects.visible_to(cast.actor(name)).count(),
            BatchRow.objects.visible_to(cast.actor(name)).count(),
        )
        for name in ("finance_clerk", "transport_clerk", "auditor", "coordinator")
    }
    assert seen == {
        "finance_clerk": (1, 1), "transport_clerk": (0, 0), "auditor": (1, 0), "coordinator": (0, 0),
    }  # fmt: skip
    assert batch.purpose


def test_a_person_is_found_by_number_and_never_by_name(cast: Cast, number: str) -> None:
    listed = {"kind": SubjectKind.NATURAL_PERSON, "code": "", "document_type": "CITIZEN", "representative": ""}
    publish_one(cast, name="王测试", number=number, **listed)
    batch = screened_file(
        ndjson({"kind": "person", "name": "王测试"}, {"kind": "person", "name": "别名", "document_number": number}),
        cast.actor("finance_clerk"),
    )
    assert results(batch) == [(1, "UNKNOWN", "NAME_ONLY"), (2, "HIT", "")]
    single = screened(person(number), cast.actor("finance_clerk"))
    assert single.result == "HIT"
