"""Finding a name among those of 1,000,000 organisations, each with an entry in force; the public search on the same.

Names are synthetic (`lists.services.synthetic.varied_company`). One question in eight is an exact name, one is about
nobody, the others have a slip each, of all kinds. Without HTTP, but for the public pages (bench/public_pages.py).
Floor: one indexed SELECT by the exact name.
"""

import csv
import io
from collections.abc import Callable
from random import Random
from time import perf_counter

from django.core.paginator import Paginator
from django.db import connection, transaction

from bench import public_pages
from bench.data import settle
from bench.report import Figure, peak_memory
from bench.stage import make_list, set_stage
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant, User
from jinan_credit.kernel import clock
from jinan_credit.portal.selectors import MOST_RESULTS, entries_of_subjects, subjects_asked
from lists.matching.search import find_names
from lists.services.feed import ENTRY_BODY_SOURCE
from lists.services.subjects import index_names
from lists.services.synthetic import Company, uscc, varied_company, varied_company_name
from sanctions.api.representations import screening_out
from sanctions.enums import PartyKind, ScreeningResult
from sanctions.rules import Matter, Party
from sanctions.services.screenings import screen
from tests.lists.matching.golden import ask, near_misses, questions, total
from tests.lists.matching.slips import KINDS, NEAR_MISSES

LIST = "BENCH-SEARCH"
SUBJECTS = 1_000_000
QUESTIONS = 1_600
PUBLIC_QUESTIONS = 800
PER_PAGE = 20
SEED = 37
EACH = 20
PERCENTILES = (50, 95, 99)
Slip = Callable[[Company, Random], str]


def prepare(scale: float) -> None:
    stage = set_stage()
    assert stage.clerk.user is not None
    assert stage.reviewer.user is not None
    credit_list = make_list(stage, LIST)
    with transaction.atomic():
        _load_subjects(int(SUBJECTS * scale))
        _load_entries(credit_list.pk, stage.clerk.user.pk, stage.reviewer.user.pk)
    settle()


def measure(scale: float) -> list[Figure]:
    count = int(SUBJECTS * scale)
    started = perf_counter()
    assert index_names() == count
    rate, memory = count / (perf_counter() - started), peak_memory()
    settle()
    size = _index_size()
    asked = _questions(scale)
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX floor_by_name ON lists_subjectname (name)")
        cursor.execute("ANALYZE lists_subjectname")
    _time(_bare, asked[:200])
    floor = _time(_bare, asked)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX floor_by_name")
    _time(find_names, asked[:200])
    ours = _time(find_names, asked)
    public = _time(_search_public, asked[:PUBLIC_QUESTIONS])
    officer = _officer()
    screened = _time(lambda text: _screen(text, officer), asked[:PUBLIC_QUESTIONS])
    return [
        Figure("names read into the index", rate, "names/s", memory=memory),
        Figure(f"  index of {count:,} names", size / 1e6, "MB", aim="≤ 600 MB"),
        *_figures("name search", ours, floor, "≤ 20 ms"),
        *_figures("public search, a page of results", public, None, "≤ 50 ms"),
        *public_pages.figures(LIST, asked[:PUBLIC_QUESTIONS]),
        *_figures("screening by name, kept and shown", screened, None, "≤ 50 ms"),
        *_golden_set(scale),
    ]


def _figures(name: str, times: list[float], floor: list[float] | None, aim: str) -> list[Figure]:
    return [
        Figure(
            f"{name}, p{percent}",
            _percentile(times, percent) * 1000,
            "ms",
            _percentile(floor, percent) * 1000 if floor else None,
            more_is_better=False,
            aim=aim if percent == 95 else "",
        )
        for percent in PERCENTILES
    ]


def _golden_set(scale: float) -> list[Figure]:
    """The questions of the golden set of the tests, asked among all names."""
    companies = _companies(min(int(SUBJECTS * scale), 3_000))
    known = total(ask(questions(companies, KINDS, EACH, SEED)))
    nobodys = total(ask(near_misses(companies, NEAR_MISSES, 2 * EACH, SEED)))
    return [
        Figure("golden set, recall@10", 100 * known.in_ten / known.asked, "%", aim="≥ 99 %"),
        Figure("  recall@1", 100 * known.first / known.asked, "%", aim="≥ 95 %"),
        Figure("  near misses called hits", 100 * nobodys.hits / nobodys.asked, "%", aim="≤ 3 %"),
    ]


