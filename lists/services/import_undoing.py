"""What an import did to entries that were known before, and how it is undone: a few statements for any number of rows.

The rows that were taken say which values were there before and came instead. What somebody has changed since is left.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel import clock
from lists.enums import PersonRole, ProposalState
from lists.models import Entry, ListImport
from lists.services.import_drafting import REVISED, REVISION, assignments, differs
from lists.services.steps import lock_entries
from lists.services.told import REOPENS
from lists.workflow import PROPOSAL

LEFT = ("entry_left", "changed_since", "told_since", "representative_stays")
"""Why an entry stays as it is; `import_errors` says it in words."""
SHOWN = 50

_JUDGED = f"""
    WITH judged AS (
        SELECT row.id AS row_id, row.row, row.name, row.document_number, row.differences, row.entry_id, entry.state,
            {REOPENS} AS is_reopened,
            CASE
                WHEN proposal.state = 'OPEN' THEN 'withdrawn'
                WHEN proposal.state IN ('REFUSED', 'WITHDRAWN') THEN 'nothing'
                WHEN entry.state IN ('DISCARDED', 'REMOVED', 'PURGED') THEN 'entry_left'
                WHEN {differs(1)} OR (
                    SELECT count(*) FROM lists_entrymove move
                    WHERE move.of_id = entry.id AND move.name = 'correct' AND move.at > proposal.proposed_at
                ) > 1 THEN 'changed_since'
                WHEN entry.state = 'IN_REVIEW' THEN 'in_review'
                WHEN entry.state = 'NOTIFIED' THEN 'told_since'
                WHEN entry.state IN ('DRAFT', 'RETURNED') THEN 'restored'
                WHEN row.differences ? 'representative' THEN 'representative_stays'
                WHEN EXISTS (
                    SELECT FROM lists_entryproposal other WHERE other.entry_id = entry.id AND other.state = 'OPEN'
                ) THEN 'with_proposal'
                ELSE 'corrected'
            END AS verdict
        FROM lists_importrow row
        JOIN lists_entry entry ON entry.id = row.entry_id
        LEFT JOIN lists_entryproposal proposal
            ON proposal.entry_id = entry.id AND proposal.from_import_id = row.of_id
        WHERE row.of_id = %(import)s AND row.outcome = 'CHANGED'
    )
"""

_COUNTS = f"{_JUDGED} SELECT verdict, count(*) FROM judged GROUP BY verdict"

_FIRST_LEFT = f"""
    {_JUDGED}
    SELECT row, name, document_number, entry_id, verdict FROM judged WHERE verdict = ANY(%(left)s)
    ORDER BY row LIMIT %(shown)s
"""

_LEAVE = f"""
    {_JUDGED}
    UPDATE lists_importrow row SET errors = jsonb_build_array(jsonb_build_object(
        'column', '决定文书号', 'code', verdict, 'value', row.document_number))
    FROM judged WHERE row.id = judged.row_id AND verdict = ANY(%(left)s)
