"""Reports to the city government: moves and who makes them, numbers without gaps, figures that stay."""

import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.http import QueryDict
from django.utils import translation

from catalog.models import KeyTask
from catalog.services.load_reference import load_reference
from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.models import User
from jinan_credit.exchange.models import OfflineCopy
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.city_report_document import document_of
from jinan_credit.oversight.city_report_sheets import REPORTED, SHORTENED, counted_sheets
from jinan_credit.oversight.enums import ReportKind, ReportState
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.models import CityReport
from jinan_credit.oversight.pages import PAGES
from jinan_credit.oversight.rules import ReportPeriod, periods_over
from jinan_credit.oversight.selectors import dashboard
from jinan_credit.oversight.selectors.supervision import supervision_figures
from jinan_credit.oversight.services.city_report import (
    discard_report,
    draft_report,
    issue_report,
    move_report,
    revise_report,
    withdraw_report,
)
from jinan_credit.oversight.services.keeping import keep_figures
from jinan_credit.oversight.sheets import Cell, Column, Kind, Line, Sheet, data_of, sheet_of
from jinan_credit.oversight.workflow import CITY_REPORT
from lists.services.synthetic import citizen_number
from tests.cast import Cast, make_cast, publish_many, publish_one
from tests.exchange.test_downloads import take
from tests.exchange.test_stale_copies import remove_first
from tests.oversight.reporting import (
    JINAN,
    QUARTER,
    TEXTS,
    YEAR,
    a_report,
    in_october,
    work_through_the_quarter,
)


@pytest.fixture(autouse=True)
def october() -> Iterator[None]:
    with in_october():
        yield


