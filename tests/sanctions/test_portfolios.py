"""A unit keeps parties and is told, once, when one of them enters or leaves a list: out of the feed."""

import threading
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.services.succession import carry_out_successions, plan_succession
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError
from lists.enums import ExitReason
from lists.models import Entry, FeedHead
from lists.services.orders import Order
from lists.services.proposals import approve_proposal, propose_correction, propose_lift, propose_stay
from lists.services.removals import remove_entry
from lists.services.synthetic import citizen_number, uscc
from sanctions.enums import BatchUse
from sanctions.models import Portfolio, PortfolioChange, PortfolioParty
from sanctions.selectors.portfolios import changes_seen_by, parties_of, portfolios_list, unseen_changes
from sanctions.services.batches import file_into_portfolio
from sanctions.services.portfolio_changes import review_portfolios, tell_portfolios
from sanctions.services.portfolios import drop_party, end_portfolio, keep_batch, make_portfolio, see_changes
from tests.cast import Cast, make_user, publish_many, publish_one
from tests.sanctions.parties import done, ndjson, screened_file


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def made(cast: Cast, *parties: dict[str, Any], by: str = "finance_clerk", name: str = "供应商") -> Portfolio:
    portfolio = make_portfolio(name=name, purpose="供应商管理", legal_basis="政府采购法第二十二条", by=cast.actor(by))
    if parties:
        filed(cast, portfolio, *parties, by=by)
    return portfolio


def filed(cast: Cast, portfolio: Portfolio, *parties: Any, use: str = BatchUse.KEEP, by: str = "finance_clerk") -> Any:
    return done(
        file_into_portfolio(
            portfolio=portfolio, file=ndjson(*parties), file_name="x.ndjson", use=use, by=cast.actor(by)
        )
    )


def removed(cast: Cast, entry: Entry) -> None:
    remove_entry(
        entry=Entry.objects.get(pk=entry.pk),
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )


def told() -> list[tuple[str, str]]:
    """(party, what happened), in the order in which it was told, without what was listed when it was kept."""
    news = PortfolioChange.objects.news().select_related("party").order_by("pk")
    return [(one.party.identifier, one.standing) for one in news]


def test_a_kept_party_that_enters_and_leaves_is_told_once_each(cast: Cast, code: str) -> None:
    made(cast, {"code": code}, {"code": uscc(Random(2))})
    assert tell_portfolios() == 0
    entry = publish_one(cast, code=code)
    publish_one(cast, seed=9)
    assert tell_portfolios() == 1
    assert tell_portfolios() == 0
    removed(cast, entry)
    tell_portfolios()
    review_portfolios()
    assert told() == [(code, "ENTERED"), (code, "LEFT")]
    last = PortfolioChange.objects.first()
    assert last is not None
    assert (last.entry, last.version, last.reason) == (entry, 2, ExitReason.BASIS_CHANGED)


def test_what_came_and_went_while_nobody_told_is_told_all_the_same(cast: Cast, code: str) -> None:
    made(cast, {"code": code})
    removed(cast, publish_one(cast, code=code))
    publish_one(cast, seed=4, code=code)
    assert tell_portfolios() == 3
    assert [what for _party, what in told()] == ["ENTERED", "LEFT", "ENTERED"]


def test_a_telling_that_was_broken_off_is_made_up_for(cast: Cast, code: str) -> None:
    made(cast, {"code": code})
    publish_one(cast, code=code)
    with transaction.atomic():
        tell_portfolios()
        transaction.set_rollback(True)  # as when the worker dies
    assert told() == []
    tell_portfolios()
    assert told() == [(code, "ENTERED")]


def test_what_was_listed_when_it_was_kept_is_no_news_until_it_leaves(cast: Cast, code: str) -> None:
    entry = publish_one(cast, code=code)
    portfolio = made(cast, {"code": code})
    review_portfolios()
    assert told() == []
    assert parties_of(portfolio).get().listed == 1
    removed(cast, entry)
    tell_portfolios()
    assert told() == [(code, "LEFT")]
    assert parties_of(portfolio).get().listed == 0


def test_what_happened_between_the_look_up_and_the_keeping_is_told(cast: Cast, code: str) -> None:
    leaving = publish_one(cast, code=code)
    other = uscc(Random(5))
    named = {"kind": "organisation", "name": "只有名称"}
    batch = screened_file(ndjson({"code": code}, {"code": other}, named), cast.actor("finance_clerk"))
    portfolio = made(cast)
    removed(cast, leaving)
    publish_one(cast, seed=6, code=other)
    assert keep_batch(portfolio=portfolio, batch=batch, by=cast.actor("finance_clerk")) == 2
    assert sorted(told()) == sorted([(code, "LEFT"), (other, "ENTERED")])
    tell_portfolios()
    review_portfolios()
    assert len(told()) == 2
    assert keep_batch(portfolio=portfolio, batch=batch, by=cast.actor("finance_clerk")) == 0


