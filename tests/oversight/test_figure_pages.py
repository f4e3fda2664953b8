"""The pages of figures: each count opens as many rows, each file says the same numbers."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker
from python_calamine import CalamineWorkbook

from catalog.enums import VersionState
from catalog.models import Measure, MeasureResponsibility, MemorandumVersion
from jinan_credit.accounts import tables
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.kernel import clock
from jinan_credit.oversight.filters import NO_MATTER, Scope
from jinan_credit.oversight.pages import PAGES
from jinan_credit.oversight.rows import ROWS
from jinan_credit.oversight.selectors.measures import measure_uses
from jinan_credit.oversight.services.keeping import keep_figures
from jinan_credit.oversight.services.quality import count_quality
from jinan_credit.oversight.tables import FigureRowsTable
from jinan_credit.oversight.views import figures
from lists.enums import ListKind
from lists.models import Publication
from lists.services.export_sources import SOURCES
from lists.services.removals import expire_entries
from objections.services.objections import not_accept_objection, submit_objection
from sanctions.models import Screening, UnitTask
from sanctions.services.executions import Report, answer_hit
from sanctions.services.unit_tasks import sign_task
from tests.cast import Cast, make_list, publish_one
from tests.oversight.conftest import SignIn
from tests.oversight.supervising import issued
from tests.oversight.test_dashboard import links
from tests.sanctions.conftest import an_execution, organisation, screened
from tests.sanctions.parties import ndjson, screened_file

PAST = (30, 20, 9, 0)
APPLICANT = Applicant("申请企业", Relation.SELF, "91370100MA0000001X", "0531-11112222")


@pytest.fixture(scope="module")
def busy_city(city_of_the_module: Cast, django_db_blocker: DjangoDbBlocker) -> None:
    """A month: publications, hits applied and not applied, terms that ended in time and late, an objection decided,
    a unit urged. Made once, and rolled back with the city."""
    with django_db_blocker.unblock():
        keep_busy(city_of_the_module)


@pytest.fixture
def busy(busy_city: None, cast: Cast) -> Cast:
    return cast


def keep_busy(cast: Cast) -> None:
    for back in PAST:
        with time_machine.travel(clock.now() - timedelta(days=back)):
            an_execution(cast, seed=back + 1)
    entry = publish_one(cast, seed=50)
    hit = screened(organisation(str(entry.subject.code)), cast.actor("finance_clerk")).hits.get()
    refused = Report(outcome="NOT_APPLIED", performed_on=clock.today(), reason="该单位无此权限")
    answer_hit(hit=hit, report=refused, by=cast.actor("finance_clerk"))
    with time_machine.travel(clock.now() - timedelta(days=15)):
        day = clock.today()
        for seed, lasts in ((60, 3), (61, 1)):
            publish_one(cast, seed=seed, term_from=day, term_to=day + timedelta(days=lasts))
    with time_machine.travel(clock.now() - timedelta(days=11)):
        expire_entries()
    objection = submit_objection(
        entry=entry, applicant=APPLICANT, grounds="OTHER", statement="异议", by=SYSTEM
    ).objection
    not_accept_objection(objection=objection, by=cast.actor("clerk"), reason="无关")
    count_quality()
    issued(cast)


@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize("code", PAGES)
def test_every_count_opens_as_many_rows(busy: Cast, sign_in: SignIn, code: str, is_kept: bool) -> None:
    if is_kept:
        keep_figures()
    page = sign_in(busy.coordinator)
    shown = page.get(f"/oversight/figures/{code}/?list=" if code == "measures" else f"/oversight/figures/{code}/")
    assert shown.status_code == 200
    counted = links(shown.content.decode())
    if code != "weeks":
        assert counted, "the page counts something"
    for url, count in counted:
        rows = page.get(url)
        assert rows.context["total"] == count == len(list(rows.context["table"].data)), url


@pytest.mark.parametrize("code", ["units", "measures", "screenings", "terms", "quality"])
def test_beyond_the_countable_the_total_stays_the_figure_and_turning_ends(
    busy: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(tables, "MOST_COUNTED", 1)
    monkeypatch.setattr(figures, "MOST_COUNTED", 1)
    page = sign_in(busy.coordinator)
    counted = [one for one in links(page.get(f"/oversight/figures/{code}/").content.decode()) if one[1] > 1]
    assert counted
    for url, count in counted:
        shown = page.get(url).context
        assert shown["table"].paginator.count == 1
        is_narrowed = "measure=" in url or code == "quality"
        assert (shown["total"], shown["about"] is None) == ((None, False) if is_narrowed else (count, True)), url


def test_a_cell_of_the_heat_map_opens_what_is_missing(busy: Cast, sign_in: SignIn) -> None:
    page = sign_in(busy.coordinator)
    [shown] = page.get("/oversight/figures/weeks/?show=sign_rate").context["sheets"]
    cells = [(line, cell) for line in shown["sheet"].lines for cell in line.cells if cell.value is not None]
    assert len(cells) >= 2 * len({clock.today() - timedelta(days=back) for back in PAST}) - 2
    for _line, cell in cells:
        rows = page.get(cell.url)
        assert cell.value == 0
        assert (
            rows.context["total"] == len([task for task in rows.context["table"].data if task.state == "TO_SIGN"]) > 0
        )


def test_the_heat_map_begins_with_the_newest_week(busy: Cast, sign_in: SignIn) -> None:
    [shown] = sign_in(busy.coordinator).get("/oversight/figures/weeks/").context["sheets"]
    today = clock.today()
    assert shown["sheet"].columns[0].label == f"{today - timedelta(days=today.weekday()):%m-%d}"


@pytest.mark.parametrize("path", ["/supervision/", "/push/", "/push/stale-copies/", "/oversight/tasks/"])
def test_the_menu_says_where_one_is(busy: Cast, sign_in: SignIn, path: str) -> None:
    assert sign_in(busy.coordinator).get(path).context["menu_here"] in ("/oversight/", "/push/")


def test_no_two_heads_of_the_terms_are_the_same(busy: Cast, sign_in: SignIn) -> None:
    [shown] = sign_in(busy.coordinator).get("/oversight/figures/terms/").context["sheets"]
    heads = [column.label for column in shown["sheet"].columns]
    assert len(set(heads)) == len(heads)


def test_what_is_never_applied_stands_first_with_why(busy: Cast, sign_in: SignIn) -> None:
    page = sign_in(busy.coordinator)
    [shown] = page.get("/oversight/figures/measures/").context["sheets"]
    names = [line.name for line in shown["sheet"].lines]
    assert names.index(busy.warning.content) < names.index(busy.ban.content)
    [never] = page.get("/oversight/figures/measures/?never=yes").context["sheets"]
    assert busy.ban.content not in [line.name for line in never["sheet"].lines]
    assert busy.warning.content in [line.name for line in never["sheet"].lines]
    rows = page.get(f"/oversight/executions/?figure=not_applied&measure={busy.ban.pk}")
    assert rows.context["total"] == 1
    assert "该单位无此权限" in rows.content.decode()


def of_measure(cast: Cast) -> tuple[int, int]:
    """By how many units the ban was applied, how often."""
    week = Scope(clock.today() - timedelta(days=40), clock.today())
    [use] = [use for use in measure_uses(week) if use.measure.code == cast.ban.code]
    return use.applying, use.applied


def test_a_measure_stays_the_same_when_its_memorandum_is_revised(busy: Cast, sign_in: SignIn) -> None:
    before = of_measure(busy)
    assert before == (1, len(PAST))
    old = busy.ban.version
    MemorandumVersion.objects.filter(pk=old.pk).update(valid_to=clock.today() - timedelta(days=1))
    revised = MemorandumVersion.objects.create(
        memorandum=old.memorandum, number=2, state=VersionState.IN_FORCE, valid_from=clock.today()
    )
    ban = Measure.objects.get(pk=busy.ban.pk)
    ban.pk, ban.version = None, revised
    ban.save(force_insert=True)
    ban.bases.set(busy.ban.bases.all())
    MeasureResponsibility.objects.create(measure=ban, unit=busy.finance)
    assert of_measure(busy) == before
    rows = sign_in(busy.coordinator).get(f"/oversight/executions/?figure=applied&measure={ban.pk}")
    assert rows.context["total"] == len(PAST)


def test_what_was_applied_on_a_list_that_left_the_memorandum_is_counted_and_shown(busy: Cast, sign_in: SignIn) -> None:
    """A second list of the memorandum keeps the measure on the page."""
    make_list("TBLACK2", "另一测试名单", ListKind.BLACK, busy.court, busy.ban.version.memorandum)
    busy.black.memoranda.clear()
    assert of_measure(busy) == (1, len(PAST))
    rows = sign_in(busy.coordinator).get(f"/oversight/executions/?figure=applied&measure={busy.ban.pk}")
    assert rows.context["total"] == len(PAST)


def test_terms_are_out_in_time_or_late(busy: Cast, sign_in: SignIn) -> None:
    [shown] = sign_in(busy.coordinator).get("/oversight/figures/terms/").context["sheets"]
    assert [cell.value for cell in shown["sheet"].total.cells] == [2, 1, 1, 0, 0.5]


@pytest.mark.parametrize("code", ROWS)
def test_rows_are_sorted_by_every_column_that_offers_it(busy: Cast, sign_in: SignIn, code: str) -> None:
    client = sign_in(busy.coordinator)
    for figure in ROWS[code].figures:
        page = client.get(f"/oversight/{code}/?figure={figure}").content.decode()
        for query in re.findall(r'class="sort-link" href="([^"]+)"', page):
            assert client.get(f"/oversight/{code}/{unescape(query)}").status_code == 200, query


def test_rows_of_tasks_say_when_they_were_signed(busy: Cast, sign_in: SignIn) -> None:
    task = UnitTask.objects.filter(unit=busy.finance).earliest("made_at")
    sign_task(task=task, by=busy.actor("finance_clerk"))
    page = sign_in(busy.coordinator).get("/oversight/tasks/?figure=signed")
    [row] = page.context["table"].paginated_rows
    assert f"{clock.today()}" in str(row.get_cell("signed_day"))


def test_many_entries_are_grouped_as_everywhere() -> None:
    row = FigureRowsTable([UnitTask(publication=Publication(count=20_000))]).rows[0]
    assert row.get_cell("count") == "20,000"


def test_what_is_missing_leads_to_what_may_be_urged(busy: Cast, sign_in: SignIn) -> None:
    address, door = "/oversight/tasks/?figure=not_signed", "&amp;figure=overdue"
    assert door in sign_in(busy.coordinator).get(address).content.decode()
    assert door not in sign_in(busy.finance_clerk).get(address).content.decode()


def test_rows_of_screenings_name_no_party(busy: Cast, sign_in: SignIn) -> None:
    rows = sign_in(busy.coordinator).get("/oversight/screenings/?figure=hits")
    assert rows.context["total"] == len(PAST) + 1
    for hit in rows.context["table"].data:
        assert str(hit.entry.subject.code) not in rows.content.decode()
        assert hit.entry.subject_name not in rows.content.decode()


def test_rows_of_cases_name_no_applicant(busy: Cast, sign_in: SignIn) -> None:
    rows = sign_in(busy.coordinator).get("/oversight/cases/?sort=OBJECTION")
    assert rows.context["total"] == 1
    assert APPLICANT.name not in rows.content.decode()


@pytest.mark.parametrize("code", PAGES)
def test_the_file_says_what_the_page_says(busy: Cast, sign_in: SignIn, code: str) -> None:
    page = sign_in(busy.coordinator)
    sheets = [shown["sheet"] for shown in page.get(f"/oversight/figures/{code}/").context["sheets"]]
    answer = page.get(f"/oversight/figures/{code}/file/")
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    assert len(workbook.sheet_names) == len(sheets)
    for number, sheet in enumerate(sheets):
        rows = workbook.get_sheet_by_index(number).to_python()
        assert rows[0] == [sheet.first, *(column.label for column in sheet.columns)]
        for row, line in zip(rows[1:], sheet.all_lines, strict=False):
            assert row[0] == line.name
            for cell, value in zip(line.cells, row[1:], strict=False):
                is_number = cell.value is not None and not isinstance(cell.value, str)
                assert value == (pytest.approx(float(cell.value)) if is_number else cell.value or "")


def test_the_number_of_queries_does_not_grow(busy: Cast, sign_in: SignIn) -> None:
    page = sign_in(busy.coordinator)

    def cost(path: str) -> int:
        page.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(path).status_code == 200
        return len(captured)

    paths = [f"/oversight/figures/{code}/" for code in PAGES]
    few = [cost(path) for path in paths]
    for seed in range(70, 76):
        an_execution(busy, seed=seed)
    assert [cost(path) for path in paths] == few


@pytest.mark.parametrize("code", ROWS)
def test_the_rows_can_be_taken_as_a_file(busy: Cast, sign_in: SignIn, code: str) -> None:
    page = sign_in(busy.coordinator)
    for figure in ROWS[code].figures:
        total = page.get(f"/oversight/{code}/?figure={figure}").context["total"]
        chosen = SOURCES[ROWS[code].source].choose(f"figure={figure}", busy.actor("coordinator"))
        assert chosen is not None
        rows = [line.cells for line in chosen.lines()]
        assert len(rows) == total
        assert {len(row) for row in rows} <= {len(SOURCES[ROWS[code].source].heads())}
        assert APPLICANT.name not in str(rows)
    answer = page.get(f"/exports/new/{ROWS[code].source}/?figure={figure}")
    assert answer.status_code == 200


def test_nobody_takes_what_he_may_not_see(busy: Cast) -> None:
    finance = busy.actor("finance_clerk")
    assert SOURCES["figure-entries"].choose("", finance) is None
    chosen = SOURCES["figure-tasks"].choose(f"unit={busy.transport.code}", finance)
    assert chosen is not None
    assert {task.unit for task in chosen.rows} == {busy.finance}


def test_parties_of_batches_open_their_batches_and_add_up(busy: Cast, sign_in: SignIn) -> None:
    parties = ndjson({"code": "91370100MA0000001X"}, {"kind": "organisation", "name": "只有名称"})
    batch = screened_file(parties, busy.actor("finance_clerk"))
    page = sign_in(busy.coordinator)
    shown = page.get("/oversight/figures/screenings/").content.decode()
    found = [(url, count) for url, count in links(shown) if "/oversight/batches/" in url]
    assert found
    for url, count in found:
        rows = page.get(url)
        assert rows.context["total"] == count == sum(row.parties for row in rows.context["table"].data)
    assert [count for _url, count in found].count(batch.unknown_count) >= 2 > 0 == batch.clear_count


def test_screenings_without_a_matter_open_themselves_alone(busy: Cast, sign_in: SignIn) -> None:
    Screening.objects.filter(pk=Screening.objects.latest("screened_at").pk).update(matter_name="")
    page = sign_in(busy.coordinator)
    rows = page.get(f"/oversight/screenings/?figure=kept&matter={NO_MATTER}")
    assert rows.context["total"] == 1 < Screening.objects.count()


def test_why_measures_were_not_applied_is_counted_by_what_units_say(busy: Cast, sign_in: SignIn) -> None:
    page = sign_in(busy.coordinator)
    [reasons] = page.get("/oversight/figures/reasons/").context["sheets"]
    [line] = [one for one in reasons["sheet"].lines if one.name == "该单位无此权限"]
    [cell] = line.cells
    rows = page.get(cell.url)
    assert rows.context["total"] == cell.value == 1
    assert {row.reason for row in rows.context["table"].data} == {line.name}
    own = sign_in(busy.transport_clerk).get(cell.url)
    assert own.context["total"] == 0, "another unit's report tells nothing"
