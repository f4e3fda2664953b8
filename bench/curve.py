"""The same work on ever more entries: what does one import, publication, push, screening or page cost then?

`python -m bench curve` (`--scale 0.1`: up to 1,000,000 entries). The lists grow tenfold at a time; between, the same
OF_EACH new entries go the whole way: file, drafts, review, publication, 60 units; then parties are screened and
pages opened. A cost is flat when only the work counts; its floor is what it was at the smallest size. The curves are
drawn into the file that BENCH_CURVE names.
"""

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.curve_drawing import drawn
from bench.data import Party, load_published_entries, settle, write_workbook
from bench.pushing import SENDERS, register, send, senders, sinks
from bench.report import Figure, peak_memory
from bench.screening import percentile
from bench.stage import make_list, set_stage
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant, User
from jinan_credit.exchange.models import Cursor
from lists.models import CreditList, Entry, FeedHead, ListImport
from lists.services import import_jobs, imports
from lists.services.entries import submit_entries
from lists.services.publications import publish_entries
from sanctions.api.representations import screening_out
from sanctions.enums import PartyKind, ScreeningResult
from sanctions.rules import Matter
from sanctions.rules import Party as Asked
from sanctions.services.screenings import screen

LARGEST = 10_000_000
TIMES = 10
STEPS = 4
OF_EACH = 5_000
SCREENED = 300
OPENED = 30
FIRST, FIRST_OF_FILES = 10_000_000, 40_000_000

Costs = dict[str, float]


def prepare(scale: float) -> None:
    stage = set_stage()
    for name, unit, role in (
        ("bench-officer", stage.cooperating[0], Role.CLERK),
        ("bench-overseer", stage.cooperating[1], Role.COORDINATOR),
    ):
        RoleGrant.objects.create(user=User.objects.create(username=name, unit=unit), role=role)


def measure(scale: float) -> list[Figure]:
    settings.ALLOWED_HOSTS = ["*"]
    sizes = [int(LARGEST * scale) // TIMES**step for step in reversed(range(STEPS))]
    costs: dict[int, Costs] = {}
    with sinks() as ports, senders() as pool:
        loaded = 0
        for size in sizes:
            credit_list = _grow_to(size, loaded)
            register(ports)
            _stand_at_the_head(credit_list)
            listed = _the_whole_way(credit_list, partial(pool.map, send, [credit_list.pk] * SENDERS))
            costs[size] = {**listed, "screening, p95, ms": _screening(loaded, size), **_pages(credit_list)}
            loaded = size
    if target := os.environ.get("BENCH_CURVE"):
        Path(target).write_text(drawn(costs), encoding="utf-8")
    return [
        Figure(f"{name} at {size:,} entries", costs[size][name], name.rpartition(", ")[2], costs[sizes[0]][name], False)
        for name in costs[sizes[0]]
        for size in sizes
    ] + [Figure("peak memory of the measuring process", peak_memory(), "MiB", more_is_better=False)]


def _grow_to(size: int, loaded: int) -> CreditList:
    """A list of what is missing to so many entries."""
    stage = set_stage()
    assert stage.clerk.user is not None
    assert stage.reviewer.user is not None
    credit_list = make_list(stage, f"BENCH-CURVE-{size}")
    load_published_entries(
        credit_list,
        first=FIRST + loaded,
        count=size - loaded,
        made_by=stage.clerk.user.pk,
        reviewed_by=stage.reviewer.user.pk,
    )
    settle()
    return credit_list


def _stand_at_the_head(credit_list: CreditList) -> None:
    head = FeedHead.objects.get(credit_list=credit_list)
    Cursor.objects.filter(credit_list=credit_list).update(epoch=head.epoch, seq=head.seq)


def _the_whole_way(credit_list: CreditList, push: Callable[[], Iterable[object]]) -> Costs:
    """Microseconds a row, entry, or change at one unit."""
    stage = set_stage()
    before = _database_size()
    file = Path(os.environ["BENCH_FOLDER"]) / f"{credit_list.code}.xlsx"
    write_workbook(file, OF_EACH, FIRST_OF_FILES + credit_list.pk * OF_EACH)
    with file.open("rb") as opened:
        given = imports.start_import(credit_list=credit_list, file=opened, file_name=file.name, by=stage.clerk)
    imported = _timed(partial(_import, given.pk, stage.clerk))
    entries = Entry.objects.filter(from_import=given)
    assert entries.count() == OF_EACH
    submit_entries(entries=entries, by=stage.clerk)
    published = _timed(lambda: publish_entries(credit_list=credit_list, entries=entries, by=stage.reviewer))
    pushed = _timed(lambda: list(push()))
    assert not Cursor.objects.filter(credit_list=credit_list).behind().exists(), "some units did not get all"
    return {
        "import of a row, µs": imported / OF_EACH * 1e6,
        "publication of an entry, µs": published / OF_EACH * 1e6,
        "push of a change to a unit, µs": pushed / OF_EACH / len(stage.cooperating) * 1e6,
        "disk of an entry with its whole way, B": (_database_size() - before) / OF_EACH,
    }


def _database_size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _import(pk: int, by: Actor) -> None:
    import_jobs.check_import(pk)
    imports.confirm_import(list_import=ListImport.objects.get(pk=pk), by=by)
    import_jobs.run_import(pk)


def _screening(loaded: int, size: int) -> float:
    """Of parties with a code that are listed, kept and shown, without HTTP."""
    by = Actor(user=User.objects.get(username="bench-officer"))
    parties = map(Party, range(FIRST + loaded, FIRST + size, max(1, (size - loaded) // SCREENED)))
    took = [_timed(partial(_screen, party.code, by)) for party in parties if not party.is_person]
    return percentile(took[1:], 95) * 1000


def _screen(code: str, by: Actor) -> None:
    party = Asked(kind=PartyKind.ORGANISATION, code=code)
    screening = screen(party=party, matter=Matter("政府采购"), purpose="资格审查", by=by)
    assert screening.result == ScreeningResult.HIT
    screening_out(screening)


def _pages(credit_list: CreditList) -> Costs:
    clerk = set_stage().clerk.user
    assert clerk is not None
    entry = Entry.objects.filter(credit_list=credit_list, state="PUBLISHED").order_by("pk")[0]
    coordinator = User.objects.get(username="bench-overseer")
    pages = {
        "workbench": (clerk, reverse("workbench")),
        "entries of all": (clerk, reverse("entries")),
        "entries of a list": (clerk, f"{reverse('entries')}?credit_list={credit_list.code}"),
        "entry": (clerk, reverse("entry", args=[entry.pk])),
        "dashboard": (coordinator, reverse("oversight")),
        "public page of a list": (None, reverse("public_list", args=[credit_list.code])),
    }
    return {f"{name}, p95, ms": _opened(who, address) for name, (who, address) in pages.items()}


def _opened(who: User | None, address: str) -> float:
    client = Client()
    if who is not None:
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 200, address
    return percentile([_timed(lambda: client.get(address)) for _ in range(OPENED)], 95) * 1000


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
