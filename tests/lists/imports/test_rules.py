"""What a list may not take: minor penalties (rule 6), trustworthy subjects on a black list (rule 3), missing fields."""

from datetime import date, timedelta
from typing import Any

import pytest

from catalog.models import RuleProfile
from jinan_credit.kernel import clock
from lists.enums import BasisKind, ImportStatus
from lists.models import Subject, SubjectCode
from lists.rules import minor_penalty
from lists.services.import_refusals import REFUSALS, words_of_refusal
from tests.cast import Cast, publish_one
from tests.lists.files import code, row
from tests.lists.imports.conftest import Give, codes

WORDS = [
    ("适用简易程序作出处罚", BasisKind.SIMPLE_PENALTY),
    ("当场行政处罚决定书", BasisKind.SIMPLE_PENALTY),
    ("当场处罚", BasisKind.SIMPLE_PENALTY),
    ("违法行为轻微并及时改正", BasisKind.REMEDIED_PENALTY),
    ("情节轻微，已改正", BasisKind.REMEDIED_PENALTY),
    ("轻微违法，已完成整改", BasisKind.REMEDIED_PENALTY),
    ("不适用简易程序", BasisKind.UNKNOWN),
    ("情节轻微，拒不改正", BasisKind.UNKNOWN),
    ("情节严重，已整改", BasisKind.UNKNOWN),
    ("普通程序", BasisKind.UNKNOWN),
    ("", BasisKind.UNKNOWN),
]


@pytest.mark.parametrize(("text", "kind"), WORDS)
def test_a_minor_penalty_is_known_by_its_words(text: str, kind: BasisKind) -> None:
    assert minor_penalty("测试法第一条", text) == kind


def test_the_words_may_stand_in_different_cells() -> None:
    assert minor_penalty("", "违法行为轻微", "当事人已及时改正") == BasisKind.REMEDIED_PENALTY


PENALTIES = [
    ({"认定依据": "适用简易程序，测试法第一条"}, "认定依据", "simple_procedure"),
    ({"违法事实": "当场处罚二百元"}, "违法事实", "simple_procedure"),
    ({"列入事由": "违法行为轻微，已改正"}, "列入事由", "minor_remedied"),
]


@pytest.mark.parametrize(("given", "column", "expected"), PENALTIES)
def test_such_a_penalty_is_refused_as_the_only_basis(
    give: Give, given: dict[str, str], column: str, expected: str
) -> None:
    (error,) = give(row(1, **given)).rows.get().errors
    assert (error["column"], error["code"]) == (column, expected)


@pytest.mark.parametrize("parameters", [{"default_months": 12}, {"max_months": 12}])
def test_rules_that_give_no_term_or_no_cap_refuse_the_file_in_words(
    cast: Cast, give: Give, parameters: dict[str, int]
) -> None:
    profile = RuleProfile.objects.for_case(cast.black.term_profile, clock.today())
    RuleProfile.objects.filter(pk=profile.pk).update(parameters=parameters)
    refused = give(row(1))
    assert (refused.status, refused.refusal_code) == (ImportStatus.REFUSED, "rule_parameter_missing")
    assert words_of_refusal(refused.refusal) == str(REFUSALS["rule_parameter_missing"])


REQUIRED: list[tuple[str, dict[str, Any], str]] = [
    ("REPRESENTATIVE", {}, "法定代表人"),
    ("FACTS", {}, "违法事实"),
    ("TERM_TO", {}, "有效期止"),
]


@pytest.mark.parametrize(("name", "given", "column"), REQUIRED)
def test_a_list_may_require_more(cast: Cast, give: Give, name: str, given: dict[str, Any], column: str) -> None:
    cast.black.required_fields = [name]
    cast.black.save()
    (error,) = give(row(1, **given)).rows.get().errors
    assert (error["column"], error["code"]) == (column, "field_required")


def test_a_red_list_may_require_a_class(cast: Cast, give: Give) -> None:
    cast.red.required_fields = ["DISHONESTY_CLASS"]
    cast.red.save()
    assert codes(give(row(1, 失信程度=""), credit_list=cast.red)) == ["field_required"]


def test_a_subject_with_a_black_entry_in_force_is_refused_on_a_red_list(cast: Cast, give: Give) -> None:
    publish_one(cast, code=code(1), name="济南测试1有限公司")
    given = give(row(1, 失信程度=""), row(2, 失信程度=""), credit_list=cast.red)
    assert (given.new_count, given.error_count, codes(given)) == (1, 1, ["black_listed"])


def test_so_is_one_whose_black_term_begins_later(cast: Cast, give: Give) -> None:
    begins = clock.today() + timedelta(days=1)
    publish_one(cast, code=code(1), name="济南测试1有限公司", term_from=begins, term_to=begins)
    assert codes(give(row(1, 失信程度=""), credit_list=cast.red)) == ["black_listed"]


def test_an_earlier_code_is_of_the_known_subject(cast: Cast, give: Give, take: Give) -> None:
    known = Subject.objects.create(kind="LEGAL_PERSON", name="济南测试1有限公司", code=code(1))
    for number in (11, 12):
        SubjectCode.objects.create(subject=known, code=code(number))
    given = give(
        row(1), row(2), row(3, 统一社会信用代码=code(11)), row(4, 统一社会信用代码=code(12), 决定文书号="测〔2026〕1号")
    )
    (second,) = given.rows.wrong()
    assert second.errors == [{"column": "决定文书号", "code": "twice", "value": "测〔2026〕1号", "row": 2}]
    assert take(given).left_out_count == 0
    assert set(Subject.objects.values_list("code", flat=True)) == {code(1), code(2)}
    assert known.entries.count() == 2


def test_an_earlier_code_does_not_hide_a_black_entry(cast: Cast, give: Give) -> None:
    black = publish_one(cast, code=code(1), name="济南测试1有限公司")
    SubjectCode.objects.create(subject=black.subject, code=code(11))
    given = give(row(1, 失信程度="", 统一社会信用代码=code(11)), credit_list=cast.red)
    assert codes(given) == ["black_listed"]


def test_a_code_that_became_an_earlier_one_since_the_check_is_seen(cast: Cast, give: Give, take: Give) -> None:
    known = publish_one(cast, code=code(1), document_number="测〔2026〕1号").subject
    given = give(
        row(11, 决定文书号="测〔2026〕1号"), row(12, 决定文书号="测〔2026〕2号"), row(13, 决定文书号="测〔2026〕2号")
    )
    for number in (11, 12, 13):
        SubjectCode.objects.create(subject=known, code=code(number))
    assert take(given).left_out_count == 2
    assert codes(given) == ["now_changed", "twice"]
    assert set(Subject.objects.all()) == {known}


def test_a_subject_that_has_ceased_is_refused(give: Give) -> None:
    Subject.objects.create(kind="LEGAL_PERSON", name="已注销", code=code(1), ceased_on=date(2026, 1, 1))
    assert codes(give(row(1), row(2))) == ["subject_ceased"]
