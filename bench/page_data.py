"""A province's lists for the staff pages: published entries, work in progress, tasks, screenings."""

from dataclasses import dataclass

from django.db import connection, transaction

from bench.data import load_entries_in_review, load_published_entries, settle
from bench.stage import Stage, make_list, set_stage
from catalog.models import RuleProfile
from jinan_credit.accounts.enums import Role, UnitKind
from jinan_credit.accounts.models import RoleGrant, Unit, User
from jinan_credit.kernel import clock
from lists.models import CreditList

ENTRIES = 1_000_000
IN_PROGRESS = 20_000
LISTS = 10
OF_SMALL_UNIT = 200
PUBLICATIONS = 1_000
SCREENINGS = 50_000
FIRST = 6_000_000


@dataclass(frozen=True)
class People:
    """Who opens the pages: of the unit that owns everything, of one that cooperates, of one that owns little."""

    clerk: User
    reviewer: User
    cooperating: User
    small: User
    coordinator: User


def people() -> People:
    return People(**{name: User.objects.get(username=f"bench-{name}") for name in People.__annotations__})


def load(scale: float) -> None:
    stage = set_stage()
    made_by, reviewed_by = stage.clerk.user, stage.reviewer.user
    assert made_by is not None
    assert reviewed_by is not None
    small = _make_people(stage)
    lists = [make_list(stage, f"BENCH-PAGES-{number}") for number in range(LISTS)]
    own = make_list(stage, "BENCH-SMALL", with_units=False)
    own.initiating_units.set([small.unit])
    load_published_entries(own, first=FIRST, count=OF_SMALL_UNIT, made_by=small.pk, reviewed_by=reviewed_by.pk)
    first, each = FIRST + OF_SMALL_UNIT, int(ENTRIES * scale) // LISTS
    for credit_list in lists:
        load_published_entries(credit_list, first=first, count=each, made_by=made_by.pk, reviewed_by=reviewed_by.pk)
        first += each
    _vary()
    work = make_list(stage, "BENCH-WORK")
    load_entries_in_review(work, first=first, count=IN_PROGRESS, made_by=made_by.pk)
    _spread_work(work)
    _load_tasks(stage)
    _load_screenings(stage.cooperating[0])
    settle()


def _make_people(stage: Stage) -> User:
    unit = Unit.objects.create(code="bench-small", name="测速小单位", kind=UnitKind.ADMINISTRATION, is_city_unit=False)
    made = {}
    for name, of, role in (
        ("cooperating", stage.cooperating[0], Role.CLERK),
        ("small", unit, Role.CLERK),
        ("coordinator", stage.cooperating[1], Role.COORDINATOR),
    ):
        made[name] = User.objects.create(username=f"bench-{name}", unit=of)
        RoleGrant.objects.create(user=made[name], role=role)
    return made["small"]


