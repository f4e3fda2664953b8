"""Half of what the machine can do, for a long time: does anything fail, grow, or slow down?

`python -m bench soak --minutes 30`. A mixed load (bench/mixing.py) against gunicorn with two workers, with Celery and
beat beside it; every twenty seconds 20 entries are published and pushed to 60 units. The capacity is measured first,
with the same mix as fast as it goes. Ends with 1 if a call failed, a process grew, or answers became slower.
"""

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from time import perf_counter

from bench.data import load_entries_in_review, load_published_entries, settle
from bench.delivering import programs
from bench.mixing import MIX, Call, Mix
from bench.pushing import register, sinks
from bench.report import Figure, Unsteady
from bench.screening import FIRST, percentile, server_of
from bench.stage import make_list, set_stage
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.services.clients import register_client
from lists.models import CreditList, Entry
from lists.services.publications import publish_entries

ENTRIES = 1_000_000
LISTS = 10
WAITING = 5_000
OF_A_PUBLICATION = 20
EVERY = 20.0
CONNECTIONS = 16
MEASURING = 20.0
PARTS = 12
"""The run is looked at in so many parts; one more goes before them: programs are still filling what they remember."""
GROWTH, GROWTH_MIB = 1.05, 8
"""How much larger than in its second quarter a process may be in its last."""
DRIFT, DRIFT_SECONDS = 1.5, 0.02
"""How much slower the last third's p95 may be than the first's."""


def prepare(scale: float) -> None:
    stage = set_stage()
    assert stage.clerk.user is not None
    assert stage.reviewer.user is not None
    each = int(ENTRIES * scale) // LISTS
    makers = {"made_by": stage.clerk.user.pk}
    for number in range(LISTS):
        load_published_entries(
            make_list(stage, f"BENCH-SOAK-{number}"),
            first=FIRST + number * each,
            count=each,
            reviewed_by=stage.reviewer.user.pk,
            **makers,
        )
    load_entries_in_review(make_list(stage, "BENCH-WAITING"), first=FIRST * 3, count=WAITING, **makers)
    settle()


def measure(scale: float) -> list[Figure]:
    minutes = float(os.environ["BENCH_MINUTES"])
    stage = set_stage()
    client, secret = register_client(stage.cooperating[0], "soak", ["screening", "feed"], by=SYSTEM)
    assert stage.clerk.user is not None
    with sinks() as ports, programs(flush=False) as beside, server_of("jinan_credit.wsgi", "bench.settings") as server:
        register(ports)
        mix = Mix([server.port], client, secret, stage.clerk.user, "BENCH-SOAK-0", int(ENTRIES * scale))
        capacity = asyncio.run(mix.as_fast_as_it_goes(CONNECTIONS, MEASURING))
        asyncio.run(mix.at_rate(capacity / 2, CONNECTIONS, minutes * 60 / PARTS))
        mix.calls.clear()
        memory = asyncio.run(_soak(mix, capacity / 2, minutes * 60, [server.process.pid, *beside.pids()]))
    return _judged(mix.calls, memory, capacity, minutes)


async def _soak(mix: Mix, rate: float, seconds: float, roots: list[int]) -> list[dict[str, int]]:
    """The memory of each process, part by part."""
    ends = perf_counter() + seconds
    memory: list[dict[str, int]] = []

    async def watch() -> None:
        for _ in range(PARTS):
            await asyncio.sleep(max(0.0, ends - perf_counter()) / (PARTS - len(memory)))
            memory.append(_resident(roots))

    async def publish() -> None:
        while perf_counter() + EVERY < ends:
            await asyncio.sleep(EVERY)
            await asyncio.to_thread(_publish_some)

    await asyncio.gather(mix.at_rate(rate, CONNECTIONS, seconds), watch(), publish())
    return memory


