"""Two people at the same moment, on connections of their own: one act takes place, the other is told."""

from random import Random

import pytest

from jinan_credit.accounts.actors import SYSTEM
from lists.models import Entry
from objections.models import TipOff
from objections.services.tip_offs import (
    Claim,
    answer_tip_off,
    assign_tip_off,
    find_nothing_in_tip_off,
    hand_back_tip_off,
    receive_tip_off,
)
from objections.services.verifying import not_substantiate_tip_off, verify_tip_off
from tests.at_once import at_once
from tests.cast import Cast, company_values

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(cast: Cast) -> TipOff:
    return receive_tip_off(claim=Claim("LEGAL_PERSON", "济南失信测试公司", "拖欠货款"), by=SYSTEM).tip_off


def test_it_is_assigned_or_closed(cast: Cast, case: TipOff) -> None:
    officer = cast.actor("officer")
    results = at_once(
        lambda: assign_tip_off(tip_off=case, unit=cast.court, by=officer),
        lambda: find_nothing_in_tip_off(tip_off=case, by=officer, reason="无"),
    )
    assert sorted(results) == ["done", "move_not_open"]
    assert case.moves.count() == 2


def test_it_is_verified_once(cast: Cast, case: TipOff) -> None:
    assign_tip_off(tip_off=case, unit=cast.court, by=cast.actor("officer"))
    clerk = cast.actor("clerk")

    def verify(seed: int) -> object:
        values = company_values(Random(seed))
        return verify_tip_off(tip_off=case, credit_list=cast.black, values=values, by=clerk, reason="经查属实")

    assert sorted(at_once(lambda: verify(1), lambda: verify(2))) == ["done", "move_not_open"]
    assert Entry.objects.count() == 1


def test_who_handed_it_back_does_not_conclude_it(cast: Cast, case: TipOff) -> None:
    assign_tip_off(tip_off=case, unit=cast.court, by=cast.actor("officer"))
    clerk = cast.actor("clerk")
    results = at_once(
        lambda: hand_back_tip_off(tip_off=case, by=clerk, reason="应由他局核实"),
        lambda: not_substantiate_tip_off(tip_off=case, by=clerk, reason="查无实据"),
    )
    assert sorted(results) in (["done", "move_not_open"], ["done", "tip_off_not_found"])


def test_it_is_answered_once(cast: Cast, case: TipOff) -> None:
    officer = cast.actor("officer")
    find_nothing_in_tip_off(tip_off=case, by=officer, reason="无")
    acts = [lambda text=text: answer_tip_off(tip_off=case, by=officer, reason=text) for text in ("甲", "乙")]
    assert sorted(at_once(*acts)) == ["done", "move_not_open"]
    case.refresh_from_db()
    assert case.moves.last().reason == case.answer  # type: ignore[union-attr]
