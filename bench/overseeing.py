"""The coordinator's pages after a year of 60 units × 40 lists × 20,000 publications × 1,000,000 screenings.

By Django's test client on the real database, with tasks of DAYS_MARKED old days signed just before each call, so that
those days are counted anew. The floor is the page of one's own account: session, menu and layout without a figure.
"""

from datetime import timedelta
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from bench.data import load_published_entries, settle
from bench.report import Figure
from bench.stage import Stage, make_list, set_stage
from catalog.models import Measure, RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant, User
from jinan_credit.kernel import clock
from jinan_credit.oversight.enums import ReportKind
from jinan_credit.oversight.models import CityReport
from jinan_credit.oversight.pages import PAGES
from jinan_credit.oversight.services.city_report import issue_report
from jinan_credit.oversight.services.keeping import keep_figures
from jinan_credit.oversight.services.quality import count_quality
from jinan_credit.oversight.services.verifying import verify_figures
from lists.enums import ExportStatus
from lists.services.exports import request_export, run_export
from sanctions.models import UnitTask

LISTS, PUBLICATIONS, SCREENINGS, ENTRIES = 40, 20_000, 1_000_000, 100_000
YEAR = timedelta(days=364)
FIRST = 8_000_000
REPEATS = 20
DAYS_MARKED = 5
EXPORTED = 96_000
AIM = "≤ 500 ms"


def prepare(scale: float) -> None:
    stage = set_stage()
    coordinator = User.objects.create(username="bench-overseer", unit=stage.cooperating[0])
    RoleGrant.objects.create(user=coordinator, role=Role.COORDINATOR)
    lists = [make_list(stage, f"BENCH-YEAR-{number:02}") for number in range(LISTS)]
    made_by, reviewed_by = stage.clerk.user, stage.reviewer.user
    assert made_by is not None
    assert reviewed_by is not None
    each = int(ENTRIES * scale) // LISTS
    for number, credit_list in enumerate(lists):
        first = FIRST + number * each
        load_published_entries(credit_list, first=first, count=each, made_by=made_by.pk, reviewed_by=reviewed_by.pk)
    _load(stage, scale)
    settle()


def measure(scale: float) -> list[Figure]:
    settings.ALLOWED_HOSTS = ["*"]
    overseer = User.objects.get(username="bench-overseer")
    officer = User.objects.create(username="bench-officer", unit=overseer.unit)
    RoleGrant.objects.create(user=officer, role=Role.CLERK)
    kept, verified = _timed(keep_figures), _timed(verify_figures)
    count_quality()
    settle()
    floor = _p95(overseer, reverse("my_account"))
    period = f"since={clock.today() - YEAR}&until={clock.today()}"
    first = reverse("oversight")
    pages = {code: f"{reverse('oversight_figures', args=[code])}?{period}" for code in PAGES}
    found = [
        _page("dashboard of a year, p95", overseer, f"{first}?{period}", floor),
        _page("  with the tasks of old days signed meanwhile", overseer, f"{first}?{period}", floor, is_busy=True),
        _page("  of one list", overseer, f"{first}?{period}&list=BENCH-YEAR-07", floor),
        _page("  of one's own unit", officer, f"{first}?{period}", floor),
        *(_page(f"  page {code}", overseer, address, floor) for code, address in pages.items()),
        _page("  rows behind a figure", overseer, f"{reverse('oversight_tasks')}?figure=signed&{period}", floor),
    ]
    return [
        *found,
        *_report(overseer, floor),
        Figure("  keeping a year from nothing", kept, "s", None, False),
        Figure("  verifying a year", verified, "s", None, False),
        Figure("  keeping the days just marked", _keeping_marked(), "ms", None, False),
        Figure(f"export of {int(EXPORTED * scale):,} tasks", _export(overseer, period), "s", None, False, "≤ 30 s"),
    ]


