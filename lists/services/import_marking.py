"""What becomes of the rows of a checked file, by what is known already: set-based, one statement a question."""

from typing import Any

from django.db import connection

from jinan_credit.kernel import clock
from jinan_credit.kernel.identifiers import document_key_sql
from lists.enums import ListKind, PersonRole, RowOutcome
from lists.models import ListImport
from lists.services.import_drafting import differs

_RESOLVE = """
    UPDATE lists_importrow row SET code = subject.code
    FROM lists_subjectcode earlier JOIN lists_subject subject ON subject.id = earlier.subject_id
    WHERE row.of_id = %(import)s AND row.outcome = 'NEW' AND earlier.code = row.code
"""
"""An earlier code names a known subject: from here on the row bears its present one."""

_SECOND = """
    UPDATE lists_importrow row SET
        outcome = %(outcome)s,
        errors = jsonb_build_array(jsonb_build_object(
            'column', '决定文书号', 'code', 'twice', 'value', row.document_number, 'row', first.row
        ))
    FROM (
        SELECT code, document_number, min(row) AS row FROM lists_importrow
        WHERE of_id = %(import)s AND outcome = 'NEW' AND code IS NOT NULL
        GROUP BY code, document_number HAVING count(*) > 1
    ) first
    WHERE row.of_id = %(import)s AND row.outcome = 'NEW' AND row.code = first.code
      AND row.document_number = first.document_number AND row.row > first.row
"""
"""Two codes of one subject may stand in one file, for one document (rule 8)."""

_NAMED = """
    SELECT row.*, subject.id AS subject_id, subject.ceased_on
    FROM lists_importrow row JOIN lists_subject subject ON subject.code = row.code
    WHERE row.of_id = %(import)s AND row.outcome = 'NEW'
    UNION ALL
    SELECT row.*, subject.id, subject.ceased_on
    FROM lists_importrow row JOIN lists_subject subject ON subject.number_index = row.number_index
    WHERE row.of_id = %(import)s AND row.outcome = 'NEW'
"""
"""The rows whose subject is known."""

_VALUES = {
    "subject_name": ("name", ""),
    "basis": ("basis", ""),
    "document_on": ("document_on", ""),
    "decided_on": ("decided_on", ""),
    "term_from": ("term_from", "AND ({rules_differ} OR position('term_from' IN row.unsaid) = 0)"),
    "term_to": ("term_to", "AND ({rules_differ} OR position('term_to' IN row.unsaid) = 0)"),
    "grounds": ("grounds", ""),
    "facts": ("facts", "AND row.facts <> ''"),
    "dishonesty_class": ("dishonesty_class", "AND row.dishonesty_class <> ''"),
    "disclosure": ("disclosure", "AND position('disclosure' IN row.unsaid) = 0"),
}
"""Field of the entry → (field of the row, when it counts). An empty cell says nothing about a known entry, unless the
rules now give another term because its document or class is another."""
_RULES_DIFFER = "(row.document_on <> entry.document_on OR row.dishonesty_class NOT IN ('', entry.dishonesty_class))"

_DIFFERENCES = " || ".join(
    f"CASE WHEN entry.{name} IS DISTINCT FROM row.{given} {counts.format(rules_differ=_RULES_DIFFER)} "
    f"THEN jsonb_build_object('{name}', jsonb_build_array(entry.{name}, row.{given})) ELSE '{{}}' END"
    for name, (given, counts) in _VALUES.items()
)
_REPRESENTATIVE = """
    CASE WHEN entry.state IN ('DRAFT', 'RETURNED') AND row.representative NOT IN ('', coalesce(person.name, ''))
    THEN jsonb_build_object('representative', jsonb_build_array(coalesce(person.name, ''), row.representative))
    ELSE '{}' END
"""
"""Of a published entry the representative stays as at listing (rule 9)."""

_JUDGED = f"""
    WITH row AS MATERIALIZED ({_NAMED}),
    compared AS (
        SELECT row.id AS row_id, row.ceased_on, entry.id AS entry_id, entry.state, entry.unit_id,
            CASE WHEN entry.id IS NOT NULL THEN {_DIFFERENCES} || {_REPRESENTATIVE} END AS differences,
            EXISTS (
                SELECT FROM lists_entryproposal proposal WHERE proposal.entry_id = entry.id AND proposal.state = 'OPEN'
            ) AS has_proposal,
            %(peer)s AND EXISTS (
                SELECT FROM lists_listimport earlier
                WHERE earlier.id = entry.from_import_id AND earlier.source_id = %(source)s
            ) AS is_of_source,
            %(is_red)s AND EXISTS (
                SELECT FROM lists_entry black JOIN lists_creditlist list ON list.id = black.credit_list_id
                WHERE black.subject_id = row.subject_id AND list.kind = 'BLACK' AND black.state = 'PUBLISHED'
                  AND black.term_to >= %(today)s
            ) AS is_black
        FROM row LEFT JOIN lists_entry entry
            ON entry.subject_id = row.subject_id AND entry.credit_list_id = %(list)s
            AND entry.document_key = {document_key_sql("row.document_number")}
            AND entry.state NOT IN ('DISCARDED', 'PURGED')
        LEFT JOIN LATERAL (
            SELECT name FROM lists_relatedperson
            WHERE entry_id = entry.id AND role = %(representative)s ORDER BY id LIMIT 1
        ) person ON true
    ),
    judged AS (
        SELECT row_id, entry_id, nullif(differences, '{{}}') AS differences,
            CASE
                WHEN entry_id IS NULL AND ceased_on IS NOT NULL THEN 'subject_ceased'
                WHEN entry_id IS NULL AND is_black THEN 'black_listed'
                WHEN entry_id IS NULL THEN ''
                WHEN differences = '{{}}' THEN 'same'
                WHEN unit_id <> %(unit)s OR %(peer)s AND NOT is_of_source THEN 'not_our_entry'
                WHEN state IN ('DRAFT', 'RETURNED') THEN 'changed'
                WHEN state = 'PUBLISHED' AND NOT has_proposal THEN 'changed'
                WHEN state = 'PUBLISHED' THEN 'entry_has_proposal'
                WHEN state = 'IN_REVIEW' THEN 'entry_in_review'
                WHEN state = 'NOTIFIED' THEN 'entry_notified'
                WHEN state = 'STAYED' THEN 'entry_stayed'
                ELSE 'entry_left'
            END AS verdict
        FROM compared
    )
"""