def _percentile(times: list[float], percent: int) -> float:
    return sorted(times)[min(len(times) * percent // 100, len(times) - 1)]


def _time(ask: Callable[[str], object], texts: list[str]) -> list[float]:
    times = []
    for text in texts:
        started = perf_counter()
        ask(text)
        times.append(perf_counter() - started)
    return times


def _bare(text: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, subject_id, name FROM lists_subjectname WHERE name = %s", [text])
        return cursor.fetchall()


def _search_public(text: str) -> object:
    page = Paginator(entries_of_subjects(subjects_asked(text))[:MOST_RESULTS], PER_PAGE).get_page(1)
    return page.paginator.count, list(page.object_list)


def _officer() -> Actor:
    user = User.objects.create(username="bench-searching", unit=set_stage().cooperating[0])
    RoleGrant.objects.create(user=user, role=Role.CLERK)
    return Actor(user=user)


def _screen(text: str, officer: Actor) -> object:
    party = Party(kind=PartyKind.ORGANISATION, name=text)
    screening = screen(party=party, matter=Matter("政府采购"), purpose="资格审查", by=officer)
    assert screening.result == ScreeningResult.UNKNOWN, "a name alone neither blocks nor clears"
    return screening_out(screening)


def _index_size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_indexes_size('lists_subjectname')")
        return int(cursor.fetchone()[0])


def _questions(scale: float) -> list[str]:
    random, companies = Random(SEED + 1), list(_companies(min(int(SUBJECTS * scale), 20_000)))
    slips = (_exact, _without_form, _without_place, _changed, _swapped, _missing, _proper, _nobody)
    return [slips[number % len(slips)](random.choice(companies), random) for number in range(QUESTIONS)]


def _exact(company: Company, random: Random) -> str:
    return company.name


def _without_form(company: Company, random: Random) -> str:
    return company.place + company.proper + company.trade


def _without_place(company: Company, random: Random) -> str:
    return company.proper + company.trade + company.form


def _changed(company: Company, random: Random) -> str:
    at = random.randrange(len(company.place), len(company.place + company.proper + company.trade))
    return company.name[:at] + random.choice(varied_company(random).proper) + company.name[at + 1 :]


def _swapped(company: Company, random: Random) -> str:
    return company.place + company.proper[1::-1] + company.proper[2:] + company.trade + company.form


def _missing(company: Company, random: Random) -> str:
    return company.place + company.proper + company.trade[1:] + company.form


def _proper(company: Company, random: Random) -> str:
    return company.proper


def _nobody(company: Company, random: Random) -> str:
    return varied_company_name(random)


def _companies(count: int) -> list[Company]:
    random = Random(SEED)
    return [varied_company(random) for _each in range(count)]


def _load_subjects(count: int) -> None:
    random = Random(SEED + 2)
    names = [company.name for company in _companies(min(count, 20_000))]
    names += [varied_company_name(random) for _each in range(count - len(names))]
    now = clock.now().isoformat()
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for name in names:
        writer.writerow(["LEGAL_PERSON", name, uscc(random), "", "", "", now])
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.copy_expert(
            "COPY lists_subject (kind, name, code, document_type, sealed_number, masked_number, created_at) "
            "FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (document_type, sealed_number, masked_number))",
            buffer,
        )
        cursor.execute(
            "INSERT INTO lists_subjectname (subject_id, name, source) SELECT id, name, 'REGISTERED' FROM lists_subject"
        )


def _load_entries(list_id: int, maker: int, reviewer: int) -> None:
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO lists_publication (credit_list_id, kind, change_reason, reason, unit_id, made_by_id,
                approved_by_id, published_at, count, first_seq, last_seq)
            SELECT %s, 'LISTING', 'PUBLISHED', '', unit_id, NULL, id, %s, 1, 1, 1 FROM accounts_user WHERE id = %s
            RETURNING id
            """,
            [list_id, clock.now(), reviewer],
        )
        publication = cursor.fetchone()[0]
        cursor.execute(
            """
            INSERT INTO lists_entry (
                credit_list_id, subject_id, subject_kind, subject_name, state, version, unit_id, basis, basis_kind,
                document_number, document_on, decided_on, term_from, term_to, grounds, facts, dishonesty_class,
                disclosure, person_disclosure_basis, marks, made_by_id, reviewed_by_id, made_at, published_at,
                last_publication_id, exit_reason)
            SELECT %(list)s, subject.id, kind, subject.name, 'PUBLISHED', 1, maker.unit_id, '《测速法》第一条',
                'PENALTY',
                '测罚〔2026〕' || subject.id || '号', %(today)s - 20, %(today)s - 20, %(today)s - 20, %(today)s + 345,
                '测速事由', '', 'ORDINARY', CASE WHEN kind = 'NATURAL_PERSON' THEN 'GOVERNMENT' ELSE 'PUBLIC' END, '',
                '{}', maker.id, %(reviewer)s, %(now)s, %(now)s,
                %(publication)s, ''
            FROM lists_subject subject, accounts_user maker WHERE maker.id = %(maker)s
            """,
            {
                "list": list_id,
                "today": today,
                "now": clock.now(),
                "publication": publication,
                "maker": maker,
                "reviewer": reviewer,
            },
        )
        cursor.execute(
            f"""
            INSERT INTO lists_change (publication_id, ordinal, op, entry_id, version, changed_at, reason, body)
            SELECT %s, row_number() OVER (), 'upsert', id, version, %s, 'PUBLISHED', body
            FROM ({ENTRY_BODY_SOURCE} WHERE entry.last_publication_id = %s) changed
            """,
            [publication, clock.now(), publication],
        )