def _publish_some() -> None:
    from django.db import close_old_connections

    credit_list = CreditList.objects.get(code="BENCH-WAITING")
    keys = list(Entry.objects.filter(credit_list=credit_list, state="IN_REVIEW").values_list("pk")[:OF_A_PUBLICATION])
    chosen = Entry.objects.filter(pk__in=[key for (key,) in keys])
    publish_entries(credit_list=credit_list, entries=chosen, by=set_stage().reviewer)
    close_old_connections()


def _judged(calls: list[Call], memory: list[dict[str, int]], capacity: float, minutes: float) -> list[Figure]:
    print(_parts(calls, memory, minutes))
    faults = Counter(one.fault for one in calls if one.fault)
    wrong = [f"{count} times {fault}" for fault, count in faults.most_common(10)]
    wrong += [*_grown(memory), *_slower(calls)]
    if wrong:
        raise Unsteady("\n".join(wrong))
    figures = [
        Figure("capacity of the mix", capacity, "calls/s"),
        Figure("soaked at", len(calls) / minutes / 60, "calls/s"),
    ]
    return figures + [
        Figure(f"  {kind}, p95 of {minutes:g} minutes", percentile(_took(calls, kind), 95) * 1000, "ms", None, False)
        for kind in MIX
    ]


def _grown(memory: list[dict[str, int]]) -> Iterator[str]:
    quarter = max(1, len(memory) // 4)
    for name in memory[-1]:
        known = [part[name] for part in memory if name in part]
        if len(known) < len(memory):
            continue
        before, after = (sum(some) / len(some) for some in (known[quarter : 2 * quarter], known[-quarter:]))
        if after > before * GROWTH + GROWTH_MIB:
            yield f"{name} grew from {before:.0f} to {after:.0f} MiB"


def _slower(calls: list[Call]) -> Iterator[str]:
    for kind in MIX:
        ours = sorted((one.begun, one.took) for one in calls if one.kind == kind)
        third = len(ours) // 3
        first, last = (percentile([took for _begun, took in some], 95) for some in (ours[:third], ours[-third:]))
        if last > first * DRIFT + DRIFT_SECONDS:
            yield f"{kind}: p95 went from {first * 1000:.0f} to {last * 1000:.0f} ms"


def _parts(calls: list[Call], memory: list[dict[str, int]], minutes: float) -> str:
    began = min(one.begun for one in calls)
    by_part: dict[int, list[Call]] = defaultdict(list)
    for one in calls:
        by_part[min(PARTS - 1, int((one.begun - began) / (minutes * 60 / PARTS)))].append(one)
    lines = [f"{'minute':>7} {'calls':>7} {'failed':>6} " + " ".join(f"{kind + ' p95':>14}" for kind in MIX) + "  MiB"]
    for part, some in sorted(by_part.items()):
        p95 = " ".join(f"{percentile(_took(some, kind), 95) * 1000:11.0f} ms" for kind in MIX)
        held = ", ".join(f"{name} {size}" for name, size in sorted(memory[part].items())) if part < len(memory) else ""
        failed = sum(1 for one in some if one.fault)
        lines.append(f"{(part + 1) * minutes / PARTS:7.1f} {len(some):7,} {failed:6} {p95}  {held}")
    return "\n".join(lines)


def _took(calls: list[Call], kind: str) -> list[float]:
    return [one.took for one in calls if one.kind == kind] or [0.0]


def _resident(roots: list[int]) -> dict[str, int]:
    """MiB of every process below these, themselves included: by what it is and its number."""
    found = {}
    for pid in _family(roots):
        try:
            with open(f"/proc/{pid}/status") as status, open(f"/proc/{pid}/cmdline") as command:
                words = command.read().split("\0")
                name = next((word for word in ("gunicorn", "beat", "worker") if word in words), words[0])
                held = next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))
        except (OSError, StopIteration):
            continue
        found[f"{name}-{pid}"] = held
    return found


def _family(roots: list[int]) -> Iterator[int]:
    for pid in roots:
        yield pid
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as children:
                yield from _family([int(child) for child in children.read().split()])
        except OSError:
            continue