def _report(overseer: User, floor: float) -> list[Figure]:
    """A report to the city government of the running year: drafted, it counts two years; issued, it is read."""
    report = CityReport.objects.create(
        unit=overseer.unit,
        kind=ReportKind.YEARLY,
        period_from=clock.today().replace(month=1, day=1),
        title="Report",
        situation="As the figures say.",
        made_by=overseer,
        made_at=clock.now(),
    )
    page, file = (reverse(name, args=[report.pk]) for name in ("city_report", "city_report_file"))
    drafted = [_page("  report of a year, drafted", overseer, page, floor, aim="")]
    issued = _timed(lambda: issue_report(report=report, by=Actor(user=overseer)))
    return [
        *drafted,
        Figure("  report of a year, to issue", issued, "s", None, False),
        _page("  report of a year, issued", overseer, page, floor),
        _page("  report of a year, as a document", overseer, file, floor, aim=""),
    ]


def _page(name: str, who: User, address: str, floor: float, *, is_busy: bool = False, aim: str = AIM) -> Figure:
    return Figure(name, _p95(who, address, is_busy=is_busy), "ms", floor, False, aim)


def _p95(who: User, address: str, *, is_busy: bool = False) -> float:
    client, took = Client(), []
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    client.get(address)
    for number in range(REPEATS):
        if is_busy:
            keep_figures()
            _sign_old_tasks(number)
        started = perf_counter()
        answer = client.get(address)
        took.append((perf_counter() - started) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return sorted(took)[int(REPEATS * 0.95) - 1]


def _sign_old_tasks(number: int) -> None:
    for back in range(DAYS_MARKED):
        day = clock.start_of(clock.today() - timedelta(days=10 + 7 * back + number))
        waiting = UnitTask.objects.to_sign().filter(made_at__gte=day, made_at__lt=day + timedelta(days=1))
        UnitTask.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)[:2])).update(state="SIGNED")


def _keeping_marked() -> float:
    keep_figures()
    _sign_old_tasks(REPEATS + 1)
    return _timed(keep_figures) * 1000


def _export(who: User, period: str) -> float:
    query = f"figure=not_signed&{period}"
    export = request_export(query=query, reason="bench", source="figure-tasks", by=Actor(user=who))
    started = perf_counter()
    run_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.READY, export.failure
    return perf_counter() - started


def _timed(work: Any) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


