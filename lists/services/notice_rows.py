"""The rows of notices: numbered and written in one statement, however many there are."""

import secrets
from typing import Any

from django.db import connection

from jinan_credit.kernel import clock
from lists.models import NoticeWording
from lists.models.notice import CODE_LENGTH

_ALPHABET = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # 32 that are not mistaken for each other: no I, L, O, U
_TABLE = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))

_INSERT = """
    INSERT INTO lists_notice (kind, entry_id, case_number, version, publication_id, wording_id, unit_id, year, serial,
                              issued_on, content, verification_code, made_by_id)
    SELECT %(kind)s, chosen.id, %(case)s, chosen.version, %(publication)s, %(wording)s, %(unit)s, %(year)s,
           %(before)s + chosen.n, %(issued_on)s, jsonb_strip_nulls(chosen.content), code.value, %(made_by)s
    FROM chosen JOIN unnest(%(codes)s::text[]) WITH ORDINALITY AS code(value, n) ON code.n = chosen.n
"""

PROPOSED = f"""
    WITH chosen AS (
        SELECT entry.id, 0 AS version, row_number() OVER (ORDER BY entry.id) AS n,
               jsonb_build_object(
                   'subject', jsonb_build_object(
                       'kind', entry.subject_kind, 'name', entry.subject_name,
                       'identifier', coalesce(subject.code, subject.masked_number),
                       'document_type', nullif(subject.document_type, '')),
                   'basis', entry.basis,
                   'document', jsonb_build_object('number', entry.document_number, 'on', entry.document_on),
                   'grounds', entry.grounds, 'facts', nullif(entry.facts, ''),
                   'dishonesty_class', nullif(entry.dishonesty_class, ''),
                   'term', jsonb_build_object('from', entry.term_from, 'to', entry.term_to),
                   'rule', entry.term_rule_id::text
               ) AS content
        FROM lists_entry entry JOIN lists_subject subject ON subject.id = entry.subject_id
        WHERE entry.id = ANY(%(entries)s::uuid[])
    )
    {_INSERT}
"""  # noqa: S608 - made of constants

CASE = f"""
    WITH chosen AS (SELECT %(entry)s::uuid AS id, 0 AS version, 1 AS n, %(own)s::jsonb AS content)
    {_INSERT}
"""

CHOSEN_CHANGES = """
    FROM lists_change change JOIN lists_entry entry ON entry.id = change.entry_id
    WHERE change.publication_id = %(publication)s AND change.ordinal > %(after)s AND change.ordinal <= %(up_to)s
"""


def _named(body: str) -> str:
    """The related persons of a body by role and name: a letter tells no number."""
    return f"""(SELECT coalesce(jsonb_agg(jsonb_build_object('role', person->'role', 'name', person->'name')
                                          ORDER BY place), '[]')
                FROM jsonb_array_elements({body}->'related_persons') WITH ORDINALITY AS persons(person, place))"""  # noqa: S608 - made of constants