def test_an_entry_that_is_published_before_its_term_begins_is_told(cast: Cast, code: str) -> None:
    """Nothing is published when its day comes, so it is told when the party is kept."""
    today = clock.today()
    publish_one(cast, code=code, term_from=today + timedelta(days=5), term_to=today + timedelta(days=90))
    batch = screened_file(ndjson({"code": code}), cast.actor("finance_clerk"))
    assert batch.rows.get().result == "CLEAR"
    keep_batch(portfolio=made(cast), batch=batch, by=cast.actor("finance_clerk"))
    assert told() == [(code, "ENTERED")]


def test_a_related_person_is_told_too_and_when_his_number_was_wrong(cast: Cast, number: str) -> None:
    right = citizen_number(Random(44))
    made(cast, {"document_number": number}, {"document_number": right})
    person = {"role": "ACTUAL_CONTROLLER", "name": "甲", "document_type": "CITIZEN", "number": number}
    entry = publish_one(cast, related_persons=[person])
    tell_portfolios()
    corrected = {**person, "id": entry.related_persons.get(name="甲").pk, "number": right}
    proposal = propose_correction(
        entry=entry, new_values={"related_persons": [corrected]}, by=cast.actor("clerk"), reason="笔误"
    )
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    tell_portfolios()
    happened = [(one.party_id, one.standing, one.matched_as) for one in PortfolioChange.objects.order_by("pk")]
    first, second = (
        PortfolioParty.objects.get(number_index=crypto.blind_index("CITIZEN", one)).pk for one in (number, right)
    )
    assert happened[0] == (first, "ENTERED", "RELATED_PERSON")
    assert sorted(happened[1:]) == sorted([(first, "LEFT", "RELATED_PERSON"), (second, "ENTERED", "RELATED_PERSON")])


def test_a_stay_takes_the_party_out_and_its_end_brings_it_back(cast: Cast, code: str) -> None:
    made(cast, {"code": code})
    entry = publish_one(cast, code=code)
    order = Order("（2026）测停1号", "测试复议机关", clock.today())
    for propose in (propose_stay, propose_lift):
        proposal = propose(entry=Entry.objects.get(pk=entry.pk), order=order, by=cast.actor("clerk"), reason="复议")
        approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    tell_portfolios()
    assert [what for _party, what in told()] == ["ENTERED", "LEFT", "ENTERED"]


def test_lists_that_do_not_concern_the_unit_are_not_followed(cast: Cast, code: str) -> None:
    made(cast, {"code": code}, by="stranger")
    publish_one(cast, code=code)
    assert tell_portfolios() == 0
    review_portfolios()
    assert told() == []


def test_a_list_that_begins_to_concern_the_unit_is_followed_from_the_next_review(cast: Cast, code: str) -> None:
    made(cast, {"code": code}, by="stranger")
    publish_one(cast, code=code)
    cast.ban.responsibilities.create(unit=cast.stranger_unit)
    review_portfolios()
    review_portfolios()
    assert told() == [(code, "ENTERED")]


def test_parties_are_taken_out_by_file_and_by_hand(cast: Cast, code: str) -> None:
    other = uscc(Random(8))
    portfolio = made(cast, {"code": code}, {"code": other})
    batch = filed(cast, portfolio, {"code": code}, {"code": "bad"}, use=BatchUse.DROP)
    assert (batch.status, batch.row_count, batch.error_count, batch.rows.count()) == ("DONE", 2, 1, 1)
    drop_party(party=PortfolioParty.objects.get(code=other), by=cast.actor("finance_clerk"))
    publish_one(cast, code=code)
    publish_one(cast, seed=3, code=other)
    assert tell_portfolios() == 0
    assert not portfolio.parties.watched().exists()
    filed(cast, portfolio, {"code": code})
    assert portfolio.parties.watched().count() == 1


def test_an_ended_portfolio_tells_nothing_more(cast: Cast, code: str) -> None:
    portfolio = made(cast, {"code": code})
    officer = cast.actor("finance_clerk")
    end_portfolio(portfolio=portfolio, by=officer, reason="合同到期")
    publish_one(cast, code=code)
    tell_portfolios()
    review_portfolios()
    assert told() == []
    with pytest.raises(DomainError) as ended:
        filed(cast, portfolio, {"code": code})
    assert ended.value.code == "portfolio_ended"
    with pytest.raises(DomainError) as again:
        end_portfolio(portfolio=portfolio, by=officer, reason="x")
    assert again.value.code == "move_not_open"
    assert [move.name for move in portfolio.moves.all()] == ["make", "end"]


