import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinan_credit.kernel.identifiers import (
    citizen_check_character,
    is_citizen_number,
    is_uscc,
    normalise_code,
    normalise_text,
    uscc_check_character,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
bodies = st.text(ALPHABET, min_size=17, max_size=17)


@given(bodies)
def test_a_code_with_its_check_character_is_lawful(body):
    assert is_uscc(body + uscc_check_character(body))


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body, place, other):
    code = body + uscc_check_character(body)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_uscc(wrong) == (wrong == code)


@pytest.mark.parametrize(
    ("code", "lawful"),
    [
        ("91110000600037341L", True),
        ("91110000600037342L", False),
        ("91110000600037341", False),
        ("91110000600037341LL", False),
        ("9111000060003734IL", False),  # no I, O, S, V, Z
        ("", False),
    ],
)
def test_uscc(code, lawful):
    assert is_uscc(code) is lawful


@pytest.mark.parametrize("division", ["371200", "370181", "999999"])
def test_divisions_that_are_gone_or_unknown_are_not_judged(division):
    body = f"91{division}MA3C00001"
    assert is_uscc(body + uscc_check_character(body))


@pytest.mark.parametrize(
    ("number", "lawful"),
    [
        ("11010519491231002X", True),
        ("110105194912310021", False),
        ("11010519491231002x", False),  # normalised before it is checked
        ("1101051949123100", False),
        ("１１０１０５１９４９１２３１００２X", False),
    ],
)
def test_citizen_number(number, lawful):
    assert is_citizen_number(number) is lawful


@pytest.mark.parametrize(
    ("day", "exists"), [("20000229", True), ("19990229", False), ("20001301", False), ("20000100", False)]
)
def test_a_citizen_number_needs_a_day_that_exists(day, exists):
    body = f"370102{day}123"
    assert is_citizen_number(body + citizen_check_character(body)) is exists


@pytest.mark.parametrize("region", ["810000", "820000", "830000", "999999"])
def test_regions_of_citizen_numbers_are_not_judged(region):
    body = f"{region}19900101001"
    assert is_citizen_number(body + citizen_check_character(body))


@pytest.mark.parametrize(
    "typed",
    [
        "91110000600037341l",
        " 9111 0000 6000 37341L ",
        "９１１１００００６０００３７３４１Ｌ",
        "9111-0000-6000-37341L",
        "91110000\u200b600037341L",
        "\u202e91110000600037341L\u202c",
        "91110000600037341L\ufeff",
    ],
)
def test_a_code_has_one_spelling(typed):
    assert normalise_code(typed) == "91110000600037341L"


def test_a_name_has_one_spelling():
    assert normalise_text("  济南　某某\u200b（集团）\n有限公司 ") == "济南 某某(集团) 有限公司"


def test_the_punctuation_of_a_sentence_stays():
    assert normalise_text("逾期未付，经催告：Ａ１ 仍不履行；") == "逾期未付，经催告：A1 仍不履行；"


@given(st.text())
def test_normalising_a_text_twice_changes_nothing(typed):
    assert normalise_text(normalise_text(typed)) == normalise_text(typed)


@given(st.text([*string.ascii_letters, *string.digits, *"- \u3000０９ＡＺａｚ\u200b\u202e\ufeff"]))
def test_normalising_a_code_twice_changes_nothing(typed):
    assert normalise_code(normalise_code(typed)) == normalise_code(typed)


@given(st.text(string.ascii_letters + string.digits))
def test_plain_codes_are_only_put_in_upper_case(typed):
    assert normalise_code(typed) == typed.upper()
