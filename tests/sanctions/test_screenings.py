"""Whom a screening finds, what it never says, and the receipt."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
import time_machine
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError
from lists.enums import ExitReason, PersonRole, SubjectKind
from lists.models import FeedHead, RelatedPerson, SubjectCode
from lists.services.proposals import Order, approve_proposal, propose_lift, propose_stay
from lists.services.removals import expire_entries, remove_entry
from lists.services.synthetic import citizen_number, uscc
from sanctions.models import Hit, Screening
from sanctions.services.receipts import read_receipt
from sanctions.services.screenings import close_screening
from tests.cast import Cast, publish_one
from tests.sanctions.conftest import organisation, person, positions, screened


def test_a_listed_organisation_is_a_hit(cast: Cast, code: str) -> None:
    entry = publish_one(cast, code=code)
    screening = screened(organisation(code.lower()), cast.actor("finance_clerk"))
    assert screening.result == "HIT"
    hit = screening.hits.get()
    assert (hit.entry, hit.entry_version, hit.match, hit.matched_as) == (entry, 1, "IDENTIFIER", "SUBJECT")
    assert screening.positions == positions()


@pytest.mark.parametrize("asked", ["today", "as_of", "known_at"])
def test_an_earlier_code_is_a_hit_for_the_same_statements(cast: Cast, code: str, asked: str) -> None:
    entry, earlier, clerk = publish_one(cast, code=code), uscc(Random(79)), cast.actor("finance_clerk")
    SubjectCode.objects.create(subject=entry.subject, code=earlier)
    more = {"today": {}, "as_of": {"as_of": clock.today()}, "known_at": {"known_at": clock.now()}}[asked]
    screened(organisation(code), clerk)
    counts = []
    for given in (code, earlier):
        with CaptureQueriesContext(connection) as queries:
            screening = screened(organisation(given), clerk, **more)
        assert (screening.result, screening.hits.get().entry) == ("HIT", entry)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_clear_screening_is_kept(cast: Cast, code: str) -> None:
    publish_one(cast)
    screening = Screening.objects.get(pk=screened(organisation(code), cast.actor("finance_clerk")).pk)
    assert (screening.result, screening.hits.count(), screening.party_code) == ("CLEAR", 0, code)
    assert set(screening.positions) == {"TBLACK", "TRED"}


def test_a_person_is_found_as_subject_and_as_related_person(cast: Cast, code: str, number: str) -> None:
    index = crypto.blind_index("CITIZEN", number)
    own = publish_one(
        cast, kind=SubjectKind.NATURAL_PERSON, name="王小明", document_type="CITIZEN", number=number, seed=1
    )
    company = publish_one(cast, code=code, seed=2)
    RelatedPerson.objects.create(
        entry=company, role=PersonRole.ACTUAL_CONTROLLER, name="王小明", document_type="CITIZEN", number_index=index
    )
    screening = screened(person(number), cast.actor("finance_clerk"))
    found = {(hit.entry_id, hit.matched_as) for hit in screening.hits.all()}
    assert found == {(own.pk, "SUBJECT"), (company.pk, "RELATED_PERSON")}
    assert number not in screening.sealed_number
    assert crypto.unseal(screening.sealed_number) == number
    assert screening.masked_number == number[:6] + "*" * 8 + number[-4:]


def test_a_name_alone_cannot_tell(cast: Cast) -> None:
    entry = publish_one(cast, name="济南某某公司")
    for party in (organisation(name=entry.subject_name), person(name="王小明")):
        screening = screened(party, cast.actor("finance_clerk"))
        assert (screening.result, screening.unknown_reason, screening.hits.count()) == ("UNKNOWN", "NAME_ONLY", 0)


def test_a_list_without_position_is_never_clear(cast: Cast, code: str) -> None:
    FeedHead.objects.filter(credit_list=cast.red).delete()
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    assert (screening.result, screening.unknown_reason) == ("UNKNOWN", "NO_POSITION")


def test_unreadable_lists_are_never_clear(cast: Cast, code: str) -> None:
    screened(organisation(code), cast.actor("finance_clerk"))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE lists_entry RENAME TO lists_entry_away")
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    assert (screening.result, screening.unknown_reason) == ("UNKNOWN", "NOT_READABLE")


def test_a_unit_without_lists_cannot_tell(cast: Cast, code: str) -> None:
    publish_one(cast, code=code)
    screening = screened(organisation(code), cast.actor("stranger"))
    assert (screening.result, screening.unknown_reason) == ("UNKNOWN", "NO_LISTS")


def test_out_of_force_by_date_is_clear_before_any_job_ran(cast: Cast, code: str) -> None:
    entry = publish_one(cast, code=code)
    noon = datetime(entry.term_to.year, entry.term_to.month, entry.term_to.day, 4, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        assert screened(organisation(code), cast.actor("finance_clerk")).result == "HIT"
    with time_machine.travel(noon + timedelta(days=1), tick=False):
        assert screened(organisation(code), cast.actor("finance_clerk")).result == "CLEAR"


def test_as_of_another_day(cast: Cast, code: str) -> None:
    clerk = cast.actor("finance_clerk")
    with time_machine.travel(datetime(2026, 3, 2, 2, tzinfo=UTC), tick=False):
        entry = publish_one(cast, code=code)
    with time_machine.travel(datetime(2026, 5, 6, 2, tzinfo=UTC), tick=False):
        remove_entry(
            entry=entry,
            exit_reason=ExitReason.BASIS_CHANGED,
            made_by=cast.clerk,
            by=cast.actor("second_reviewer"),
            reason="依据撤销",
        )

    def result(day: date, **more: datetime) -> str:
        with time_machine.travel(datetime(2026, 6, 1, 2, tzinfo=UTC), tick=False):
            return screened(organisation(code), clerk, as_of=day, **more).result

    assert result(date(2026, 3, 1)) == "CLEAR"
    assert result(date(2026, 3, 2)) == "HIT"
    assert result(date(2026, 5, 5)) == "HIT"
    assert result(date(2026, 5, 6)) == "CLEAR"
    assert result(date(2026, 5, 6), known_at=datetime(2026, 5, 6, 1, tzinfo=UTC)) == "HIT"
    assert result(date(2026, 5, 6), known_at=datetime(2026, 5, 6, 3, tzinfo=UTC)) == "CLEAR"
    assert result(date(2026, 3, 2), known_at=datetime(2026, 3, 2, 1, tzinfo=UTC)) == "CLEAR"
    with pytest.raises(DomainError) as refused:
        result(date(2026, 6, 2))
    assert refused.value.code == "day_in_future"


def test_a_stayed_entry_is_clear_until_the_stay_is_lifted(cast: Cast, code: str) -> None:
    order = Order("（2026）鲁01行保1号", "济南市中级人民法院", date(2026, 3, 9))
    with time_machine.travel(datetime(2026, 3, 2, 2, tzinfo=UTC), tick=False):
        entry = publish_one(cast, code=code)
    for day, propose in ((date(2026, 3, 10), propose_stay), (date(2026, 3, 20), propose_lift)):
        with time_machine.travel(datetime(2026, 3, day.day, 2, tzinfo=UTC), tick=False):
            proposal = propose(entry=entry, order=order, by=cast.actor("clerk"), reason="法院裁定")
            approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
            entry.refresh_from_db()
            assert screened(organisation(code), cast.actor("finance_clerk")).result == (
                "CLEAR" if propose is propose_stay else "HIT"
            )

    def result(day: int, **more: datetime) -> str:
        with time_machine.travel(datetime(2026, 6, 1, 2, tzinfo=UTC), tick=False):
            return screened(organisation(code), cast.actor("finance_clerk"), as_of=date(2026, 3, day), **more).result

    assert [result(day) for day in (9, 10, 15, 19, 20)] == ["HIT", "CLEAR", "CLEAR", "CLEAR", "HIT"]
    later = datetime(2026, 5, 1, 2, tzinfo=UTC)
    assert [result(day, known_at=later) for day in (9, 10, 19, 20)] == ["HIT", "CLEAR", "CLEAR", "HIT"]


def test_an_expired_entry_was_in_force_on_its_last_day(cast: Cast, code: str) -> None:
    with time_machine.travel(datetime(2025, 3, 3, 2, tzinfo=UTC), tick=False):
        entry = publish_one(cast, code=code)
    with time_machine.travel(datetime(2026, 6, 1, 2, tzinfo=UTC), tick=False):
        expire_entries()
        clerk = cast.actor("finance_clerk")
        assert screened(organisation(code), clerk, as_of=entry.term_to).result == "HIT"
        assert screened(organisation(code), clerk, as_of=entry.term_to + timedelta(days=1)).result == "CLEAR"


@pytest.mark.parametrize(
    ("party", "refusal"),
    [
        (organisation("91370100MA3C000000"), "code_wrong"),
        (organisation(), "party_missing"),
        (person("370102199001011234"), "document_number_wrong"),
        (person(citizen_number(Random(1)), document_type="PASSPORT"), "document_number_wrong"),
        (person(name="　"), "party_missing"),
    ],
)
def test_what_cannot_be_looked_up_is_refused_and_not_kept(cast: Cast, party: object, refusal: str) -> None:
    with pytest.raises(DomainError) as refused:
        screened(party, cast.actor("finance_clerk"))  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.status) == (refusal, 400)
    assert not Screening.objects.exists()


def test_a_screening_closes_when_every_hit_is_answered(cast: Cast, code: str) -> None:
    publish_one(cast, code=code)
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    with pytest.raises(DomainError) as refused:
        close_screening(screening=screening, by=cast.actor("finance_clerk"))
    assert refused.value.code == "hits_open"
    with pytest.raises(DomainError) as hidden:
        close_screening(screening=screening, by=cast.actor("transport_clerk"))
    assert hidden.value.status == 404
    clear = screened(organisation(uscc(Random(5))), cast.actor("finance_clerk"))
    closed = close_screening(screening=clear, by=cast.actor("finance_clerk"))
    assert (closed.state, closed.closed_by) == ("CLOSED", cast.finance_clerk)
    assert clear.moves.get().name == "close"


def test_the_database_closes_no_screening_with_an_open_hit(cast: Cast, code: str) -> None:
    publish_one(cast, code=code)
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    closed = {"state": "CLOSED", "closed_at": clock.now(), "closed_by": cast.finance_clerk}
    with pytest.raises(InternalError, match="open hit"), transaction.atomic():
        Screening.objects.filter(pk=screening.pk).update(**closed)
    assert Screening.objects.get(pk=screening.pk).state == "OPEN"


def test_the_receipt_proves_and_shows_any_alteration(cast: Cast, code: str) -> None:
    entry = publish_one(cast, code=code)
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    said = read_receipt(f" {screening.receipt}\n")
    assert said["id"] == str(screening.pk)
    assert said["found"] == [[str(entry.pk), 1]]
    assert said["positions"] == screening.positions
    assert code not in screening.receipt
    edition, payload, seal = screening.receipt.split(".")
    for forged in (f"{edition}.{payload[:-2]}AA.{seal}", f"{edition}.{payload}.{seal[:-2]}AA", "JC1..", "", "é.é.é"):
        with pytest.raises(DomainError) as refused:
            read_receipt(forged)
        assert refused.value.code == "receipt_wrong"


def test_a_screening_costs_a_handful_of_queries(cast: Cast, code: str) -> None:
    clerk = cast.actor("finance_clerk")
    assert clerk.unit is not None
    assert clerk.acts
    screened(organisation(code), clerk)
    for seed in range(4):
        publish_one(cast, code=uscc(Random(900 + seed)), seed=seed)
    with CaptureQueriesContext(connection) as captured:
        screened(organisation(code), clerk)
    statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 4, statements


def test_a_change_of_the_catalogue_is_seen_at_once(cast: Cast, code: str) -> None:
    publish_one(cast, code=code)
    clerk = cast.actor("finance_clerk")
    assert screened(organisation(code), clerk).result == "HIT"
    cast.black.memoranda.clear()
    assert screened(organisation(code), clerk).result == "CLEAR"


def test_the_database_refuses_a_clearance_by_name(cast: Cast) -> None:
    screened(organisation(name="某公司"), cast.actor("finance_clerk"))
    with pytest.raises(IntegrityError, match="screening_by_name_alone_is_never_clear"), transaction.atomic():
        Screening.objects.update(result="CLEAR", unknown_reason="")
    with pytest.raises(IntegrityError, match="screening_that_cannot_tell_says_why"), transaction.atomic():
        Screening.objects.update(unknown_reason="")


def test_an_entry_is_hit_once(cast: Cast, code: str) -> None:
    publish_one(cast, code=code)
    hit = screened(organisation(code), cast.actor("finance_clerk")).hits.get()
    with pytest.raises(IntegrityError, match="screening_finds_an_entry_once"), transaction.atomic():
        Hit.objects.create(screening=hit.screening, entry=hit.entry, entry_version=1)
