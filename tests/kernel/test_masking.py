import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinan_credit.kernel.masking import Audience, mask_document_number, mask_name, name_for


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("11010519491231002X", "110105********002X"),
        ("E12345678", "E1*****78"),
        ("ABC", "***"),
        ("", ""),
    ],
)
def test_document_numbers(number, shown):
    assert mask_document_number(number) == shown


@given(st.text(min_size=1, max_size=40))
def test_a_mask_keeps_the_length_and_hides_at_least_a_quarter(number):
    shown = mask_document_number(number)
    assert len(shown) == len(number)
    assert shown.count("*") * 4 >= len(number)


@pytest.mark.parametrize(("name", "shown"), [("王小明", "王**"), ("李", "李"), ("", "")])
def test_names(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("audience", "person", "organisation"),
    [
        (Audience.DECIDING_UNIT, "王小明", "甲公司"),
        (Audience.STAFF, "王小明", "甲公司"),
        (Audience.FILE, "王**", "甲公司"),
        (Audience.PUBLIC, "", "甲公司"),
    ],
)
def test_who_sees_a_name(audience, person, organisation):
    assert name_for(audience, "王小明", is_person=True) == person
    assert name_for(audience, "甲公司", is_person=False) == organisation
