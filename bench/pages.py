"""Every staff page at 1,000,000 entries: how long the server takes, and how many queries it asks.

By Django's test client on the real database, the page of whoever has most to see and of whoever has next to nothing.
The inbox and the response matrix by publication, unit and answer are over all of 1,000 publications.
The floor of a page is the page of one's own account: session, menu and layout without any list.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.page_data import ENTRIES, PUBLICATIONS, load, people
from bench.report import Figure, peak_memory
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from lists.enums import ON_THE_LIST, EntryState, ExportStatus
from lists.models import CreditList, Entry, Publication
from lists.services.exports import request_export, run_export
from sanctions.models import Screening, UnitTask

REPEATS = 20
WARM_UP = 1
AIM_MS = 300
PAGES_DEEP = 5
RESPONSES = f"60 units × {PUBLICATIONS:,} publications"
NEXT = re.compile(r"after=([0-9a-f-]{36})")


@dataclass(frozen=True)
class Page:
    name: str
    who: User
    address: str


def prepare(scale: float) -> None:
    load(scale)


def measure(scale: float) -> list[Figure]:
    settings.ALLOWED_HOSTS = ["*"]
    pages = list(_pages())
    floor = _timed(Page("", people().clerk, reverse("my_account")))[1]
    rows = [(page, *_timed(page)) for page in pages]
    _print(rows, scale)
    slowest = max(rows, key=lambda row: row[3])
    took, memory = _export()
    return [
        Figure(
            f"staff pages at {int(ENTRIES * scale):,} entries, the slowest p95",
            slowest[3],
            "ms",
            floor,
            more_is_better=False,
            aim=f"≤ {AIM_MS} ms",
        ),
        Figure(
            f"  of it: inbox and response matrix of {RESPONSES}, the slowest p95",
            max(p95 for page, _queries, _p50, p95 in rows if ": tasks " in page.name or ": responses " in page.name),
            "ms",
            floor,
            more_is_better=False,
            aim=f"≤ {AIM_MS} ms",
        ),
        Figure("  of it: the median page's p95", sorted(row[3] for row in rows)[len(rows) // 2], "ms", floor, False),
        Figure("export of one list", took, "s", aim="< 30 s", more_is_better=False, memory=memory),
    ]


def _timed(page: Page) -> tuple[int, float, float]:
    """Queries, and milliseconds p50 and p95."""
    client = Client()
    client.force_login(page.who, backend="django.contrib.auth.backends.ModelBackend")
    for _ in range(WARM_UP):
        answer = client.get(page.address)
        assert answer.status_code == 200, (page.address, answer.status_code)
    with CaptureQueriesContext(connection) as queries:
        client.get(page.address)
        count = len(queries)
    took = []
    for _ in range(REPEATS):
        started = perf_counter()
        client.get(page.address)
        took.append((perf_counter() - started) * 1000)
    took.sort()
    return count, took[len(took) // 2], took[int(len(took) * 0.95) - 1]


def _export() -> tuple[float, int]:
    """Seconds for the workbook of a tenth of all entries, and the peak memory in MiB."""
    by = Actor(user=people().clerk)
    export = request_export(query="credit_list=BENCH-PAGES-0", reason="bench", by=by)
    started = perf_counter()
    run_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.READY, export.failure
    return perf_counter() - started, peak_memory()


def _print(rows: list[tuple[Page, int, float, float]], scale: float) -> None:
    print(f"staff pages at {int(ENTRIES * scale):,} entries", file=sys.stderr)
    for page, queries, p50, p95 in sorted(rows, key=lambda row: -row[3]):
        mark = "!" if p95 > AIM_MS else " "
        print(f"{mark} {page.name:<58} {queries:>3} queries  p50 {p50:>7.0f}  p95 {p95:>7.0f} ms", file=sys.stderr)


def _pages() -> Iterator[Page]:
    who, entries = people(), reverse("entries")
    everyone = {"clerk": who.clerk, "cooperating": who.cooperating, "small": who.small, "coordinator": who.coordinator}
    for name, person in {**everyone, "reviewer": who.reviewer}.items():
        yield Page(f"{name}: workbench", person, reverse("workbench"))
    for name, person in everyone.items():
        for query in _entry_queries():
            yield Page(f"{name}: entries ?{query[:40]}", person, f"{entries}?{query}")
        yield Page(f"{name}: entries, deep", person, _deep(person, "", PAGES_DEEP))
        for route in ("credit_lists", "publications", "exports", "export_new", "executions"):
            yield Page(f"{name}: {route}", person, reverse(route))
    yield Page(
        "coordinator: entries by last day, deep",
        who.coordinator,
        _deep(who.coordinator, "state=PUBLISHED&sort=ends", 5),
    )
    yield Page("reviewer: review", who.reviewer, reverse("review"))
    work = CreditList.objects.get(code="BENCH-WORK")
    maker = Entry.objects.filter(credit_list=work)[0].submitted_by_id
    yield Page("reviewer: review group", who.reviewer, f"{reverse('review_group')}?list={work.code}&by={maker}")
    yield Page("clerk: list", who.clerk, reverse("credit_list", args=["BENCH-PAGES-1"]))
    yield Page("coordinator: list", who.coordinator, reverse("credit_list", args=["BENCH-PAGES-1"]))
    yield Page("clerk: imports", who.clerk, reverse("imports"))
    largest = Publication.objects.filter(count__gt=1).order_by("-count")[0]
    yield Page("clerk: publication", who.clerk, reverse("publication", args=[largest.pk]))
    yield Page("clerk: publication, last page", who.clerk, f"{reverse('publication', args=[largest.pk])}?page=400")
    published = Entry.objects.filter(state=EntryState.PUBLISHED)[0]
    for name in ("clerk", "cooperating", "coordinator"):
        yield Page(f"{name}: entry", everyone[name], reverse("entry", args=[published.pk]))
    yield from _of_sanctions(who.cooperating)
    for name in ("clerk", "coordinator"):
        for query in ("", "by=unit", "by=answer", "page=30", "list=BENCH-PAGES-3", "by=answer&page=2000"):
            address = f"{reverse('responses')}?since=2000-01-01&{query}"
            yield Page(f"{name}: responses {query}", everyone[name], address)
    yield from _of_oversight(who.coordinator)


def _entry_queries() -> list[str]:
    entry = Entry.objects.filter(state__in=ON_THE_LIST).select_related("subject", "credit_list").order_by("pk")[7]
    return [
        "",
        "state=DRAFT",
        "state=PUBLISHED",
        "state=PUBLISHED&sort=ends",
        "state=STAYED",
        "in_force=yes",
        "in_force=no",
        "ends_within=7",
        "ends_within=60&sort=ends",
        "credit_list=BENCH-PAGES-0",
        "credit_list=BENCH-PAGES-0&sort=name",
        "credit_list=BENCH-PAGES-0&in_force=yes",
        "kind=RED",
        "kind=BLACK&state=REMOVED",
        f"unit={entry.unit.code}&dishonesty_class=SERIOUS",
        "subject_kind=NATURAL_PERSON",
        "mark=OBJECTION_OPEN",
        "mark=UNDER_SUIT",
        f"document={entry.document_number[:-2]}",
        f"document={entry.document_number[:9]}",
        f"text={entry.subject.code or ''}",
        f"text={entry.subject_name[2:8]}",
        "listed_since=2099-01-01",
        "ends_after=2099-01-01",
        "ends_before=2020-01-01",
    ]


def _deep(person: User, query: str, pages: int) -> str:
    """The address some pages on, as a person gets there."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    address = f"{reverse('entries')}?{query}"
    for _ in range(pages):
        found = NEXT.search(client.get(address).content.decode())
        if found is None:
            break
        address = f"{reverse('entries')}?{query}&after={found[1]}"
    return address


