"""Executions as a file: what stands in it, for whom; asked for with a reason, fetched by who asked."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jinan_credit.kernel.errors import DomainError
from lists.enums import ExportStatus
from lists.models import EntryExport
from lists.services.exports import fetch_export, request_export, run_export
from sanctions.enums import Outcome
from sanctions.models import Execution
from sanctions.services.executions import cancel_execution
from tests.cast import Cast
from tests.lists.browser import signed_in
from tests.sanctions.conftest import a_person, an_execution

pytestmark = pytest.mark.usefixtures("own_files")
EVIL = '=HYPERLINK("http://example.invalid","x")'


def exported(cast: Cast, who: str, query: str = "") -> EntryExport:
    export = request_export(query=query, reason="年度检查", source="executions", by=cast.actor(who))
    run_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.READY, export.failure
    return export


def rows(cast: Cast, who: str, query: str = "") -> list[list[Any]]:
    with fetch_export(export=exported(cast, who, query), by=cast.actor(who)) as file:
        return CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(0).to_python()[1:]


def test_each_takes_what_he_sees_on_the_page(cast: Cast) -> None:
    an_execution(cast, seed=1, name="济南一号有限公司", note="某某已缴清")
    person = an_execution(cast, seed=2, **a_person())
    cancel_execution(execution=an_execution(cast, seed=3), by=cast.actor("finance_clerk"), reason="误填")
    assert {who: len(rows(cast, who)) for who in ("finance_clerk", "clerk", "coordinator", "transport_clerk")} == {
        "finance_clerk": 3,
        "clerk": 3,
        "coordinator": 3,
        "transport_clerk": 0,
    }
    assert len(rows(cast, "clerk", "whose=own")) == 0
    cells = {row[-1]: row for row in rows(cast, "finance_clerk")}
    line = cells[str(person.pk)]
    assert line[1] == "欧***"
    assert person.entry is not None
    assert line[3] == person.entry.subject.masked_number
    assert line[4:7] == ["测试财政局", Outcome.APPLIED.label, cast.ban.content]
    assert "某某已缴清" not in str(cells)
    assert "欧阳测试" in str(rows(cast, "clerk")), "the deciding unit's own entry"


def test_nothing_in_it_is_a_formula(cast: Cast) -> None:
    made = an_execution(cast)
    Execution.objects.filter(pk=made.pk).update(matter=EVIL)
    with fetch_export(export=exported(cast, "finance_clerk"), by=cast.actor("finance_clerk")) as file:
        book = file.read()
    (row,) = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[1:]
    assert "HYPERLINK" in str(row[8])
    csv = request_export(query="", reason="x", file_format="CSV", source="executions", by=cast.actor("finance_clerk"))
    run_export(csv.pk)
    with fetch_export(export=csv, by=cast.actor("finance_clerk")) as file:
        assert ",=HYPER" not in file.read().decode().replace('"', "")


def test_asked_for_on_the_page_and_kept_with_the_reason(cast: Cast, own_files: Path) -> None:
    an_execution(cast)
    officer, other = signed_in(cast.finance_clerk), signed_in(cast.transport_clerk)
    assert reverse("export_new", args=["executions"]) in officer.get("/executions/?outcome=APPLIED").content.decode()
    address = f"{reverse('export_new', args=['executions'])}?outcome=APPLIED&x=1"
    assert officer.get(address).context["count"] == 1
    assert officer.post(address, {"format": "XLSX", "reason": ""}).status_code == 400
    assert officer.post(address, {"format": "XLSX", "reason": "年度检查"}).status_code == 302
    export = EntryExport.objects.get()
    assert (export.source, export.query, export.reason) == ("executions", "outcome=APPLIED", "年度检查")
    assert export.filters
    run_export(export.pk)
    fetched = officer.get(reverse("export_file", args=[export.pk]))
    assert "attachment" in fetched["Content-Disposition"]
    assert b"".join(fetched.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert other.get(reverse("export_file", args=[export.pk])).status_code == 404
    assert officer.get(reverse("exports")).status_code == 200
    assert officer.get(reverse("export_new", args=["nothing"])).status_code == 404


def test_filters_that_are_wrong_are_refused(cast: Cast) -> None:
    with pytest.raises(DomainError) as refused:
        request_export(query="since=gestern", reason="x", source="executions", by=cast.actor("finance_clerk"))
    assert refused.value.code == "filters_not_valid"


def test_it_costs_the_same_for_one_and_for_ten(cast: Cast) -> None:
    def cost() -> int:
        export = request_export(query="", reason="x", source="executions", by=cast.actor("finance_clerk"))
        with CaptureQueriesContext(connection) as captured:
            run_export(export.pk)
        return len(captured)

    an_execution(cast, seed=1)
    cost()
    one = cost()
    for seed in range(2, 11):
        an_execution(cast, seed=seed)
    assert cost() == one