# What was published is in the change; what the units are not told (facts, rule, masked number) is in the entry.
PUBLISHED = f"""
    WITH change AS (
        SELECT change.entry_id, change.ordinal, change.version, change.reason,
               coalesce(change.body, '{{}}'::jsonb) AS body
        {CHOSEN_CHANGES} AND entry.unit_id = %(unit)s
    ),
    chosen AS (
        SELECT entry.id, change.version, row_number() OVER (ORDER BY change.ordinal) AS n,
               jsonb_build_object(
                   'subject', jsonb_build_object(
                       'kind', entry.subject_kind,
                       'name', coalesce(change.body->'subject'->>'name', entry.subject_name),
                       'identifier', coalesce(subject.code, subject.masked_number),
                       'document_type', nullif(subject.document_type, '')),
                   'basis', coalesce(change.body->>'basis', entry.basis),
                   'document', coalesce(
                       change.body->'document',
                       jsonb_build_object('number', entry.document_number, 'on', entry.document_on)),
                   'decided_on', coalesce(change.body->>'decided_on', entry.decided_on::text),
                   'grounds', coalesce(change.body->>'grounds', entry.grounds),
                   'facts', nullif(entry.facts, ''),
                   'dishonesty_class', coalesce(change.body->>'dishonesty_class', nullif(entry.dishonesty_class, '')),
                   'term', coalesce(
                       change.body->'term', jsonb_build_object('from', entry.term_from, 'to', entry.term_to)),
                   'rule', entry.term_rule_id::text,
                   'repairable_on', repair.possible_on,
                   'changes', changed.fields,
                   'exit_reason', CASE WHEN %(is_removal)s THEN change.reason END,
                   'exit_on', CASE WHEN %(is_removal)s THEN entry.exit_on END
               ) AS content
        FROM change
        JOIN lists_entry entry ON entry.id = change.entry_id
        JOIN lists_subject subject ON subject.id = entry.subject_id
        LEFT JOIN unnest(%(rules)s::bigint[], %(classes)s::text[], %(days)s::date[], %(possible)s::date[])
            AS repair(rule, class, day, possible_on)
            ON repair.rule = entry.term_rule_id AND repair.class = entry.dishonesty_class
           AND repair.day = entry.document_on
        LEFT JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_object('field', field, 'old', old, 'new', new)
                             ORDER BY array_position(%(correctable)s::text[], field)) AS fields
            FROM (
                SELECT new.key AS field, old.value AS old, new.value AS new
                FROM (SELECT to_jsonb(event) AS value FROM lists_entryevent event
                      WHERE pgh_obj_id = entry.id AND version = change.version - 1 ORDER BY pgh_id DESC LIMIT 1) before,
                     (SELECT to_jsonb(event) AS value FROM lists_entryevent event
                      WHERE pgh_obj_id = entry.id AND version = change.version ORDER BY pgh_id LIMIT 1) after,
                     jsonb_each(before.value) old JOIN jsonb_each(after.value) new USING (key)
                WHERE key = ANY(%(correctable)s::text[])
                UNION ALL
                SELECT 'related_persons', {_named("before.body")}, {_named("change.body")}
                FROM (SELECT body FROM lists_change
                      WHERE entry_id = entry.id AND version < change.version AND body IS NOT NULL
                      ORDER BY version DESC LIMIT 1) before
                WHERE change.body ? 'related_persons'
            ) compared
            WHERE old IS DISTINCT FROM new
        ) changed ON %(is_correction)s
    )
    {_INSERT}
"""  # noqa: S608 - made of constants


def insert_notices(statement: str, wording: NoticeWording, count: int, **parameters: Any) -> int:
    """Number and insert `count` notices in one statement."""
    issued_on = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO lists_noticeserial AS serial (unit_id, year, last) VALUES (%(unit)s, %(year)s, %(count)s)
            ON CONFLICT (unit_id, year) DO UPDATE SET last = serial.last + excluded.last RETURNING last
            """,
            {"unit": wording.unit_id, "year": issued_on.year, "count": count},
        )
        last = cursor.fetchone()[0]
        cursor.execute(
            statement,
            {
                "publication": None,
                "made_by": None,
                "case": "",
                **parameters,
                "kind": wording.kind,
                "wording": wording.pk,
                "unit": wording.unit_id,
                "year": issued_on.year,
                "before": last - count,
                "issued_on": issued_on,
                "codes": new_codes(count),
            },
        )
        assert cursor.rowcount == count, "a number that no notice bears would be a gap"
    return count


def new_codes(count: int) -> list[str]:
    """Verification codes from the system's random source: 16 characters of 32, 80 bits."""
    characters = secrets.token_bytes(CODE_LENGTH * count).translate(_TABLE).decode()
    return [characters[start : start + CODE_LENGTH] for start in range(0, len(characters), CODE_LENGTH)]