@transaction.atomic
def _vary() -> None:
    """Terms of all lengths, classes, a few marks; one in twenty has left its list."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """
            UPDATE lists_entry SET
                term_to = %(today)s + (subject_id %% 700)::int,
                dishonesty_class = (ARRAY['MINOR', 'ORDINARY', 'SERIOUS'])[1 + subject_id %% 3],
                marks = CASE WHEN subject_id %% 5000 = 0 THEN ARRAY['OBJECTION_OPEN'] ELSE '{}' END,
                state = CASE WHEN subject_id %% 20 = 0 THEN 'REMOVED' ELSE 'PUBLISHED' END,
                exit_on = CASE WHEN subject_id %% 20 = 0 THEN %(today)s - 1 END,
                exit_reason = CASE WHEN subject_id %% 20 = 0 THEN 'REPAIRED' ELSE '' END
            """,
            {"today": clock.today()},
        )


@transaction.atomic
def _spread_work(work: CreditList) -> None:
    """A third each: draft, returned, in review; with the steps that led there."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """
            UPDATE lists_entry SET state = (ARRAY['DRAFT', 'RETURNED', 'IN_REVIEW'])[1 + subject_id %% 3]
            WHERE credit_list_id = %s
            """,
            [work.pk],
        )
        cursor.execute(
            """
            INSERT INTO lists_entrymove (of_id, name, from_state, to_state, by_id, unit_id, at, reason)
            SELECT id, step.name, step.source, step.target, made_by_id, unit_id, %s, ''
            FROM lists_entry,
                (VALUES ('draft', '', 'DRAFT'), ('submit', 'DRAFT', 'IN_REVIEW')) AS step(name, source, target)
            WHERE credit_list_id = %s
            """,
            [clock.now(), work.pk],
        )


@transaction.atomic
def _load_tasks(stage: Stage) -> None:
    """A year of publications, each with a task for every cooperating unit; one in ten is still to be signed."""
    rules = RuleProfile.objects.for_case("unit-task", clock.today())
    assert stage.reviewer.user is not None
    parameters = {
        "reviewer": stage.reviewer.user.pk,
        "unit": stage.unit.pk,
        "units": [unit.pk for unit in stage.cooperating],
        "rules": rules.pk,
        "now": clock.now(),
        "today": clock.today(),
        "count": PUBLICATIONS,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """
            INSERT INTO lists_publication
                (credit_list_id, kind, change_reason, reason, unit_id, approved_by_id, published_at, count)
            SELECT (SELECT min(id) FROM lists_creditlist WHERE code LIKE 'BENCH-PAGES-%%') + n %% 10, 'LISTING',
                'PUBLISHED', '', %(unit)s, %(reviewer)s, %(now)s - n * interval '8 hours', 1
            FROM generate_series(1, %(count)s) n
            """,
            parameters,
        )
        cursor.execute(
            """
            INSERT INTO sanctions_unittask
                (publication_id, credit_list_id, unit_id, kind, state, rules_id, due_on, is_due_provisional,
                 is_feedback_due_provisional, made_at)
            SELECT id, credit_list_id, owed, 'SIGN', CASE WHEN (id + owed) %% 10 = 0 THEN 'TO_SIGN' ELSE 'SIGNED' END,
                %(rules)s, published_at::date + 5, false, false, published_at
            FROM lists_publication, unnest(%(units)s) owed WHERE unit_id = %(unit)s
            """,
            parameters,
        )
        cursor.execute(
            """
            INSERT INTO sanctions_unittaskmove (of_id, name, from_state, to_state, unit_id, at, reason)
            SELECT id, 'sign', 'TO_SIGN', 'SIGNED', unit_id, made_at + interval '1 day', ''
            FROM sanctions_unittask WHERE state = 'SIGNED'
            """
        )


@transaction.atomic
def _load_screenings(unit: Unit) -> None:
    """One in ten found an entry; one in ten of those waits for its answer."""
    parameters = {"unit": unit.pk, "now": clock.now(), "count": SCREENINGS}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """
            INSERT INTO sanctions_screening
                (id, unit_id, by_id, screened_at, party_kind, party_name, party_code, document_type, sealed_number,
                masked_number, number_index, matter_code, matter_name, matter_reference, purpose, positions, result,
                unknown_reason, receipt, state)
            SELECT uuidv7(), %(unit)s, (SELECT id FROM accounts_user WHERE username = 'bench-cooperating'),
                %(now)s - n * interval '10 minutes', 'ORGANISATION', '', subject.code, '', '', '', '', 'CG', '政府采购',
                '', '资格审查', '{}', CASE WHEN n %% 10 = 0 THEN 'HIT' ELSE 'CLEAR' END, '', '', 'OPEN'
            FROM (
                SELECT code, row_number() OVER () AS n FROM lists_subject WHERE code IS NOT NULL LIMIT %(count)s
            ) subject
            """,
            parameters,
        )
        cursor.execute(
            """
            INSERT INTO sanctions_hit (screening_id, entry_id, entry_version, match, matched_as, score, state)
            SELECT screening.id, entry.id, 1, 'IDENTIFIER', 'SUBJECT', 1,
                CASE WHEN entry.subject_id %% 10 = 1 THEN 'OPEN' ELSE 'ANSWERED' END
            FROM sanctions_screening screening
            JOIN lists_subject subject ON subject.code = screening.party_code
            JOIN lists_entry entry ON entry.subject_id = subject.id
            WHERE screening.receipt = '' AND screening.result = 'HIT'  -- those of above, not those of another figure
            """,
            parameters,
        )
