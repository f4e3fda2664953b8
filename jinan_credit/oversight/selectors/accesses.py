"""Who reached which records: every access log and the history, gathered into one table of the session.

Each source is a SELECT of the columns of `Access`; the period and what it is narrowed to are put around it, so that a
source need not know them. What reached many records at once (a push, a snapshot) has a line a record.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import MoveRecord
from lists.models import Entry, EntryMove

PIECE = 2_000
"""Lines of a log that are handed to the server at a time."""


class Way(TextChoices):
    """How a record was reached."""

    REVEAL = "REVEAL", _("Full number shown")
    SEARCH = "SEARCH", _("Searched by number")
    SCREENING = "SCREENING", _("Screened")
    BATCH = "BATCH", _("Batch screened")
    LOOKED_UP = "LOOKED_UP", _("Entries looked up by the unit's system")
    FETCHED = "FETCHED", _("Changes fetched by the unit's system")
    SNAPSHOT = "SNAPSHOT", _("Whole list fetched by the unit's system")
    COPY = "COPY", _("In a copy without numbers, fetched last at this time")
    PUSHED = "PUSHED", _("Pushed to the unit's system")
    DOWNLOADED = "DOWNLOADED", _("Downloaded as a file of changes")
    PAGE = "PAGE", _("Page of an entry seen")
    EXPORTED = "EXPORTED", _("Exported to a file")
    REPORTER = "REPORTER", _("Looked who made a tip-off")
    STEP = "STEP", _("Took a step")
    CHANGED = "CHANGED", _("Changed, by the history")


class Scope(NamedTuple):
    """From `since` on, before `until`; narrowed to one person, system, unit or list where given."""

    since: datetime
    until: datetime
    user: int | None = None
    client: int | None = None
    unit: int | None = None
    credit_list: int | None = None


class SeenPage(NamedTuple):
    """A page of an entry that a person of the staff was shown, as the log of requests tells."""

    at: datetime
    user: int
    entry: UUID
    page: str


class Access(NamedTuple):
    at: datetime
    way: str
    user: str | None
    client: str | None
    unit: str | None
    credit_list: str | None
    record: str
    is_person: bool
    name: str
    number: str
    related_names: list[str]
    related_numbers: list[str]
    times: int
    note: str


@dataclass(frozen=True)
class Tally:
    """Of one way: its lines, the entries among them, and natural persons whether listed or related."""

    way: str
    lines: int
    entries: int
    persons: int


_COLUMNS = (
    "at",
    "user_id",
    "client_id",
    "unit_id",
    "list_id",
    "entry_id",
    "subject_id",
    "person_id",
    "record",
    "party",
    "number",
    "count",
    "note",
)
_TABLES = """
    DROP TABLE IF EXISTS pg_temp.reached, pg_temp.reached_person, pg_temp.seen_page;
    CREATE TEMPORARY TABLE reached (
        way text, at timestamptz, user_id bigint, client_id bigint, unit_id bigint, list_id bigint, entry_id uuid,
        subject_id bigint, person_id bigint, record text, party text, number text, count bigint, note text
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE reached_person (way text, person text) ON COMMIT DROP;
    CREATE TEMPORARY TABLE seen_page (at timestamptz, user_id bigint, entry_id uuid, page text) ON COMMIT DROP;
"""

_SINGLE: dict[str, str] = {
    Way.REVEAL: """
        SELECT log.at, log.by_id, NULL::bigint, log.unit_id, entry.credit_list_id, entry.id,
            CASE WHEN log.person_id IS NULL THEN log.subject_id END, person.id, 'number', '', '', 1, log.reason
        FROM lists_numberreveal log
        LEFT JOIN lists_relatedperson person ON person.id = log.person_id
        LEFT JOIN lists_entry entry ON entry.id = person.entry_id
    """,
    Way.SEARCH: """
        SELECT log.at, log.by_id, NULL::bigint, log.unit_id, NULL::bigint, NULL::uuid, subject.id, NULL::bigint,
            'search ' || log.id, '', log.masked_number, log.found, log.reason
        FROM lists_numbersearch log
        LEFT JOIN lists_subject subject ON subject.number_index = log.number_index AND subject.number_index <> ''
    """,
    Way.SCREENING: """
        SELECT log.screened_at, log.by_id, log.by_client_id, log.unit_id, entry.credit_list_id, entry.id, NULL::bigint,
            NULL::bigint, 'screening ' || log.id, CASE WHEN log.party_kind = 'PERSON' THEN log.party_name ELSE '' END,
            log.masked_number, 1, log.purpose
        FROM sanctions_screening log
        LEFT JOIN sanctions_hit hit ON hit.screening_id = log.id
        LEFT JOIN lists_entry entry ON entry.id = hit.entry_id
    """,
    Way.BATCH: """
        SELECT log.made_at, log.by_id, log.by_client_id, log.unit_id, NULL::bigint, NULL::uuid, NULL::bigint,
            NULL::bigint, 'batch ' || log.id, '', '', log.row_count, log.purpose
        FROM sanctions_screeningbatch log
    """,
    Way.LOOKED_UP: """
        SELECT log.at, log.by_id, log.client_id, log.unit_id, log.credit_list_id, NULL::uuid, NULL::bigint,
            NULL::bigint, 'numbers', '', '', log.number_count, ''
        FROM lists_numberhandout log WHERE log.way = 'ENTRIES'
    """,
    Way.SNAPSHOT: """
        SELECT log.at, log.by_id, log.client_id, log.unit_id, log.credit_list_id, held.entry_id, NULL::bigint,
            NULL::bigint, 'entry ' || held.entry_id, '', '', 1, ''
        FROM lists_numberhandout log
        CROSS JOIN LATERAL (
            SELECT DISTINCT ON (change.entry_id) change.entry_id, change.op
            FROM lists_publication publication JOIN lists_change change ON change.publication_id = publication.id
            WHERE publication.credit_list_id = log.credit_list_id
                AND publication.first_seq + change.ordinal - 1 <= split_part(log.up_to, ':', 2)::bigint
            ORDER BY change.entry_id, change.version DESC
        ) held
        WHERE log.way = 'SNAPSHOT' AND held.op = 'upsert'
    """,
    Way.PAGE: """
        SELECT seen.at, seen.user_id, NULL::bigint, account.unit_id, entry.credit_list_id, entry.id, NULL::bigint,
            NULL::bigint, seen.page, '', '', 1, ''
        FROM seen_page seen
        JOIN accounts_user account ON account.id = seen.user_id
        JOIN lists_entry entry ON entry.id = seen.entry_id
    """,
    Way.EXPORTED: """
        SELECT log.made_at, log.made_by_id, NULL::bigint, log.unit_id, NULL::bigint, NULL::uuid, NULL::bigint,
            NULL::bigint, 'export ' || log.id || ' of ' || log.source || ', fetched ' || log.downloads || ' times',
            '', '', coalesce(log.row_count, 0), log.reason
        FROM lists_entryexport log
        UNION ALL
        SELECT log.made_at, log.made_by_id, NULL, log.unit_id, entry.credit_list_id, entry.id, NULL, NULL,
            'export ' || log.id || ' of ' || log.source, '', '', 1, log.reason
        FROM lists_entryexport log
        JOIN lists_exportedentries held ON held.export_id = log.id
        JOIN lists_entry entry ON entry.id = ANY(held.entries)
    """,
    Way.REPORTER: """
        SELECT log.at, log.by_id, NULL::bigint, log.unit_id, NULL::bigint, NULL::uuid, NULL::bigint, NULL::bigint,
            'tip-off ' || tip_off.receipt_number, '', '', 1, log.reason
        FROM objections_reporterlook log JOIN objections_tipoff tip_off ON tip_off.id = log.tip_off_id
    """,
}
"""In the order of `_COLUMNS`."""

_STRETCHES: dict[str, str] = {
    Way.FETCHED: """
        SELECT at, by_id AS user_id, client_id, unit_id, credit_list_id AS list_id,
            coalesce(nullif(split_part(after, ':', 2), ''), '0')::bigint AS after,
            split_part(up_to, ':', 2)::bigint AS up_to, '' AS note
        FROM lists_numberhandout WHERE way = 'FEED'
    """,
    Way.COPY: """
        SELECT copy.fetched_at AS at, NULL::bigint AS user_id, NULL::bigint AS client_id, copy.unit_id,
            copy.credit_list_id AS list_id, copy.from_seq AS after, copy.to_seq AS up_to, '' AS note
        FROM exchange_offlinecopy copy JOIN accounts_unit unit ON unit.id = copy.unit_id
        WHERE unit.data_profile = 'MASKED' AND copy.fetched_at IS NOT NULL
    """,
    Way.PUSHED: """
        SELECT log.at, NULL::bigint AS user_id, NULL::bigint AS client_id, unit_id, credit_list_id AS list_id,
            log.from_seq AS after, log.to_seq AS up_to, '' AS note
        FROM exchange_pushattempt log JOIN exchange_cursor cursor ON cursor.id = log.cursor_id
        WHERE log.kind = 'list.changes' AND log.status BETWEEN 200 AND 299
    """,
    Way.DOWNLOADED: """
        SELECT at, by_id AS user_id, NULL::bigint AS client_id, unit_id, credit_list_id AS list_id,
            from_seq AS after, to_seq AS up_to, reason AS note
        FROM exchange_download
    """,
}
"""Accesses to a stretch of a list's feed: when, who, and after and up to which position."""

_OF_STRETCH = """
    SELECT reach.at, reach.user_id, reach.client_id, reach.unit_id, reach.list_id, change.entry_id, NULL::bigint,
        NULL::bigint, 'entry ' || change.entry_id, '', '', 1, reach.note
    FROM ({stretch}) reach
    JOIN lists_publication publication ON publication.credit_list_id = reach.list_id
        AND publication.last_seq > reach.after AND publication.first_seq <= reach.up_to
    JOIN lists_change change ON change.publication_id = publication.id
        AND publication.first_seq + change.ordinal - 1 > reach.after
        AND publication.first_seq + change.ordinal - 1 <= reach.up_to
"""

_STEP = """
    SELECT move.at, move.by_id, move.by_client_id, move.unit_id, {list_id}, {entry_id}, NULL::bigint, NULL::bigint,
        '{label} ' || move.of_id, '', '', 1, move.name
    FROM {table} move {join}
"""

_CHANGE = """
    SELECT event.pgh_created_at, account.id, NULL::bigint, account.unit_id, {list_id}, {entry_id}, NULL::bigint,
        NULL::bigint, '{label} ' || event.pgh_obj_id, '', '', 1, event.pgh_label
    FROM {table} event
    LEFT JOIN pghistory_context context ON context.id = event.pgh_context_id
    LEFT JOIN accounts_user account ON account.id = (context.metadata ->> 'user')::bigint
"""

_PERSONS = """
    INSERT INTO reached_person
    SELECT line.way, coalesce(nullif(subject.number_index, ''), 'subject ' || subject.id)
    FROM reached line
    LEFT JOIN lists_entry entry ON entry.id = line.entry_id
    JOIN lists_subject subject ON subject.id = coalesce(line.subject_id, entry.subject_id)
    WHERE subject.kind = 'NATURAL_PERSON'
    UNION
    SELECT line.way, coalesce(nullif(related.number_index, ''), 'related ' || related.id)
    FROM reached line JOIN lists_relatedperson related ON related.entry_id = line.entry_id
    WHERE line.person_id IS NULL OR related.id = line.person_id
"""

_LINES = """
    SELECT line.at, line.way, account.username, client.name, unit.name, list.code, line.record,
        coalesce(subject.kind = 'NATURAL_PERSON', line.party <> ''),
        coalesce(entry.subject_name, subject.name, line.party),
        coalesce(nullif(subject.masked_number, ''), subject.code, line.number),
        coalesce(related.names, '{}'), coalesce(related.numbers, '{}'), line.count, line.note
    FROM reached line
    LEFT JOIN accounts_user account ON account.id = line.user_id
    LEFT JOIN accounts_apiclient client ON client.id = line.client_id
    LEFT JOIN accounts_unit unit ON unit.id = line.unit_id
    LEFT JOIN lists_creditlist list ON list.id = line.list_id
    LEFT JOIN lists_entry entry ON entry.id = line.entry_id
    LEFT JOIN lists_subject subject ON subject.id = coalesce(line.subject_id, entry.subject_id)
    LEFT JOIN LATERAL (
        SELECT array_agg(one.name ORDER BY one.id) AS names, array_agg(one.masked_number ORDER BY one.id) AS numbers
        FROM lists_relatedperson one
        WHERE one.entry_id = line.entry_id AND (line.person_id IS NULL OR one.id = line.person_id)
    ) related ON true
    ORDER BY line.at, line.way, line.record
"""


def gather_accesses(scope: Scope, pages: Iterable[SeenPage], tell: Callable[[str, int], None]) -> None:
    """Fill the tables of this transaction; `tell` hears of each source how many lines it gave."""
    conditions, values = _conditions(scope)
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        read = iter(pages)
        while some := list(islice(read, PIECE)):
            cursor.executemany("INSERT INTO seen_page VALUES (%s, %s, %s, %s)", some)
        for way, source in _sources():
            cursor.execute(
                f"INSERT INTO reached SELECT %s, * FROM ({source}) AS found ({', '.join(_COLUMNS)}) WHERE {conditions}",
                [way, *values],
            )
            if cursor.rowcount:
                tell(str(Way(way).label), cursor.rowcount)
        cursor.execute("ANALYZE reached")
        cursor.execute(_PERSONS)


def tallies() -> tuple[list[Tally], Tally]:
    """By way, and of all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT way, count(*) FROM reached_person GROUP BY way")
        persons = dict(cursor.fetchall())
        cursor.execute("SELECT way, count(*), count(DISTINCT entry_id) FROM reached GROUP BY way ORDER BY way")
        by_way = [Tally(way, lines, entries, persons.get(way, 0)) for way, lines, entries in cursor.fetchall()]
        cursor.execute("""
            SELECT (SELECT count(*) FROM reached), (SELECT count(DISTINCT entry_id) FROM reached),
                (SELECT count(DISTINCT person) FROM reached_person)
        """)
        return by_way, Tally("", *cursor.fetchone())


def accesses() -> Iterator[Access]:
    """In the order of time, read from the server in pieces. Names are in clear: whoever writes them down masks them."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINES)
        for row in cursor:
            yield Access(*row)


def _conditions(scope: Scope) -> tuple[str, list[Any]]:
    narrowed = {"user_id": scope.user, "client_id": scope.client, "unit_id": scope.unit}
    given = {name: value for name, value in narrowed.items() if value is not None}
    conditions = ["at >= %s", "at < %s", *(f"{name} = %s" for name in given)]
    values: list[Any] = [scope.since, scope.until, *given.values()]
    if scope.credit_list is not None:
        conditions.append("""
            (list_id = %s OR list_id IS NULL AND EXISTS (
                SELECT FROM lists_entry one WHERE one.subject_id = found.subject_id AND one.credit_list_id = %s
            ))
        """)
        values += [scope.credit_list, scope.credit_list]
    return " AND ".join(conditions), values


def _sources() -> Iterator[tuple[str, str]]:
    yield from _SINGLE.items()
    for way, stretch in _STRETCHES.items():
        yield way, _OF_STRETCH.format(stretch=stretch)
    for model in apps.get_models():
        table = model._meta.db_table
        if issubclass(model, MoveRecord):
            moved: Any = next(field.related_model for field in model._meta.fields if field.name == "of")
            yield Way.STEP, _STEP.format(table=table, label=moved._meta.label, **_step_of(model))
        elif (tracked := getattr(model, "pgh_tracked_model", None)) is not None and hasattr(tracked, "classified"):
            yield Way.CHANGED, _CHANGE.format(table=table, label=tracked._meta.label, **_change_of(tracked))


def _step_of(model: type[MoveRecord]) -> dict[str, str]:
    """An entry's own steps name it and its list; others by what they are of."""
    if model is not EntryMove:
        return {"list_id": "NULL::bigint", "entry_id": "NULL::uuid", "join": ""}
    return {
        "list_id": "one.credit_list_id",
        "entry_id": "one.id",
        "join": "JOIN lists_entry one ON one.id = move.of_id",
    }


def _change_of(tracked: type[models.Model]) -> dict[str, str]:
    if tracked is not Entry:
        return {"list_id": "NULL::bigint", "entry_id": "NULL::uuid"}
    return {"list_id": "event.credit_list_id", "entry_id": "event.pgh_obj_id"}
