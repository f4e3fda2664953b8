"""The pages of any passer-by at 1,000,000 published organisations, by Django's test client on the real database.

Each call comes from an address of its own, so that no limit for one address counts. There is no floor.
"""

import re
from collections.abc import Callable, Iterable
from time import perf_counter

from django.conf import settings
from django.test import Client
from django.urls import reverse

from bench.report import Figure
from jinan_credit.portal.statistics import forget_statistics
from lists.enums import ListKind
from lists.models import CreditList, Entry

AIM = "≤ 150 ms"
REPEATS = 60
ENTRIES = 400
COUNTED_ANEW = 7
PAGES_DEEP = 30
NEXT = re.compile(r"after=([0-9a-f-]{36})")


def figures(credit_list: str, texts: list[str]) -> list[Figure]:
    """What is searched is what `texts` ask; each caller has an address of its own."""
    settings.ALLOWED_HOSTS = ["*"]
    entries = [reverse("public_entry", args=[pk]) for pk in Entry.objects.values_list("pk", flat=True)[:ENTRIES]]
    page = reverse("public_list", args=[credit_list])
    deep = _deep(page)
    CreditList.objects.filter(code=credit_list).update(kind=ListKind.RED)
    found = [
        _figure("public search, the whole page", [(reverse("home"), {"q": text}) for text in texts]),
        _figure("  public page of an entry", [(address, {}) for address in entries]),
        _figure("  home page with the newest red entries", [(reverse("home"), {})] * REPEATS),
        _figure("  page of a list of all entries", [(page, {})] * REPEATS),
        _figure(f"  {PAGES_DEEP} pages on", [(deep, {})] * REPEATS),
        _figure("  public statistics", [(reverse("public_statistics"), {})] * REPEATS),
        _figure("  counted anew", [(reverse("public_statistics"), {})] * COUNTED_ANEW, forget_statistics),
    ]
    CreditList.objects.filter(code=credit_list).update(kind=ListKind.BLACK)
    return found


def _figure(
    name: str, asked: Iterable[tuple[str, dict[str, str]]], before: Callable[[], None] = lambda: None
) -> Figure:
    client, took = Client(), []
    for number, (address, query) in enumerate(asked):
        before()
        started = perf_counter()
        answer = client.get(address, query, REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}")
        took.append((perf_counter() - started) * 1000)
        assert answer.status_code == 200, (address, query, answer.status_code)
    took = sorted(took[1:])  # the first one loads templates
    return Figure(f"{name}, p95", took[min(len(took) * 95 // 100, len(took) - 1)], "ms", None, False, AIM)


def _deep(page: str) -> str:
    """The address some pages on, as a visitor gets there."""
    client, address = Client(), page
    for _ in range(PAGES_DEEP):
        found = NEXT.search(client.get(address).content.decode())
        assert found is not None
        address = f"{page}?after={found[1]}"
    return address
