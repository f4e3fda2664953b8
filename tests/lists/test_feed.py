"""The feed: gap-free, in the order of visibility, with full states and no number in clear."""

import json
import threading
from random import Random

import pytest
from django.db import InternalError, connection, transaction

from jinan_credit.accounts.enums import DataProfile
from lists.enums import ChangeOp, ExitReason, Mark
from lists.models import Change, Entry, FeedHead
from lists.selectors import entry_bodies, render_body
from lists.services.amendments import mark_entry
from lists.services.entries import draft_entry, submit_entries
from lists.services.publications import publish_entries
from lists.services.removals import remove_entry
from lists.services.synthetic import citizen_number
from tests.cast import Cast, company_values, make_cast, publish_many, publish_one


def test_a_publication_appends_one_change_an_entry_without_gaps(cast: Cast) -> None:
    first, second = publish_many(cast, 3), publish_many(cast, 4, seed=2)
    seqs = list(Change.objects.between(cast.black.pk, 0, 10**6).values_list("seq", flat=True))
    assert seqs == [1, 2, 3, 4, 5, 6, 7]
    assert (first.first_seq, first.last_seq, second.first_seq, second.last_seq) == (1, 3, 4, 7)
    assert FeedHead.objects.get(credit_list=cast.black).seq == 7


def test_each_list_has_its_own_order(cast: Cast) -> None:
    publish_one(cast)
    publish_one(cast, credit_list=cast.red, seed=2, dishonesty_class="")
    assert [head.seq for head in FeedHead.objects.order_by("credit_list__code")] == [1, 1]


def test_a_change_carries_the_full_state(cast: Cast) -> None:
    entry = publish_one(cast)
    change = Change.objects.get(entry=entry)
    body = render_body(change.body, DataProfile.FULL)
    assert body == entry_bodies(Entry.objects.filter(pk=entry.pk), DataProfile.FULL)[entry.pk]
    assert body["list"] == "TBLACK"
    assert body["kind"] == "BLACK"
    assert body["subject"]["code"] == entry.subject.code
    assert body["decided_by"] == "测试法院"
    assert body["document"] == {"number": entry.document_number, "on": entry.document_on.isoformat()}
    assert body["term"] == {"from": entry.term_from.isoformat(), "to": entry.term_to.isoformat()}
    assert body["marks"] == []
    assert body["related_persons"][0]["role"] == "LEGAL_REPRESENTATIVE"


def test_no_document_number_is_stored_in_clear(cast: Cast) -> None:
    number = citizen_number(Random(5))
    entry = publish_one(cast, kind="NATURAL_PERSON", code=None, document_type="CITIZEN", number=number, name="王测试")
    body = Change.objects.get(entry=entry).body
    assert number not in json.dumps(body)
    assert render_body(body, DataProfile.FULL)["subject"]["document_number"] == number
    assert render_body(body, DataProfile.MASKED)["subject"]["document_number"] is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM lists_subject subject WHERE subject::text LIKE %s", [f"%{number}%"])
        assert cursor.fetchone()[0] == 0


def test_a_mark_and_a_removal_are_new_versions(cast: Cast) -> None:
    entry = publish_one(cast)
    mark_entry(
        entry=entry, mark=Mark.OBJECTION_OPEN, change_reason="OBJECTION_OPENED", by=cast.actor("clerk"), reason=""
    )
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.LISTED_IN_ERROR,
        made_by=cast.clerk,
        by=cast.actor("reviewer"),
        reason="错列",
    )
    changes = Change.objects.between(cast.black.pk, 0, 10**6)
    assert [(change.op, change.version, change.reason) for change in changes] == [
        (ChangeOp.UPSERT, 1, "PUBLISHED"),
        (ChangeOp.UPSERT, 2, "OBJECTION_OPENED"),
        (ChangeOp.REMOVE, 3, "LISTED_IN_ERROR"),
    ]
    assert changes[1].body["marks"] == ["OBJECTION_OPEN"]
    assert changes[2].body is None


@pytest.mark.parametrize("statement", ["UPDATE lists_change SET version = 9", "DELETE FROM lists_change"])
def test_a_change_is_never_altered(cast: Cast, statement: str) -> None:
    publish_one(cast)
    with pytest.raises(InternalError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_readers_never_see_a_gap_while_six_write() -> None:
    cast = make_cast()
    ids = []
    for seed in range(24):
        entry = draft_entry(credit_list=cast.black, values=company_values(Random(seed)), by=cast.actor("clerk"))
        ids.append(entry.pk)
    submit_entries(entries=Entry.objects.filter(pk__in=ids), by=cast.actor("clerk"))
    start, done, gaps = threading.Barrier(7), threading.Event(), []

    def publish(mine: list[object]) -> None:
        start.wait()
        try:
            for pk in mine:
                publish_entries(credit_list=cast.black, entries=Entry.objects.filter(pk=pk), by=cast.actor("reviewer"))
        finally:
            connection.close()

    def read() -> None:
        start.wait()
        try:
            while not done.is_set():
                seqs = list(Change.objects.between(cast.black.pk, 0, 10**6).values_list("seq", flat=True))
                if seqs != list(range(1, len(seqs) + 1)):
                    gaps.append(seqs)
        finally:
            connection.close()

    writers = [threading.Thread(target=publish, args=(ids[place::6],)) for place in range(6)]
    reader = threading.Thread(target=read)
    for thread in [*writers, reader]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert gaps == []
    assert Change.objects.filter(publication__credit_list=cast.black).count() == 24