_MARK = f"""
    {_JUDGED}
    UPDATE lists_importrow row SET
        entry_id = judged.entry_id,
        differences = judged.differences,
        outcome = CASE verdict WHEN 'same' THEN 'SAME' WHEN 'changed' THEN 'CHANGED' ELSE 'WRONG' END,
        errors = CASE WHEN verdict NOT IN ('same', 'changed') THEN jsonb_build_array(jsonb_build_object(
            'column', CASE WHEN verdict IN ('black_listed', 'subject_ceased') THEN '主体名称' ELSE '决定文书号' END,
            'code', verdict,
            'value', CASE WHEN verdict IN ('black_listed', 'subject_ceased') THEN row.name ELSE row.document_number END
        )) END
    FROM judged WHERE row.id = judged.row_id AND verdict <> ''
"""

_LEAVE_OUT = f"""
    {_JUDGED}
    UPDATE lists_importrow row SET
        outcome = 'LEFT_OUT',
        entry_id = judged.entry_id,
        errors = jsonb_build_array(jsonb_build_object(
            'column', '决定文书号', 'value', row.document_number,
            'code', CASE verdict WHEN 'same' THEN 'now_same' WHEN 'changed' THEN 'now_changed' ELSE verdict END
        ))
    FROM judged WHERE row.id = judged.row_id AND verdict <> ''
"""

_LEAVE_OUT_CHANGES = f"""
    WITH judged AS (
        SELECT row.id AS row_id, CASE
            WHEN entry.state = 'IN_REVIEW' THEN 'entry_in_review'
            WHEN entry.state = 'NOTIFIED' THEN 'entry_notified'
            WHEN entry.state = 'STAYED' THEN 'entry_stayed'
            WHEN entry.state NOT IN ('DRAFT', 'RETURNED', 'PUBLISHED') THEN 'entry_left'
            WHEN entry.state = 'PUBLISHED' AND %(by_machine)s THEN 'not_by_machine'
            WHEN entry.state = 'PUBLISHED' AND EXISTS (
                SELECT FROM lists_entryproposal proposal WHERE proposal.entry_id = entry.id AND proposal.state = 'OPEN'
            ) THEN 'entry_has_proposal'
            WHEN {differs(0)} OR entry.state = 'PUBLISHED' AND row.differences ? 'representative' THEN 'entry_changed'
            ELSE ''
        END AS verdict
        FROM lists_importrow row JOIN lists_entry entry ON entry.id = row.entry_id
        WHERE row.of_id = %(import)s AND row.outcome = 'CHANGED'
        FOR UPDATE OF entry
    )
    UPDATE lists_importrow row SET
        outcome = 'LEFT_OUT',
        errors = jsonb_build_array(jsonb_build_object(
            'column', '决定文书号', 'value', row.document_number, 'code', verdict
        ))
    FROM judged WHERE row.id = judged.row_id AND verdict <> ''
"""


def mark_known(list_import: ListImport) -> None:
    """Tell the new rows from those whose entry is known (rule 8), and refuse those that the list may not take."""
    _resolve_codes(list_import, RowOutcome.WRONG)
    _execute(_MARK, list_import)


def leave_out_overtaken(list_import: ListImport) -> int:
    """How many rows the world has overtaken since the check; they are left out, with the reason."""
    left_out = _resolve_codes(list_import, RowOutcome.LEFT_OUT)
    left_out += _execute(_LEAVE_OUT, list_import)
    if list_import.with_changes:
        left_out += _execute(_LEAVE_OUT_CHANGES, list_import)
    return left_out


def _resolve_codes(list_import: ListImport, outcome: RowOutcome) -> int:
    """Give the rows with an earlier code the present one; how many thereby say the same twice, and get `outcome`."""
    return _execute(_SECOND, list_import, outcome=outcome) if _execute(_RESOLVE, list_import) else 0


def _execute(statement: str, list_import: ListImport, **more: str) -> int:
    parameters: dict[str, Any] = {
        "import": list_import.pk,
        "list": list_import.credit_list_id,
        "unit": list_import.unit_id,
        "is_red": list_import.credit_list.kind == ListKind.RED,
        "today": clock.today(),
        "representative": PersonRole.LEGAL_REPRESENTATIVE,
        "by_machine": list_import.made_by_id is None,
        "peer": list_import.is_of_another_system,
        "source": list_import.source_id,
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
