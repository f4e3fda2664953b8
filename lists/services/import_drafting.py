"""The rows of a confirmed file become drafts, revisions and proposals: a few statements for any number of rows."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from jinan_credit.kernel import clock
from lists.enums import PersonRole
from lists.models import ListImport
from lists.services.told import REOPENS
from lists.workflow import ENTRY

_SUBJECTS = """
    INSERT INTO lists_subject
        (kind, name, code, document_type, sealed_number, masked_number, number_index, created_at)
    SELECT kind, name, code, document_type, sealed_number, masked_number, number_index, %(now)s
    FROM lists_importrow row
    WHERE of_id = %(import)s AND row >= %(first)s AND row < %(end)s AND outcome = 'NEW'
    ORDER BY row.row
    ON CONFLICT DO NOTHING
"""

_DRAFTS = """
    WITH good AS (
        SELECT row.*, coalesce(coded.id, numbered.id) AS subject_id, uuidv7() AS new_id
        FROM lists_importrow row
        LEFT JOIN lists_subject coded ON coded.code = row.code
        LEFT JOIN lists_subject numbered ON numbered.number_index = row.number_index
        WHERE row.of_id = %(import)s AND row.row >= %(first)s AND row.row < %(end)s AND row.outcome = 'NEW'
    ),
    drafted AS (
        INSERT INTO lists_entry (
            id, credit_list_id, subject_id, subject_kind, subject_name, state, version, unit_id, basis, basis_kind,
            document_number, document_on, decided_on, term_from, term_to, term_rule_id, grounds, facts,
            dishonesty_class, disclosure, person_disclosure_basis, marks, made_by_id, made_by_client_id,
            made_at, exit_reason, from_import_id)
        SELECT new_id, %(list)s, subject_id, kind, name, 'DRAFT', 0, %(unit)s, basis, '',
            document_number, document_on, decided_on, term_from, term_to, %(rule)s, grounds, facts,
            dishonesty_class, disclosure, CASE WHEN kind = 'NATURAL_PERSON' THEN %(statute)s ELSE '' END,
            '{}', %(user)s, %(client)s, %(now)s, '', %(import)s
        FROM good
    ),
    logged AS (
        INSERT INTO lists_entrymove (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
        SELECT new_id, 'draft', '', 'DRAFT', %(confirmer)s, %(confirming_client)s, %(acting_unit)s, %(now)s, ''
        FROM good
    ),
    represented AS (
        INSERT INTO lists_relatedperson
            (entry_id, role, name, document_type, sealed_number, masked_number, number_index)
        SELECT new_id, %(representative)s, representative, '', '', '', '' FROM good WHERE representative <> ''
    )
    SELECT count(*) FROM good
"""

_CASTS = {
    "subject_name": "",
    "basis": "",
    "document_on": "::date",
    "decided_on": "::date",
    "term_from": "::date",
    "term_to": "::date",
    "grounds": "",
    "facts": "",
    "dishonesty_class": "",
    "disclosure": "",
}


def assignments(place: int) -> str:
    """SQL that gives an entry the old (0) or the new (1) values of `differences`."""
    return ", ".join(
        f"{name} = coalesce((differences #>> '{{{name},{place}}}'){cast}, {name})" for name, cast in _CASTS.items()
    )


def differs(place: int) -> str:
    """SQL: `entry` has not the old (0) or the new (1) values of `row` any more."""
    return f"""(
        EXISTS (
            SELECT FROM jsonb_each(row.differences) said
            WHERE said.key <> 'representative' AND to_jsonb(entry) -> said.key IS DISTINCT FROM said.value -> {place}
        )
        OR row.differences ? 'representative' AND row.differences #>> '{{representative,{place}}}' <> coalesce((
            SELECT name FROM lists_relatedperson person
            WHERE person.entry_id = entry.id AND role = %(representative)s ORDER BY id LIMIT 1
        ), '')
    )"""


REVISED = f"""
    state = CASE WHEN is_reopened THEN '{ENTRY["reopen"].target}' ELSE entry.state END,
    defence_until = CASE WHEN is_reopened THEN NULL ELSE entry.defence_until END,
    defence_is_provisional = entry.defence_is_provisional AND NOT is_reopened"""
REVISION = f"""
    CASE WHEN is_reopened THEN 'reopen' ELSE 'revise' END, state,
    CASE WHEN is_reopened THEN '{ENTRY["reopen"].target}' ELSE state END"""
"""SQL: what becomes of an entry that is revised, and its step; a party that was told something else is told anew."""

_REVISIONS = f"""
    WITH wanted AS (
        SELECT row.entry_id, row.differences, entry.state, {REOPENS} AS is_reopened
        FROM lists_importrow row JOIN lists_entry entry ON entry.id = row.entry_id
        WHERE row.of_id = %(import)s AND row.outcome = 'CHANGED' AND entry.state IN ('DRAFT', 'RETURNED')
        FOR UPDATE OF entry
    ),
    revised AS (
        UPDATE lists_entry entry SET
            {assignments(1)},
            {REVISED},
            term_rule_id = CASE WHEN differences ?| array['term_from', 'term_to'] THEN %(rule)s ELSE term_rule_id END,
            made_by_id = %(user)s,
            made_by_client_id = %(client)s
        FROM wanted WHERE entry.id = wanted.entry_id
    ),
    logged AS (
        INSERT INTO lists_entrymove (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
        SELECT entry_id, {REVISION}, %(confirmer)s, %(confirming_client)s, %(acting_unit)s, %(now)s, %(reason)s
        FROM wanted
    ),
    forgotten AS (
        DELETE FROM lists_relatedperson person USING wanted
        WHERE person.entry_id = wanted.entry_id AND role = %(representative)s AND differences ? 'representative'
    ),
    represented AS (
        INSERT INTO lists_relatedperson
            (entry_id, role, name, document_type, sealed_number, masked_number, number_index)
        SELECT entry_id, %(representative)s, differences #>> '{{representative,1}}', '', '', '', ''
        FROM wanted WHERE differences ? 'representative'
    )
    SELECT count(*) FROM wanted
"""

_CORRECTIONS = """
    WITH proposed AS (
        INSERT INTO lists_entryproposal (
            entry_id, kind, state, exit_reason, new_values, reason, order_number, order_by, proposed_by_id, proposed_at,
            from_import_id)
        SELECT entry.id, 'CORRECTION', 'OPEN', '',
            (SELECT jsonb_object_agg(key, value -> 1) FROM jsonb_each(row.differences)),
            %(reason)s, '', '', %(user)s, %(now)s, %(import)s
        FROM lists_importrow row JOIN lists_entry entry ON entry.id = row.entry_id
        WHERE row.of_id = %(import)s AND row.outcome = 'CHANGED' AND entry.state = 'PUBLISHED'
        RETURNING id
    ),
    logged AS (
        INSERT INTO lists_entryproposalmove
            (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
        SELECT id, 'propose', '', 'OPEN', %(user)s, NULL, %(unit)s, %(now)s, %(reason)s FROM proposed
    )
    SELECT count(*) FROM proposed
"""


class Drafting:
    """Turns the rows of one confirmed import into what they stand for. Part of the caller's transaction."""

    def __init__(self, list_import: ListImport) -> None:
        rule = RuleProfile.objects.for_case(list_import.credit_list.term_profile, clock.today())
        self._parameters: dict[str, Any] = {
            "import": list_import.pk,
            "list": list_import.credit_list_id,
            "unit": list_import.unit_id,
            "user": list_import.made_by_id,
            "client": list_import.made_by_client_id,
            "confirmer": list_import.confirmed_by_id,
            "confirming_client": list_import.confirmed_by_client_id,
            "acting_unit": (list_import.confirmed_by_client or list_import).unit_id,
            "rule": rule.pk,
            "statute": list_import.credit_list.person_disclosure_basis,
            "now": clock.now(),
            "representative": PersonRole.LEGAL_REPRESENTATIVE,
            "reason": _("Import no. %(number)s (%(file)s)") % {"number": list_import.pk, "file": list_import.file_name},
        }

    def draft(self, first: int, end: int) -> int:
        """New entries of the rows `first` to before `end`, with their subjects and representatives."""
        bounds = {"first": first, "end": end}
        with connection.cursor() as cursor:
            cursor.execute(_SUBJECTS, {**self._parameters, **bounds})
            cursor.execute(_DRAFTS, {**self._parameters, **bounds})
            return int(cursor.fetchone()[0])

    def revise(self) -> int:
        """Drafts and returned entries that changed rows name get the new values; who gave the file is their maker.

        One whose party was told something else is a draft again, and needs a new notice.
        """
        return self._count(_REVISIONS)

    def propose_corrections(self) -> int:
        """Published entries that changed rows name wait for another person to decide their correction."""
        return self._count(_CORRECTIONS)

    def _count(self, statement: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, self._parameters)
            return int(cursor.fetchone()[0])