"""

_WITHDRAW = """
    WITH withdrawn AS (
        UPDATE lists_entryproposal SET state = %(withdrawn)s
        WHERE from_import_id = %(import)s AND state = 'OPEN' RETURNING id
    )
    INSERT INTO lists_entryproposalmove (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
    SELECT id, 'withdraw', 'OPEN', %(withdrawn)s, %(user)s, NULL, %(unit)s, %(now)s, %(reason)s FROM withdrawn
"""

_RESTORE = f"""
    {_JUDGED},
    wanted AS (SELECT entry_id, state, differences, is_reopened FROM judged WHERE verdict = 'restored'),
    ruled AS (
        SELECT DISTINCT ON (entry_id) entry_id, before.term_rule_id
        FROM wanted JOIN lists_entry entry ON entry.id = entry_id
        JOIN lists_entryevent before ON before.pgh_obj_id = entry_id
            AND before.term_from = coalesce((differences #>> '{{term_from,0}}')::date, entry.term_from)
            AND before.term_to = coalesce((differences #>> '{{term_to,0}}')::date, entry.term_to)
        WHERE differences ?| array['term_from', 'term_to']
        ORDER BY entry_id, before.pgh_id DESC
    ),
    restored AS (
        UPDATE lists_entry entry SET
            {assignments(0)},
            {REVISED},
            term_rule_id = coalesce(
                (SELECT ruled.term_rule_id FROM ruled WHERE ruled.entry_id = entry.id), entry.term_rule_id),
            made_by_id = %(user)s,
            made_by_client_id = NULL
        FROM wanted WHERE entry.id = wanted.entry_id
    ),
    logged AS (
        INSERT INTO lists_entrymove (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
        SELECT entry_id, {REVISION}, %(user)s, NULL, %(unit)s, %(now)s, %(reason)s FROM wanted
    ),
    forgotten AS (
        DELETE FROM lists_relatedperson person USING wanted
        WHERE person.entry_id = wanted.entry_id AND role = %(representative)s AND differences ? 'representative'
    )
    INSERT INTO lists_relatedperson
        (entry_id, role, name, document_type, sealed_number, masked_number, number_index)
    SELECT DISTINCT ON (before.entry_id) before.entry_id, before.role, before.name, before.document_type,
        before.sealed_number, before.masked_number, before.number_index
    FROM wanted JOIN lists_relatedpersonevent before ON before.entry_id = wanted.entry_id
    WHERE before.role = %(representative)s AND before.name = differences #>> '{{representative,0}}'
    ORDER BY before.entry_id, before.pgh_id DESC
"""
"""The history knows the rule that gave the earlier term, and the number of the earlier representative."""

_CORRECT_BACK = f"""
    {_JUDGED},
    proposed AS (
        INSERT INTO lists_entryproposal (
            entry_id, kind, state, exit_reason, new_values, reason, order_number, order_by, proposed_by_id, proposed_at)
        SELECT entry_id, 'CORRECTION', 'OPEN', '',
            (SELECT jsonb_object_agg(key, value -> 0) FROM jsonb_each(differences)),
            %(reason)s, '', '', %(user)s, %(now)s
        FROM judged WHERE verdict = 'corrected'
        RETURNING id
    )
    INSERT INTO lists_entryproposalmove (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
    SELECT id, 'propose', '', 'OPEN', %(user)s, NULL, %(unit)s, %(now)s, %(reason)s FROM proposed
"""


@dataclass(frozen=True)
class LeftRow:
    """A row of which nothing is undone, by the code of the reason."""

    row: int
    name: str
    document_number: str
    entry_id: Any
    code: str


def judge(list_import: ListImport) -> dict[str, int]:
    """How many rows are `withdrawn`, `restored`, `corrected`, `left`, `in_review`, `with_proposal`. One query."""
    counts: dict[str, int] = {}
    for verdict, count in _fetch(_COUNTS, list_import):
        name = "left" if verdict in LEFT else verdict
        counts[name] = counts.get(name, 0) + count
    return counts


def left_rows(list_import: ListImport) -> list[LeftRow]:
    """The first rows that a reversal leaves, or left. One query."""
    if list_import.reversed_at is None:
        return [LeftRow(*row) for row in _fetch(_FIRST_LEFT, list_import)]
    kept = list_import.rows.changed().filter(errors__isnull=False)
    columns = ("row", "name", "document_number", "entry_id", "errors__0__code")
    return [LeftRow(*row) for row in kept.values_list(*columns)[:SHOWN]]


def lock_known(list_import: ListImport) -> None:
    """Proposals first, as their decision does; then the entries."""
    proposals = list_import.proposals.filter(state=ProposalState.OPEN).order_by("pk").select_for_update(of=("self",))
    list(proposals.values_list("pk"))
    lock_entries(Entry.objects.filter(pk__in=list_import.rows.changed().values("entry")))


def undo_changes(*, list_import: ListImport, by: Actor, reason: str) -> None:
    """Withdraw the import's open proposals, give drafts their earlier values back, and propose earlier values for what
    was approved or published since. Rows left stay with the reason; part of the caller's transaction."""
    assert by.user is not None, "only a person reverses"
    parameters = {
        "user": by.user.pk,
        "unit": by.user.unit_id,
        "now": clock.now(),
        "reason": reason,
        "withdrawn": PROPOSAL["withdraw"].target,
    }
    for statement in (_LEAVE, _WITHDRAW, _RESTORE, _CORRECT_BACK):
        with connection.cursor() as cursor:
            cursor.execute(statement, _parameters(list_import, **parameters))
    list_import.rows.changed().filter(errors__isnull=True).delete()


def _fetch(statement: str, list_import: ListImport) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters(list_import))
        return cursor.fetchall()


def _parameters(list_import: ListImport, **more: Any) -> dict[str, Any]:
    representative = PersonRole.LEGAL_REPRESENTATIVE
    return {"import": list_import.pk, "representative": representative, "left": list(LEFT), "shown": SHOWN, **more}
