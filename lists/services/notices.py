"""告知书: issuing them, for any number of parties. That they were served is recorded in `defence`.

Each unit numbers its notices without gaps in a year: whoever issues holds the row of `NoticeSerial` until he commits.
A publication does not wait for its notices. They are issued after it, by a job, in chunks: `Publication.notices_issued`
says how far it is, so that a killed worker's work is taken up where it committed last.
"""

from datetime import date
from typing import Any

from django.db import connection, transaction

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from lists.enums import NoticeKind
from lists.models import CreditList, EntryQuerySet, Publication
from lists.rules import TermRule
from lists.services.corrections import CORRECTABLE
from lists.services.notice_rows import CHOSEN_CHANGES, PROPOSED, PUBLISHED, insert_notices
from lists.services.notice_wordings import wording_of_proposal, wording_of_publication

CHUNK = 10_000
MOST_SWEPT = 20


@transaction.atomic
def issue_notices_of_proposal(*, entries: EntryQuerySet, by: Actor) -> int:
    """One notice of proposed listing for each of these entries of the actor's unit. Returns how many.

    Part of the act that notifies them, whose transaction this joins: `entries` must still find them, so not by the
    state that the act has changed. Refusals: `rule_profile_missing`.
    """
    assert by.unit is not None, "only a unit gives notice"
    chosen: dict[int, list[Any]] = {}
    for list_id, pk in entries.order_by("pk").values_list("credit_list", "pk"):
        chosen.setdefault(list_id, []).append(pk)
    lists = CreditList.objects.in_bulk(chosen)
    return sum(
        insert_notices(
            PROPOSED,
            wording_of_proposal(lists[list_id], by.unit, ids),
            len(ids),
            made_by=by.user.pk if by.user else None,
            entries=ids,
        )
        for list_id, ids in sorted(chosen.items())
    )


def issue_notices(publication: Publication) -> int:
    """Issue what a publication still owes: listing, correction or removal. Returns how many.

    Safe to run twice or at once: chunk by chunk under the lock of the publication's row; who finds it locked leaves.
    A publication that gives no notice (a mark, a stay) gets none. Refusals: `rule_profile_missing`.
    """
    total = 0
    while (issued := _issue_chunk(publication.pk)) is not None:
        total += issued
    return total


@transaction.atomic
def _issue_chunk(publication_id: int) -> int | None:
    """None when nothing is left to do here."""
    publication = (
        Publication.objects.owing_notices()
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("credit_list")
        .filter(pk=publication_id)
        .first()
    )
    if publication is None:
        return None
    after = publication.notices_issued
    up_to = min(after + CHUNK, publication.count)
    issued = sum(
        _issue_of_unit(publication, unit, count, after=after, up_to=up_to)
        for unit, count in _owed(publication, after, up_to)
    )
    publication.notices_issued = up_to
    publication.save(update_fields=["notices_issued"])
    return issued


def _owed(publication: Publication, after: int, up_to: int) -> list[tuple[Unit, int]]:
    """How many notices each unit owes within the chunk: the entries of an expiry are of several units."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT entry.unit_id, count(*) {CHOSEN_CHANGES} GROUP BY entry.unit_id ORDER BY entry.unit_id",
            {"publication": publication.pk, "after": after, "up_to": up_to},
        )
        counts = dict(cursor.fetchall())
    units = Unit.objects.in_bulk(counts)
    return [(units[pk], count) for pk, count in counts.items()]


def _issue_of_unit(publication: Publication, unit: Unit, count: int, *, after: int, up_to: int) -> int:
    wording = wording_of_publication(publication, unit)
    chunk = {"publication": publication.pk, "unit": unit.pk, "after": after, "up_to": up_to}
    possible = _repairable_days(chunk) if wording.content["repair"] else []
    rules, classes, days, dates = ([row[n] for row in possible] for n in range(4))
    return insert_notices(
        PUBLISHED,
        wording,
        count,
        **chunk,
        is_removal=wording.kind == NoticeKind.REMOVAL,
        is_correction=wording.kind == NoticeKind.CORRECTION,
        correctable=list(CORRECTABLE),
        rules=rules,
        classes=classes,
        days=days,
        possible=dates,
    )


def _repairable_days(chunk: dict[str, int]) -> list[tuple[int, str, date, date | None]]:
    """(rule, class, day of the document, first day of repair) for what occurs: few, however many entries there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT entry.term_rule_id, entry.dishonesty_class, entry.document_on
            {CHOSEN_CHANGES} AND entry.unit_id = %(unit)s AND entry.term_rule_id IS NOT NULL
            """,
            chunk,
        )
        cases = list(cursor.fetchall())
    profiles = RuleProfile.objects.in_bulk({rule for rule, _class, _day in cases})
    return [
        (rule, of_class, day, TermRule(profiles[rule].parameters).repairable_on(day, of_class))
        for rule, of_class, day in cases
    ]


def sweep_notices() -> list[int]:
    """The publications that owe notices, the oldest first; a few at a time, so that no backlog floods the queue."""
    return list(Publication.objects.owing_notices().order_by("pk").values_list("pk", flat=True)[:MOST_SWEPT])
