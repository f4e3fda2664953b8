"""100,000 identifiers of an NDJSON file against 1,000,000 entries: from the upload to the last line of the results.

Without HTTP. One party in ten is listed, so 10,000 screenings with hits, receipts and history are among the results.
Floor: the same identifiers copied into a bare temporary table and joined with the entries in force.
"""

import io
import json
import os
import random
from pathlib import Path
from time import perf_counter

from django.db import connection

from bench import screening
from bench.data import Party
from bench.report import Figure, peak_memory
from bench.stage import set_stage
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant, User
from jinan_credit.kernel import clock, crypto
from lists.enums import DocumentType
from lists.models import CreditList
from sanctions.api.batch_lines import lines_of
from sanctions.rules import Matter
from sanctions.selectors.batches import done_batch
from sanctions.services.batch_jobs import screen_batch
from sanctions.services.batches import screen_file

PARTIES = 100_000
ONE_LISTED_IN = 10
UNKNOWN = range(7_100_000, 8_000_000)
"""Parties that no figure puts on a list."""


def _file() -> Path:
    return Path(os.environ["BENCH_FOLDER"]) / "parties.ndjson"


def prepare(scale: float) -> None:
    """The lists are those of the figure for single screenings."""
    if not CreditList.objects.filter(code="BENCH-SCREEN-0").exists():
        screening.prepare(scale)
    officer, _made = User.objects.get_or_create(username="bench-officer", unit=set_stage().cooperating[0])
    RoleGrant.objects.get_or_create(user=officer, role=Role.CLERK)
    with _file().open("w") as file:
        file.writelines(json.dumps(_given(party)) + "\n" for party in _parties(scale))


def measure(scale: float) -> list[Figure]:
    by = Actor(user=User.objects.get(username="bench-officer"))
    started = perf_counter()
    with _file().open("rb") as file:
        given = screen_file(file=file, file_name="parties.ndjson", matter=Matter("政府采购"), purpose="资格审查", by=by)
    screen_batch(given.pk)
    screened = perf_counter()
    pages = list(lines_of(done_batch(given.pk, by)))
    done = perf_counter()
    memory = peak_memory()
    _require_right([json.loads(line) for page in pages for line in page.splitlines()], scale)
    return [
        Figure(
            f"{int(PARTIES * scale):,} parties against {int(screening.ENTRIES * scale):,}, upload to results",
            done - started,
            "s",
            _floor(scale),
            more_is_better=False,
            aim="≤ 4 s",
            memory=memory,
        ),
        Figure("  of it: looked up and kept", screened - started, "s"),
        Figure("  of it: results read", done - screened, "s"),
    ]


def _parties(scale: float) -> list[Party]:
    chosen = random.Random(1)
    entries = int(screening.ENTRIES * scale)
    return [
        Party((screening.FIRST + chosen.randrange(entries)) if _is_listed(number) else chosen.choice(UNKNOWN))
        for number in range(int(PARTIES * scale))
    ]


def _is_listed(number: int) -> bool:
    return number % ONE_LISTED_IN == 0


def _given(party: Party) -> dict[str, str]:
    return {"document_number": party.citizen_number} if party.is_person else {"code": party.code}


def _require_right(results: list[dict[str, object]], scale: float) -> None:
    expected = ["hit" if _is_listed(number) else "clear" for number in range(int(PARTIES * scale))]
    wrong = [result for result, right in zip(results, expected, strict=True) if result["result"] != right]
    assert not wrong, f"{len(wrong)} parties were told something else than what stands on the lists: {wrong[:3]}"


def _floor(scale: float) -> float:
    rows = [
        "\t" + crypto.blind_index(DocumentType.CITIZEN, party.citizen_number) if party.is_person else f"{party.code}\t"
        for party in _parties(scale)
    ]
    buffer = io.StringIO("\n".join(rows) + "\n")
    started = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE floor (code text, number_index text)")
        cursor.copy_expert("COPY floor FROM STDIN", buffer)
        cursor.execute("ANALYZE floor")
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT subject.id FROM floor JOIN lists_subject subject ON subject.code = floor.code
                UNION ALL
                SELECT subject.id FROM floor JOIN lists_subject subject ON subject.number_index = floor.number_index
            ) known JOIN lists_entry entry ON entry.subject_id = known.id
            WHERE state = 'PUBLISHED' AND %(today)s BETWEEN term_from AND term_to
            """,
            {"today": clock.today()},
        )
        assert cursor.fetchone()[0] == len(rows) // ONE_LISTED_IN
        cursor.execute("DROP TABLE floor")
    return perf_counter() - started