@transaction.atomic
def _load(stage: Stage, scale: float) -> None:
    """Publications by the hour, a task a unit, nine in ten signed, most fed back; screenings by the half minute."""
    rules = RuleProfile.objects.for_case("unit-task", clock.today())
    measure = Measure.objects.get(code="bench-1")
    assert stage.reviewer.user is not None
    parameters = {
        "reviewer": stage.reviewer.user.pk,
        "unit": stage.unit.pk,
        "units": [unit.pk for unit in stage.cooperating],
        "rules": rules.pk,
        "now": clock.now(),
        "count": int(PUBLICATIONS * scale),
        "screenings": int(SCREENINGS * scale),
        "year": YEAR,
        "measure": measure.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in _STATEMENTS:
            cursor.execute(statement, parameters)


_STATEMENTS = (
    """
    INSERT INTO lists_publication
        (credit_list_id, kind, change_reason, reason, unit_id, approved_by_id, published_at, count)
    SELECT (SELECT min(id) FROM lists_creditlist WHERE code LIKE 'BENCH-YEAR-%%') + n %% 40,
        CASE WHEN n %% 5 = 0 THEN 'REMOVAL' ELSE 'LISTING' END, 'YEAR', '', %(unit)s, %(reviewer)s,
        %(now)s - n * (%(year)s / %(count)s::float8), 1
    FROM generate_series(1, %(count)s) n
    """,
    """
    INSERT INTO sanctions_unittask
        (publication_id, credit_list_id, unit_id, kind, state, rules_id, due_on, is_due_provisional,
         feedback_due_on, is_feedback_due_provisional, made_at)
    SELECT id, credit_list_id, owed,
        CASE kind WHEN 'REMOVAL' THEN 'RELEASE' ELSE 'SIGN' END,
        CASE WHEN kind = 'REMOVAL' THEN CASE WHEN (id + owed) %% 10 = 0 THEN 'TO_CONFIRM' ELSE 'CONFIRMED' END
            ELSE CASE (id + owed) %% 10 WHEN 0 THEN 'TO_SIGN' WHEN 1 THEN 'SIGNED' WHEN 2 THEN 'NOT_EXECUTED'
                ELSE 'FED_BACK' END END,
        %(rules)s, published_at::date + 5, false,
        CASE kind WHEN 'REMOVAL' THEN NULL ELSE published_at::date + 90 END, false, published_at
    FROM lists_publication, unnest(%(units)s) owed WHERE change_reason = 'YEAR'
    """,
    """
    INSERT INTO sanctions_unittaskmove (of_id, name, from_state, to_state, unit_id, at, reason)
    SELECT id, CASE kind WHEN 'RELEASE' THEN 'confirm_release' ELSE 'sign' END,
        CASE kind WHEN 'RELEASE' THEN 'TO_CONFIRM' ELSE 'TO_SIGN' END,
        CASE kind WHEN 'RELEASE' THEN 'CONFIRMED' ELSE 'SIGNED' END,
        unit_id, made_at + (1 + (id + unit_id) %% 7) * interval '1 day', ''
    FROM sanctions_unittask WHERE state NOT IN ('TO_SIGN', 'TO_CONFIRM')
    """,
    """
    INSERT INTO sanctions_screening
        (id, unit_id, by_id, screened_at, party_kind, party_name, party_code, document_type, sealed_number,
        masked_number, number_index, matter_code, matter_name, matter_reference, purpose, positions, result,
        unknown_reason, receipt, state)
    SELECT uuidv7(), (%(units)s)[1 + n %% 60], %(reviewer)s,
        %(now)s - %(year)s + n * (%(year)s / %(screenings)s::float8),
        'ORGANISATION', '', '91370100MA0000001X', '', '', '', '', 'C' || n %% 7, '事项' || n %% 7, '', '资格审查', '{}',
        CASE WHEN n %% 20 = 0 THEN 'HIT' ELSE 'CLEAR' END, '', 'YEAR', 'OPEN'
    FROM generate_series(1, %(screenings)s) n
    """,
    """
    INSERT INTO sanctions_hit (screening_id, entry_id, entry_version, match, matched_as, score, state)
    SELECT screening.id, entry.id, 1, 'IDENTIFIER', 'SUBJECT', 1,
        CASE WHEN number %% 10 = 0 THEN 'OPEN' ELSE 'ANSWERED' END
    FROM (SELECT id, row_number() OVER () AS number FROM sanctions_screening
        WHERE receipt = 'YEAR' AND result = 'HIT') screening
    JOIN (SELECT id, row_number() OVER () AS number FROM lists_entry
        WHERE credit_list_id IN (SELECT id FROM lists_creditlist WHERE code LIKE 'BENCH-YEAR-%%')) entry USING (number)
    """,
    """
    INSERT INTO sanctions_execution
        (unit_id, hit_id, entry_id, outcome, reason, performed_on, matter, made_by_id, made_at, note, cancel_reason)
    SELECT screening.unit_id, hit.id, hit.entry_id, CASE WHEN hit.id %% 5 = 0 THEN 'NOT_APPLIED' ELSE 'APPLIED' END,
        CASE WHEN hit.id %% 5 = 0 THEN '不适用' ELSE '' END, screening.screened_at::date, screening.matter_name,
        %(reviewer)s, screening.screened_at, '', ''
    FROM sanctions_hit hit JOIN sanctions_screening screening ON screening.id = hit.screening_id
    WHERE screening.receipt = 'YEAR' AND hit.state = 'ANSWERED'
    """,
    """
    INSERT INTO sanctions_execution_measures (execution_id, measure_id)
    SELECT execution.id, %(measure)s FROM sanctions_execution execution
    JOIN sanctions_hit hit ON hit.id = execution.hit_id
    JOIN sanctions_screening screening ON screening.id = hit.screening_id
    WHERE screening.receipt = 'YEAR' AND execution.outcome = 'APPLIED'
    """,
    """
    UPDATE lists_entry SET term_to = term_from + (subject_id %% 364)::int, state = 'REMOVED',
        exit_on = term_from + (subject_id %% 364)::int, exit_reason = 'EXPIRED'
    WHERE credit_list_id IN (SELECT id FROM lists_creditlist WHERE code LIKE 'BENCH-YEAR-%%') AND subject_id %% 3 = 0
    """,
)
