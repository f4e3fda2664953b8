"""The figures of a report to the city government: the sheets of the pages, for a quarter or a year."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.enums import KeyTaskGroup, KeyTaskProgress
from catalog.models import KeyTask
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.models import OfflineCopy
from jinan_credit.kernel import clock
from jinan_credit.oversight.enums import CaseSort
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.pages import PAGES
from jinan_credit.oversight.rules import ReportPeriod
from jinan_credit.oversight.selectors.cases import CaseFigures, case_total
from jinan_credit.oversight.selectors.figures import (
    Expired,
    execution_totals,
    expired_by,
    median_release_days,
    rate_of,
    screenings_by,
    task_figures,
)
from jinan_credit.oversight.selectors.supervision import supervision_figures
from jinan_credit.oversight.sheets import Cell, Column, Kind, Line, Sheet, Value, line
from jinan_credit.oversight.snapshot import one_snapshot
from sanctions.selectors import ScreeningFigures, case_report_figures, settled_figures

REPORTED = ("units", "measures", "screenings", "terms", "cases", "supervision", "quality")
"""The pages of figures whose sheets stand in a report as the page first shows them: a further page is one word here."""
LEFT_OUT = ("matters",)
"""What an officer typed may name a natural person; so may the page of reasons."""
SHORTENED = {"measures": 30}
"""Sheets with more lines than anybody reads, of which the first ones matter most; never one with a total."""

Figures = list[tuple[str, Kind, Value]]


@dataclass(frozen=True)
class CountedSheets:
    at: datetime
    sheets: Sequence[Sheet]


def counted_sheets(period: ReportPeriod) -> CountedSheets:
    """All of one moment, in the language of the house whoever asks."""
    scope = _scope(period)
    with translation.override(settings.LANGUAGE_CODE), one_snapshot():
        at = clock.now()
        pages = [PAGES[code] for code in REPORTED]
        found = [sheet for page in pages for sheet in page.sheets(scope, dict(page.form.defaults))]
        found += [stale_copies_sheet(), key_tasks_sheet()]
        sheets = [_short(sheet) for sheet in found if sheet.lines and sheet.code not in LEFT_OUT]
        return CountedSheets(at, [key_figures(period), *sheets])


def key_figures(period: ReportPeriod) -> Sheet:
    """What the dashboard says of the period, beside the one before."""
    here, there = str(period), str(period.before)
    now, before = _figures(_scope(period)), _figures(_scope(period.before))
    lines = [
        Line(name, [Cell(Column(here, kind), value), Cell(Column(there, kind), earlier)])
        for (name, kind, value), (_name, _kind, earlier) in zip(now, before, strict=True)
    ]
    return Sheet("key-figures", _("Key figures"), _("Figure"), [Column(here), Column(there)], lines)


def stale_copies_sheet() -> Sheet:
    """Of now: what the page of stale copies shows, by unit."""
    by_unit: dict[Unit, list[OfflineCopy]] = defaultdict(list)
    for copy in OfflineCopy.objects.stale().with_removals().select_related("unit"):
        by_unit[copy.unit].append(copy)
    columns = [Column(_("Lists")), Column(_("Removals not confirmed")), Column(_("Stale since"), Kind.TEXT)]

    def of(unit: Unit, copies: list[Any]) -> Line:
        since = clock.local_day(min(copy.stale_since for copy in copies))
        return line(unit.name, columns, [len(copies), sum(copy.removal_count for copy in copies), since.isoformat()])

    lines = [of(unit, copies) for unit, copies in by_unit.items()]
    note = _("As of the day of the report: units that took data away and have not confirmed what left since.")
    return Sheet("stale-copies", _("Units that may hold stale copies"), _("Unit"), columns, lines, note=note)


def key_tasks_sheet() -> Sheet:
    """Of now: how many tasks of the annex have which status, by group."""
    tasks = list(KeyTask.objects.with_standing().order_by("number"))
    late = set(KeyTask.objects.overdue().values_list("pk", flat=True))
    heads = [_("Tasks"), *(str(progress.label) for progress in KeyTaskProgress), _("No report yet"), _("Overdue")]
    columns = [Column(head) for head in heads]

    def of(name: str, chosen: list[Any]) -> Line:
        reported = Counter(task.progress for task in chosen)
        counts = [reported[progress] for progress in (*KeyTaskProgress.values, "")]
        return line(name, columns, [len(chosen), *counts, sum(task.pk in late for task in chosen)])

    groups = {group: [task for task in tasks if task.group == group] for group in KeyTaskGroup}
    lines = [of(str(group.label), chosen) for group, chosen in groups.items() if chosen]
    total = of(_("All"), tasks) if tasks else None
    note = _("As of the day of the report: what the lead units last reported.")
    return Sheet("key-tasks", _("Key tasks of the plan"), _("Part"), columns, lines, total, note)


def _scope(period: ReportPeriod) -> Scope:
    return Scope(period.first, period.last)


def _short(sheet: Sheet) -> Sheet:
    most = SHORTENED.get(sheet.code)
    if most is None or len(sheet.lines) <= most:
        return sheet
    shown = _("The first %(shown)s of %(all)s lines.") % {"shown": most, "all": len(sheet.lines)}
    return replace(sheet, lines=sheet.lines[:most], note=f"{shown} {sheet.note}")


def _figures(scope: Scope) -> Figures:
    parts = (_of_tasks, _of_measures, _of_screenings, _of_terms, _of_cases, _of_supervision)
    return [figure for part in parts for figure in part(scope)]


def _of_tasks(scope: Scope) -> Figures:
    tasks = task_figures(scope).total
    return [
        (_("Tasks to sign"), Kind.COUNT, tasks.tasks),
        (_("Sign rate"), Kind.RATE, tasks.sign_rate),
        (_("On-time sign rate"), Kind.RATE, tasks.on_time_rate),
        (_("Response rate"), Kind.RATE, tasks.response_rate),
        (_("Owing feedback"), Kind.COUNT, tasks.owing_feedback),
        (_("Feedback rate"), Kind.RATE, tasks.feedback_rate),
        (_("Not executed"), Kind.COUNT, tasks.not_executed),
        (_("Overdue"), Kind.COUNT, tasks.overdue),
        (_("Releases to confirm"), Kind.COUNT, tasks.releases),
        (_("Release confirmation"), Kind.RATE, tasks.release_rate),
        (_("Days to confirm a release (median)"), Kind.DAYS, median_release_days(scope)),
    ]


def _of_measures(scope: Scope) -> Figures:
    done, settled = execution_totals(scope), settled_figures(**scope.conditions)
    return [
        (_("Measures applied"), Kind.COUNT, done.applied),
        (_("Reported as not applied"), Kind.COUNT, done.not_applied),
        (_("Measure rate"), Kind.RATE, done.measure_rate),
        (_("Amount (CNY)"), Kind.MONEY, done.amount),
        (_("Measures lifted"), Kind.COUNT, settled.lifted),
    ]


def _of_screenings(scope: Scope) -> Figures:
    found = screenings_by(scope).get((), ScreeningFigures())
    return [
        (_("Screenings"), Kind.COUNT, found.screenings),
        (_("Hit rate"), Kind.RATE, rate_of(found.with_hits, found.screenings)),
        (_("Hits"), Kind.COUNT, found.hits),
        (_("Share of hits answered"), Kind.RATE, rate_of(found.answered, found.hits)),
    ]


def _of_terms(scope: Scope) -> Figures:
    ended = expired_by(scope).get((), Expired(0, 0, 0))
    return [
        (_("Terms ended"), Kind.COUNT, ended.ended),
        (_("Share of ended terms out in time"), Kind.RATE, ended.on_time_rate),
    ]


def _of_cases(scope: Scope) -> Figures:
    objections, repairs = (case_total(sort, scope) for sort in CaseSort.values)
    reports = case_report_figures(**scope.conditions)
    return [
        *_of_sort(objections, _("Objections received"), _("Objections upheld"), _("Objections decided in time")),
        *_of_sort(repairs, _("Repair applications received"), _("Repairs approved"), _("Repairs decided in time")),
        (_("Typical cases reported"), Kind.COUNT, reports.reported),
        (_("Typical cases adopted"), Kind.COUNT, reports.adopted),
        (_("Bulletins issued"), Kind.COUNT, reports.bulletins),
    ]


def _of_sort(found: CaseFigures, received: str, granted: str, in_time: str) -> Figures:
    return [
        (received, Kind.COUNT, found.received),
        (granted, Kind.COUNT, found.granted),
        (in_time, Kind.RATE, found.in_time_rate),
    ]


def _of_supervision(scope: Scope) -> Figures:
    total = supervision_figures(scope).total
    return [
        (_("Supervision notices issued"), Kind.COUNT, total.issued),
        (_("Replied in time"), Kind.RATE, total.in_time_rate),
        (_("Reply overdue"), Kind.COUNT, total.overdue),
    ]