def _of_sanctions(person: User) -> Iterator[Page]:
    tasks = UnitTask.objects.filter(unit=person.unit)
    largest = tasks.order_by("-publication__count")[0]
    for query in ("", "?state=TO_SIGN", "?overdue=yes", "?sort=-due_on", "?page=30"):
        yield Page(f"cooperating: tasks {query}", person, f"{reverse('tasks')}{query}")
    yield Page("cooperating: task of 100,000 entries", person, reverse("task", args=[largest.pk]))
    for query in ("", "?open=yes", "?result=HIT", "?page=1000"):
        yield Page(f"cooperating: screenings {query}", person, f"{reverse('screenings')}{query}")
    yield Page("cooperating: screening desk", person, reverse("screen"))
    hit = Screening.objects.filter(unit=person.unit, result="HIT")[0]
    yield Page("cooperating: screening", person, reverse("screening", args=[hit.pk]))


def _of_oversight(person: User) -> Iterator[Page]:
    yield Page("coordinator: dashboard", person, reverse("oversight"))
    today = clock.today()
    year = f"since={today - timedelta(days=365)}&until={today}"
    yield Page("coordinator: dashboard, a year", person, f"{reverse('oversight')}?{year}")
    for figure in ("overdue", "tasks", "signed_on_time"):
        yield Page(f"coordinator: rows {figure}", person, f"{reverse('oversight_tasks')}?figure={figure}&{year}")
    yield Page("coordinator: tasks of all", person, f"{reverse('tasks')}?unit=")
    yield Page("coordinator: push", person, reverse("push"))
