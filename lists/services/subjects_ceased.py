"""A subject that ceased to exist, or died: kept with the subject, so that nobody lists it again."""

from django.db import connection


def note_ceasing(proposals: list[int]) -> None:
    """Give the subjects of these proposals the day on which they ceased; the first day known stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE lists_subject subject SET ceased_on = proved.ceased_on
            FROM (
                SELECT entry.subject_id, min(proposal.ceased_on) AS ceased_on
                FROM lists_entryproposal proposal JOIN lists_entry entry ON entry.id = proposal.entry_id
                WHERE proposal.id = ANY(%s) AND proposal.ceased_on IS NOT NULL
                GROUP BY entry.subject_id
            ) proved
            WHERE subject.id = proved.subject_id AND subject.ceased_on IS NULL
            """,
            [proposals],
        )