def test_refusals(cast: Cast, code: str) -> None:
    portfolio = made(cast, {"code": code})
    officer, foreign = cast.actor("finance_clerk"), cast.actor("transport_clerk")

    def code_of(act: Any, **arguments: Any) -> str:
        with pytest.raises(DomainError) as refusal, transaction.atomic():
            act(**arguments)
        return refusal.value.code

    values = {"name": "供应商", "purpose": "x", "legal_basis": "y"}
    assert code_of(make_portfolio, **values, by=officer) == "portfolio_known"
    assert code_of(make_portfolio, **{**values, "purpose": " "}, by=officer) == "field_missing"
    assert code_of(make_portfolio, **values, by=cast.actor("coordinator")) == "act_not_allowed"
    assert code_of(end_portfolio, portfolio=portfolio, by=officer, reason=" ") == "reason_missing"
    assert code_of(end_portfolio, portfolio=portfolio, by=foreign, reason="x") == "not_found"
    party = PortfolioParty.objects.get()
    assert code_of(drop_party, party=party, by=foreign) == "not_found"
    drop_party(party=party, by=officer)
    assert code_of(drop_party, party=party, by=officer) == "already_dropped"
    batch = screened_file(ndjson({"code": code}), foreign)
    assert code_of(keep_batch, portfolio=portfolio, batch=batch, by=officer) == "not_found"
    assert make_portfolio(**values, by=foreign).unit == cast.transport, "another unit may use the name"


def test_who_sees_what(cast: Cast, code: str) -> None:
    made(cast, {"code": code})
    publish_one(cast, code=code)
    tell_portfolios()
    seen = {
        name: (portfolios_list(cast.actor(name)).count(), unseen_changes(cast.actor(name)))
        for name in ("finance_clerk", "transport_clerk", "auditor", "coordinator")
    }
    assert seen == {
        "finance_clerk": (1, 1), "transport_clerk": (0, 0), "auditor": (1, 0), "coordinator": (0, 0),
    }  # fmt: skip
    newest = changes_seen_by(cast.actor("finance_clerk")).get().pk
    assert see_changes(up_to=newest, by=cast.actor("transport_clerk")) == 0
    assert see_changes(up_to=newest, by=cast.actor("finance_clerk")) == 1
    assert unseen_changes(cast.actor("finance_clerk")) == 0


def test_a_successor_reads_what_had_ended_before(cast: Cast, code: str, client: Client) -> None:
    portfolio = made(cast, {"code": code})
    publish_one(cast, code=code)
    tell_portfolios()
    end_portfolio(portfolio=portfolio, by=cast.actor("finance_clerk"), reason="合同到期")
    guard = Actor(user=make_user("guard", cast.commission, Role.SECURITY_ADMIN))
    plan_succession(unit=cast.finance, successor=cast.transport, begins_on=clock.today(), reason="机构改革", by=guard)
    carry_out_successions()
    heir = cast.actor("transport_clerk")
    assert [kept.unit for kept in portfolios_list(heir)] == [cast.finance]
    assert [told.party.identifier for told in changes_seen_by(heir)] == [code]
    client.force_login(cast.transport_clerk)
    assert code in client.get(reverse("portfolio_changes")).content.decode()
    assert client.get(reverse("portfolio", args=[portfolio.pk])).context["is_own"]
    with pytest.raises(DomainError) as ended:
        filed(cast, portfolio, {"code": code}, by="transport_clerk")
    assert ended.value.code == "portfolio_ended"


def test_a_few_statements_for_any_number_of_portfolios_and_changes(cast: Cast) -> None:
    for number in range(3):
        made(cast, {"code": uscc(Random(number))}, name=f"P{number}")
    counts = []
    for size in (1, 10):
        publish_many(cast, size, seed=size)
        with CaptureQueriesContext(connection) as queries:
            tell_portfolios()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert FeedHead.objects.get(credit_list=cast.black).seq == 11


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_a_change_once(transactional_db: None, cast: Cast, code: str) -> None:
    made(cast, {"code": code})
    publish_one(cast, code=code)
    barrier = threading.Barrier(4)

    def tell() -> None:
        barrier.wait()
        tell_portfolios()
        connection.close()

    workers = [threading.Thread(target=tell) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert told() == [(code, "ENTERED")]
