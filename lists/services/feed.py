"""The feed of a list: gap-free numbers in the order in which changes become visible.

Publishing writes the entries and the changes first; then, as the last lock of the transaction, the head of the list
moves on and tells the publication its positions. The row lock is held until the commit is visible, so number order is
visibility order. Every publication goes through `write_changes`, then `take_positions`; nothing else writes `Change`,
`FeedHead.seq` or a publication's positions.
"""

from datetime import date, datetime

from django.db import connection
from django.db.models import F, Max, OuterRef, Subquery

from catalog.selectors import records_kept_since
from jinan_credit.kernel import clock
from lists.enums import ChangeOp
from lists.models import EntryQuerySet, FeedHead, Publication

_BODY = """
    JSON_OBJECT(
        'list' VALUE list.code,
        'kind' VALUE list.kind,
        'subject' VALUE JSON_OBJECT(
            'kind' VALUE entry.subject_kind,
            'name' VALUE entry.subject_name,
            'code' VALUE subject.code,
            'document_type' VALUE nullif(subject.document_type, ''),
            'document_number' VALUE nullif(subject.sealed_number, '')
            RETURNING jsonb
        ),
        'related_persons' VALUE to_jsonb(ARRAY(
            SELECT JSON_OBJECT(
                'role' VALUE person.role,
                'name' VALUE person.name,
                'document_type' VALUE nullif(person.document_type, ''),
                'document_number' VALUE nullif(person.sealed_number, '')
                RETURNING jsonb
            )
            FROM lists_relatedperson person WHERE person.entry_id = entry.id ORDER BY person.id
        )),
        'decided_by' VALUE unit.name,
        'source' VALUE source.name,
        'basis' VALUE entry.basis,
        'document' VALUE JSON_OBJECT(
            'number' VALUE entry.document_number, 'on' VALUE entry.document_on RETURNING jsonb
        ),
        'decided_on' VALUE entry.decided_on,
        'term' VALUE JSON_OBJECT('from' VALUE entry.term_from, 'to' VALUE entry.term_to RETURNING jsonb),
        'grounds' VALUE entry.grounds,
        'dishonesty_class' VALUE nullif(entry.dishonesty_class, ''),
        'disclosure' VALUE entry.disclosure,
        'marks' VALUE to_jsonb(entry.marks)
        RETURNING jsonb
    )
"""

ENTRY_BODY_SOURCE = f"""
    SELECT entry.id, entry.version, {_BODY} AS body
    FROM lists_entry entry
    JOIN lists_creditlist list ON list.id = entry.credit_list_id
    JOIN lists_subject subject ON subject.id = entry.subject_id
    JOIN accounts_unit unit ON unit.id = entry.unit_id
    LEFT JOIN lists_listimport import ON import.id = entry.from_import_id
    LEFT JOIN accounts_unit source ON source.id = import.source_id
"""
"""Rows (id, version, body): an entry's present state as readers get it, document numbers still sealed."""


NUMBERS_IN_BODY = '$.*.document_number ? (@.type() == "string")'
"""The path to every document number in a body, the subject's and the related persons'."""

_REMOVED_SOURCE = "SELECT entry.id, entry.version, NULL::jsonb AS body FROM lists_entry entry"


def write_changes(publication: Publication, *, op: ChangeOp) -> None:
    """Write the present state of every entry whose last publication is this one; their positions are not known yet."""
    source = ENTRY_BODY_SOURCE if op == ChangeOp.UPSERT else _REMOVED_SOURCE
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO lists_change (publication_id, ordinal, op, entry_id, version, changed_at, reason, body)
            SELECT %(publication)s, row_number() OVER (), %(op)s, changed.id, changed.version, %(at)s, %(reason)s,
                   changed.body
            FROM ({source} WHERE entry.last_publication_id = %(publication)s) changed
            """,
            {
                "op": op,
                "at": publication.published_at,
                "publication": publication.pk,
                "reason": publication.change_reason,
            },
        )
        assert cursor.rowcount == publication.count, "a publication must write one change an entry"


def take_positions(publication: Publication) -> None:
    """Give the publication its place in the feed of its list. The last act of the transaction: it locks the head."""
    with connection.cursor() as cursor:
        # What was written so far is checked now, not at the commit: others would wait for the head meanwhile.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "UPDATE lists_feedhead SET seq = seq + %s WHERE credit_list_id = %s RETURNING seq",
            [publication.count, publication.credit_list_id],
        )
        publication.last_seq = cursor.fetchone()[0]
    publication.first_seq = publication.last_seq - publication.count + 1
    publication.save(update_fields=["count", "first_seq", "last_seq"])


def count_purge(entries: EntryQuerySet) -> None:
    """What was rendered of the lists of these entries is not given to readers again. Last in the transaction: it locks
    the heads, those of red lists first, as a publication that marks their entries does."""
    heads = FeedHead.objects.filter(credit_list__in=entries.order_by().values("credit_list"))
    locked = heads.order_by("-credit_list__kind", "pk").select_for_update(of=("self",))
    FeedHead.objects.filter(pk__in=list(locked.values_list("pk", flat=True))).update(purges=F("purges") + 1)


def shorten_feeds(*, day: date | None = None) -> int:
    """Tell what was published long before a day in last versions only. Gives the number of lists whose floor rose.

    The rows stay: they are the record of what was said when, until the disclosure limit (rule 10; ADR 0017).
    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    return raise_floors(before=records_kept_since(day or clock.today(), rule="retention", limit="feed_days"))


def raise_floors(*, before: datetime) -> int:
    """The floor of each feed is where the last publication before a time ends; it never falls."""
    older = Publication.objects.filter(credit_list=OuterRef("pk"), published_at__lt=before)
    last = older.order_by().values("credit_list").annotate(last=Max("last_seq")).values("last")
    return FeedHead.objects.annotate(older=Subquery(last)).filter(older__gt=F("floor")).update(floor=Subquery(last))
