"""A text about a party names no natural person, however the name or the number is written (SD art. 20)."""

from random import Random

import pytest

from lists.services.synthetic import citizen_number, uscc
from sanctions.anonymity import Hidden, Place, masked, told_in

NUMBER = citizen_number(Random(5))
HIDDEN = Hidden(
    names=frozenset({"王小明", "John Smith"}),
    numbers=frozenset({"P1234567", "（2026）鲁01执9号"}),
    named=frozenset({"济南王小明商行"}),
)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("当事人王小明到场。", Place(1, "王**")),
        ("第一行。\n第二行：王 小 明。", Place(2, "王**")),
        ("王·小·明", Place(1, "王**")),
        ("王\u200b小明", Place(1, "王**")),
        ("前文王小\n明后文", Place(1, "王**")),
        ("john  SMITH", Place(1, "J********")),
        ("护照 p1234567", Place(1)),
        ("护照 Ｐ１２３４５６７", Place(1)),
        ("依据〔2026〕鲁01执9号", Place(1)),
        (f"号码{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", Place(1)),
        (f"别人的号码：\n\n{NUMBER}", Place(3)),
    ],
)
def test_what_is_told_is_found_with_its_line(text: str, place: Place) -> None:
    assert told_in(text, HIDDEN) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "王**到场。",
        "济南王小明商行参加投标。",
        f"统一社会信用代码{uscc(Random(7))}",
        "执行金额123456789012345678元",
        "王明、小明",
    ],
)
def test_what_tells_nobody_is_let_through(text: str) -> None:
    assert told_in(text, HIDDEN) is None


def test_an_organisation_that_bears_a_name_may_stand_the_person_beside_it_not() -> None:
    assert told_in("济南王小明商行的王小明", HIDDEN) == Place(1, "王**")


def test_masking_leaves_nothing_to_find() -> None:
    text = "济南王小明商行（负责人王小明，护照P1234567）"
    shown = masked(text, HIDDEN)
    assert shown == "济南王小明商行（负责人王**，护照****）"
    assert told_in(shown, HIDDEN) is None


def test_nothing_hidden_changes_nothing() -> None:
    assert masked("原文", Hidden()) == "原文"
    assert told_in("原文", Hidden(names=frozenset({"", "王"}))) is None