def refusal_of(call: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value


def values(sheet: Sheet) -> list[tuple[str, list[Any]]]:
    return [(line.name, [cell.value for cell in line.cells]) for line in sheet.all_lines]


def as_opened(code: str) -> list[Sheet]:
    """What a page of figures shows of the quarter."""
    coordinator = actor_of(User.objects.get(username="coordinator"))
    form = PAGES[code].form(QueryDict(f"since={QUARTER.first}&until={QUARTER.last}"), coordinator)
    assert form.scope is not None
    return PAGES[code].sheets(form.scope, form.cleaned_data)


# Periods


def test_quarters_and_years_end_before_they_are_offered() -> None:
    quarters = periods_over(ReportKind.QUARTERLY, date(2026, 10, 1))
    assert (quarters[0], quarters[0].last, quarters[0].code) == (QUARTER, date(2026, 9, 30), "2026-Q3")
    assert periods_over(ReportKind.QUARTERLY, date(2026, 9, 30))[0].code == "2026-Q2"
    assert periods_over(ReportKind.YEARLY, date(2026, 12, 31))[0] == YEAR
    assert YEAR.last == date(2025, 12, 31)
    assert [one.code for one in quarters] == [f"{year}-Q{n}" for year in (2026, 2025, 2024) for n in (4, 3, 2, 1)][1:9]
    assert ReportPeriod(ReportKind.QUARTERLY, date(2026, 1, 1)).before.code == "2025-Q4"
    with translation.override("zh-hans"):
        assert (str(QUARTER), str(YEAR)) == ("2026年第三季度", "2025年度")


def test_a_period_that_is_not_over_has_no_report(cast: Cast) -> None:
    running = ReportPeriod(ReportKind.QUARTERLY, date(2026, 10, 1))
    assert refusal_of(lambda: draft_report(period=running, by=cast.actor("coordinator"))).code == "period_not_over"
    with time_machine.travel(datetime(2026, 12, 31, 23, 59, tzinfo=JINAN), tick=False):
        assert refusal_of(lambda: draft_report(period=running, by=cast.actor("coordinator"))).code == "period_not_over"
    with time_machine.travel(datetime(2027, 1, 1, 0, 1, tzinfo=JINAN), tick=False):
        assert draft_report(period=running, by=cast.actor("coordinator")).state == "DRAFT"


def test_only_quarters_and_years_are_kept(cast: Cast) -> None:
    report = a_report(cast)
    for wrong in ({"period_from": date(2026, 8, 1)}, {"period_from": date(2026, 7, 2)}, {"kind": ReportKind.YEARLY}):
        with pytest.raises(IntegrityError, match="city_report_is_of_a_quarter_or_a_year"), transaction.atomic():
            CityReport.objects.filter(pk=report.pk).update(**wrong)


# Moves

ACTS: dict[str, Callable[[CityReport, Any], object]] = {
    "revise": lambda report, by: revise_report(report=report, texts=TEXTS, by=by),
    "issue": lambda report, by: issue_report(report=report, by=by),
    "discard": lambda report, by: discard_report(report=report, by=by, reason="重拟"),
    "withdraw": lambda report, by: withdraw_report(report=report, by=by, reason="有误"),
}
PEOPLE = ("clerk", "reviewer", "finance_clerk", "stranger", "auditor", "officer", "supervisor", "coordinator")


@pytest.mark.parametrize("state", ReportState.values)
def test_every_move_from_every_state_by_everybody(cast: Cast, state: str) -> None:
    assert {move.name for move in CITY_REPORT} == {"draft", *ACTS}
    report = a_report(cast, state)
    steps = report.moves.count()
    for name, act in ACTS.items():
        for person in PEOPLE:
            by = cast.actor(person)
            with transaction.atomic():
                if person != "coordinator":
                    assert refusal_of(lambda act=act, by=by: act(report, by)).status == 403, (name, person)
                elif state not in CITY_REPORT[name].sources:
                    assert refusal_of(lambda act=act, by=by: act(report, by)).code == "move_not_open", name
                else:
                    act(report, by)
                    report.refresh_from_db()
                    last = report.moves.latest("pk")
                    assert (report.state, last.name) == (CITY_REPORT[name].target, name)
                    assert (last.from_state, last.to_state) == (state, report.state)
                    assert (last.by, last.unit) == (cast.coordinator, cast.commission)
                transaction.set_rollback(True)
            report.refresh_from_db()
            assert (report.state, report.moves.count()) == (state, steps)


@pytest.mark.parametrize("person", PEOPLE)
def test_only_the_coordinator_begins_one(cast: Cast, person: str) -> None:
    if person == "coordinator":
        report = draft_report(period=QUARTER, by=cast.actor(person))
        assert (report.unit, report.made_by, report.moves.get().name) == (cast.commission, cast.coordinator, "draft")
    else:
        assert refusal_of(lambda: draft_report(period=QUARTER, by=cast.actor(person))).status == 403


def test_reasons_are_wanted_and_steps_have_names(cast: Cast) -> None:
    by = cast.actor("coordinator")
    draft = a_report(cast)
    assert refusal_of(lambda: move_report(report=draft, name="discard", by=by)).code == "reason_missing"
    assert refusal_of(lambda: move_report(report=draft, name="circulate", by=by)).code == "move_not_open"
    issued = issue_report(report=draft, by=by)
    assert refusal_of(lambda: move_report(report=issued, name="withdraw", by=by, reason=" ")).code == "reason_missing"
    assert move_report(report=issued, name="withdraw", by=by, reason="有误").withdrawn_on == date(2026, 10, 12)


def test_a_period_has_one_draft_and_one_report_that_stands(cast: Cast) -> None:
    by = cast.actor("coordinator")
    first = a_report(cast)
    assert refusal_of(lambda: draft_report(period=QUARTER, by=by)).code == "report_drafted"
    assert draft_report(period=YEAR, by=by).kind == ReportKind.YEARLY
    issue_report(report=first, by=by)
    corrected = draft_report(period=QUARTER, by=by)
    assert corrected.texts == TEXTS, "the words of the one to be corrected"
    refused = refusal_of(lambda: issue_report(report=corrected, by=by))
    assert (refused.code, "济信报〔2026〕1号" in str(refused)) == ("report_stands", True)
    withdraw_report(report=first, by=by, reason="数据口径有误")
    again = issue_report(report=corrected, by=by)
    assert again.number == "济信报〔2026〕2号"
    assert any("济信报〔2026〕1号" in note for note in document_of(again).notes)
    for state in (ReportState.ISSUED, ReportState.DRAFT):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            CityReport.objects.filter(pk=first.pk).update(state=state, withdrawn_on=None)


def test_a_report_without_a_word_is_not_issued(cast: Cast) -> None:
    draft = draft_report(period=QUARTER, by=cast.actor("coordinator"))
    assert refusal_of(lambda: issue_report(report=draft, by=cast.actor("coordinator"))).code == "report_empty"


def test_what_another_wrote_meanwhile_is_not_overwritten_nor_issued_unseen(cast: Cast) -> None:
    by, draft = cast.actor("coordinator"), a_report(cast)
    seen = draft.moves.latest("pk").pk
    revise_report(report=draft, texts={**TEXTS, "work": "另一人所写"}, by=by, seen_step=seen)
    for late in (
        lambda: revise_report(report=draft, texts=TEXTS, by=by, seen_step=seen),
        lambda: issue_report(report=draft, by=by, seen_step=seen),
    ):
        assert refusal_of(late).code == "edit_conflict"
    assert CityReport.objects.get(pk=draft.pk).work == "另一人所写"


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_tells_a_citizen_number(cast: Cast, name: str) -> None:
    by, draft = cast.actor("coordinator"), a_report(cast)
    number = citizen_number(Random(3))
    told = refusal_of(
        lambda: revise_report(report=draft, texts={**TEXTS, name: f"当事人 {number[:6]} {number[6:]}"}, by=by)
    )
    assert (told.code, told.field) == ("number_told", name)
    for act in (discard_report, withdraw_report):
        report = draft if act is discard_report else issue_report(report=draft, by=by)
        assert refusal_of(lambda act=act, report=report: act(report=report, by=by, reason=number)).code == "number_told"


# Numbers


def test_numbers_have_no_gaps_and_begin_anew_each_year(cast: Cast) -> None:
    first = a_report(cast, "WITHDRAWN")
    a_report(cast, "DISCARDED")
    empty = draft_report(period=YEAR, by=cast.actor("coordinator"))
    assert refusal_of(lambda: issue_report(report=empty, by=cast.actor("coordinator"))).code == "report_empty"
    second = a_report(cast, "ISSUED")
    with time_machine.travel(datetime(2027, 1, 1, 0, 30, tzinfo=JINAN), tick=False):
        third = a_report(cast, "ISSUED", ReportPeriod(ReportKind.QUARTERLY, date(2026, 10, 1)))
    numbers = ["济信报〔2026〕1号", "济信报〔2026〕2号", "济信报〔2027〕1号"]
    assert [one.number for one in (first, second, third)] == numbers
    assert not CityReport.objects.get(state="DISCARDED").number


@pytest.mark.django_db(transaction=True)
def test_two_issued_at_once_get_two_numbers() -> None:
    cast = make_cast()
    drafts = [a_report(cast, period=QUARTER), a_report(cast, period=YEAR)]
    barrier = threading.Barrier(2)

    def issue(report: CityReport) -> None:
        barrier.wait(10)
        issue_report(report=report, by=cast.actor("coordinator"))
        connection.close()

    threads = [threading.Thread(target=issue, args=[one]) for one in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(CityReport.objects.values_list("serial", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_one_report_issued_twice_at_once_has_one_number() -> None:
    cast = make_cast()
    draft, barrier, codes = a_report(cast), threading.Barrier(2), []

    def issue() -> None:
        barrier.wait(10)
        try:
            issue_report(report=CityReport.objects.get(pk=draft.pk), by=cast.actor("coordinator"))
        except DomainError as refusal:
            codes.append(refusal.code)
        connection.close()

    threads = [threading.Thread(target=issue) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert codes == ["move_not_open"]
    assert CityReport.objects.get(pk=draft.pk).serial == 1


# Figures


@pytest.mark.parametrize("is_kept", [False, True])
def test_the_frozen_sheets_are_those_of_the_pages(cast: Cast, is_kept: bool) -> None:
    work_through_the_quarter(cast)
    if is_kept:
        keep_figures()
    with translation.override("en"):
        report = a_report(cast, "ISSUED")
    frozen = {sheet.code: sheet for sheet in document_of(report).sheets}
    with translation.override("zh-hans"):
        of_pages = {sheet.code: sheet for code in REPORTED for sheet in as_opened(code)}
    besides = {"key-figures", "stale-copies", "key-tasks"} & set(frozen)
    expected = {*besides, *of_pages} - {"matters", "cases-repair"}
    assert set(frozen) == expected, "no repairs were applied for"
    for code, sheet in of_pages.items():
        if code in frozen:
            assert values(frozen[code]) == values(sheet), code
            assert [column.label for column in frozen[code].columns] == [column.label for column in sheet.columns]
            assert (frozen[code].title, frozen[code].note) == (sheet.title, sheet.note)
    assert frozen["units"].title == "按单位"


def test_the_key_figures_are_those_of_the_dashboard(cast: Cast) -> None:
    work_through_the_quarter(cast)
    sheet = document_of(a_report(cast, "ISSUED")).sheets[0]
    boards = [dashboard(Scope(one.first, one.last), cast.actor("coordinator")) for one in (QUARTER, QUARTER.before)]
    for place, board in enumerate(boards):
        figures = {line.name: line.cells[place].value for line in sheet.lines}
        total, notices = board.tasks.total, supervision_figures(board.scope).total
        assert list(figures.values()) == [
            total.tasks,
            total.sign_rate,
            total.on_time_rate,
            total.response_rate,
            total.owing_feedback,
            total.feedback_rate,
            total.not_executed,
            total.overdue,
            total.releases,
            total.release_rate,
            board.release_days,
            board.executions.applied,
            board.executions.not_applied,
            board.executions.measure_rate,
            board.executions.amount,
            board.settled.lifted,
            board.screening.screenings,
            board.screening.with_hits / board.screening.screenings if board.screening.screenings else None,
            board.screening.hits,
            board.screening.answered / board.screening.hits if board.screening.hits else None,
            board.expired.ended,
            board.expired.on_time_rate,
            *(
                figure
                for cases in (board.objections, board.repairs)
                for figure in (cases.received, cases.granted, cases.in_time_rate)
            ),
            board.reports.reported,
            board.reports.adopted,
            board.reports.bulletins,
            notices.issued,
            notices.in_time_rate,
            notices.overdue,
        ]
    assert boards[0].tasks.total.tasks > boards[1].tasks.total.tasks > 0, "both periods have something to say"


def test_a_draft_lives_and_what_is_issued_stays(cast: Cast) -> None:
    work_through_the_quarter(cast)
    draft = a_report(cast)
    before = document_of(draft)
    with time_machine.travel(clock.now() - timedelta(days=40)):
        publish_one(cast, seed=80)
    live = document_of(draft)
    assert live.sheets[0].lines[0].cells[0].value == before.sheets[0].lines[0].cells[0].value + 2
    issued = issue_report(report=draft, by=cast.actor("coordinator"))
    document = document_of(issued)
    assert [values(sheet) for sheet in document.sheets] == [values(sheet) for sheet in live.sheets]
    assert "2026-10-12" in document.counted
    assert clock.in_jinan(issued.counted_at).strftime("%Y-%m-%d %H:%M:%S") in document.counted
    with time_machine.travel(clock.now() - timedelta(days=41)):
        publish_one(cast, seed=81)
    cast.commission.name, cast.finance.name = "改名的委", "改名的局"
    cast.commission.save()
    cast.finance.save()
    assert document_of(CityReport.objects.get(pk=issued.pk)) == document
    by = cast.actor("coordinator")
    withdrawn = withdraw_report(report=issued, by=by, reason="有误")
    [note] = document_of(withdrawn).notes
    assert "2026年10月12日" in note
    assert document_of(withdrawn).sheets == document.sheets


def test_the_database_keeps_what_was_issued(cast: Cast) -> None:
    issued = a_report(cast, "ISSUED")
    for change in (
        {"title": "改写"},
        {"situation": "改写"},
        {"document": {}},
        {"serial": 9},
        {"counted_at": clock.now() + timedelta(days=1)},
        {"issued_at": clock.now() + timedelta(days=1)},
        {"period_from": date(2026, 4, 1)},
    ):
        with pytest.raises(InternalError, match="says_what_it_said"), transaction.atomic():
            CityReport.objects.filter(pk=issued.pk).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        CityReport.objects.filter(pk=issued.pk)._raw_delete("default")
    other = a_report(cast, "DRAFT", YEAR)
    for change in ({"state": "ISSUED"}, {"serial": 5, "year": 2026}, {"withdrawn_on": clock.today()}):
        with pytest.raises(IntegrityError, match="city_report_"), transaction.atomic():
            CityReport.objects.filter(pk=other.pk).update(**change)
    assert [event.state for event in issued.events.order_by("pgh_id")] == ["DRAFT", "DRAFT", "ISSUED"]


def test_a_long_sheet_of_measures_is_cut_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    work_through_the_quarter(cast)
    monkeypatch.setitem(SHORTENED, "measures", 1)
    [measures] = [sheet for sheet in counted_sheets(QUARTER).sheets if sheet.code == "measures"]
    [whole] = as_opened("measures")
    assert values(measures) == values(whole)[:1]
    assert "1" in measures.note
    assert len(whole.lines) > 1


def test_it_names_stale_copies_and_the_standing_of_the_key_tasks(cast: Cast) -> None:
    load_reference()
    publish_many(cast, 3)
    make_cursors()
    take(cast, 0)
    remove_first(cast)
    sheets = {sheet.code: sheet for sheet in counted_sheets(QUARTER).sheets}

    stale = list(OfflineCopy.objects.stale().with_removals())
    [(unit, [lists, removals, since])] = values(sheets["stale-copies"])
    assert (unit, lists, removals) == (str(stale[0].unit), len(stale), sum(one.removal_count for one in stale))
    assert since == clock.local_day(stale[0].stale_since).isoformat()

    *groups, (name, total) = values(sheets["key-tasks"])
    assert total[0] == KeyTask.objects.count() == sum(counts[0] for _name, counts in groups) == 31
    assert (name, total[-2], total[-1]) == ("全部", 31, KeyTask.objects.overdue().count())


def test_what_an_officer_typed_stands_in_no_report(cast: Cast) -> None:
    work_through_the_quarter(cast)
    told = str(a_report(cast, "ISSUED").document)
    for secret in ("'政府采购'", "该单位无此权限", "申请企业", "异议测试"):
        assert secret not in told


def test_every_kind_of_figure_survives_being_kept() -> None:
    given = [
        (Kind.COUNT, 3),
        (Kind.RATE, 1 / 3),
        (Kind.DAYS, 2.5),
        (Kind.MONEY, Decimal("12345.60")),
        (Kind.TEXT, "甲"),
    ]
    columns = [Column(kind.value, kind) for kind, _value in given]
    line = Line("乙", [Cell(column, value) for column, (_kind, value) in zip(columns, given, strict=True)])
    nothing = Line("丙", [Cell(column, None) for column in columns])
    sheet = Sheet("code", "题", "首", columns, [line, nothing], line, "注")
    assert sheet_of(data_of(sheet)) == sheet
