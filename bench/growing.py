"""How the cost of delivery grows: with the units, with the entries, with the cursors that a sweep looks at."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter, sleep

from django.db import connection

from bench.data import load_published_entries, settle
from bench.pushing import senders, sinks
from bench.report import Figure
from bench.stage import make_list, set_stage
from catalog.models import Measure, MeasureResponsibility
from jinan_credit.accounts.enums import UnitKind
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange import signing
from jinan_credit.exchange.enums import Via
from jinan_credit.exchange.models import Cursor, Endpoint, EndpointKey
from jinan_credit.exchange.services import sweeping
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock, crypto
from lists.models import CreditList, FeedHead

CHANGES = 10_000
UNITS = (60, 250, 1_000)
MANY = 1_000_000
LISTS_OF_A_SWEEP, UNITS_OF_A_SWEEP = 30, 1_000
FIRST, FIRST_OF_MANY = 8_000_000, 9_000_000


def prepare(scale: float) -> None:
    stage = set_stage()
    assert stage.clerk.user is not None
    assert stage.reviewer.user is not None
    makers = {"made_by": stage.clerk.user.pk, "reviewed_by": stage.reviewer.user.pk}
    load_published_entries(
        make_list(stage, "BENCH-GROWS", with_units=False), first=FIRST, count=int(CHANGES * scale), **makers
    )
    load_published_entries(
        make_list(stage, "BENCH-MANY", with_units=False), first=FIRST_OF_MANY, count=int(MANY * scale), **makers
    )
    Unit.objects.bulk_create(
        Unit(code=f"bench-{n}", name=f"测速配合单位 {n}", kind=UnitKind.ADMINISTRATION, is_city_unit=False)
        for n in range(max(UNITS))
    )
    measure_of_all = Measure.objects.get(code="bench-1")
    MeasureResponsibility.objects.bulk_create(
        MeasureResponsibility(measure=measure_of_all, unit=unit)
        for unit in Unit.objects.filter(code__startswith="bench-")
    )
    for n in range(LISTS_OF_A_SWEEP):
        make_list(stage, f"BENCH-SWEEP-{n}")
    settle()


def measure(scale: float) -> list[Figure]:
    units = list(Unit.objects.filter(code__startswith="bench-").order_by("pk"))[: max(UNITS)]
    figures = []
    with sinks() as ports, senders() as pool:
        _register(units, ports)
        grows, many = CreditList.objects.get(code="BENCH-GROWS"), CreditList.objects.get(code="BENCH-MANY")
        for count in UNITS:
            rate = _send_to(pool, grows, units[:count], after=0)
            figures.append(Figure(f"{int(CHANGES * scale):,} changes × {count:,} units", rate, "changes/s"))
        rate = _send_to(pool, many, units[:60], after=int((MANY - CHANGES) * scale))
        figures.append(Figure(f"the last of {int(MANY * scale):,} changes × 60 units", rate, "changes/s"))
    return [*figures, *_sweep(units)]


def _register(units: list[Unit], ports: list[int]) -> None:
    now = clock.now()
    for place, unit in enumerate(units):
        url = f"http://127.0.0.1:{ports[place % len(ports)]}/{unit.code}"
        endpoint = Endpoint.objects.create(unit=unit, url=url, verified_at=now)
        EndpointKey.objects.create(endpoint=endpoint, sealed_secret=crypto.seal(signing.new_secret()), live_from=now)


def _send_to(pool: ProcessPoolExecutor, credit_list: CreditList, units: list[Unit], *, after: int) -> float:
    """Changes a second, by two senders; each unit stands at `after`."""
    _follow([credit_list], units, after)
    head = FeedHead.objects.get(pk=credit_list.pk)
    started = perf_counter()
    list(pool.map(send_all, [credit_list.pk] * 2))
    return (head.seq - after) * len(units) / (perf_counter() - started)


def _follow(lists: list[CreditList], units: list[Unit], after: int) -> None:
    Cursor.objects.all().delete()
    epochs = dict(FeedHead.objects.values_list("pk", "epoch"))
    now = clock.now()
    Cursor.objects.bulk_create(
        Cursor(unit=unit, credit_list=one, via=Via.PUSH, epoch=epochs[one.pk], seq=after, next_attempt_at=now)
        for one in lists
        for unit in units
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE exchange_cursor")


def send_all(list_id: int) -> None:
    while Cursor.objects.filter(credit_list=list_id).behind().exists():
        if not push(list_id=list_id):
            sleep(0.05)


def _sweep(units: list[Unit]) -> list[Figure]:
    lists = list(CreditList.objects.filter(code__startswith="BENCH-SWEEP-"))
    _follow(lists, units, 0)
    found = f"{len(lists) * len(units):,} cursors"
    rounds = sorted(_timed(sweeping.due_groups) for _ in range(20))
    whom = sorted(_timed(make_cursors) for _ in range(5))
    return [
        Figure(f"a sweep of {found}, p95", rounds[18] * 1000, "ms", more_is_better=False, aim="≤ 100 ms"),
        Figure("  once a minute: whom the lists concern, p50", whom[2] * 1000, "ms", more_is_better=False),
    ]


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
