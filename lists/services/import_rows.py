"""One row of a list file, understood: values for the staging table, or what is wrong with each cell."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from jinan_credit.kernel import crypto, masking
from jinan_credit.kernel.identifiers import document_key, is_uscc, normalise_code
from lists.enums import BasisKind, Disclosure, DishonestyClass, DocumentType, RequiredField, SubjectKind
from lists.models import CreditList
from lists.rules import TermRule, minor_penalty
from lists.services.entry_values import default_disclosure
from lists.services.import_cells import Errors, day_of, iso, refuse, text_of, word_of
from lists.services.import_files import COLUMNS, Cells, NumberCell

KINDS = {
    "法人": SubjectKind.LEGAL_PERSON,
    "企业法人": SubjectKind.LEGAL_PERSON,
    "非法人组织": SubjectKind.OTHER_ORGANISATION,
    "其他组织": SubjectKind.OTHER_ORGANISATION,
    "个体工商户": SubjectKind.SOLE_TRADER,
    "自然人": SubjectKind.NATURAL_PERSON,
}
DOCUMENT_TYPES = {
    "居民身份证": DocumentType.CITIZEN,
    "身份证": DocumentType.CITIZEN,
    "护照": DocumentType.PASSPORT,
    "军官证": DocumentType.OFFICER,
    "港澳居民来往内地通行证": DocumentType.HK_MACAO,
    "台湾居民来往大陆通行证": DocumentType.TAIWAN,
}
CLASSES = {"轻微": DishonestyClass.MINOR, "一般": DishonestyClass.ORDINARY, "严重": DishonestyClass.SERIOUS}
DISCLOSURES = {"公开": Disclosure.PUBLIC, "政府内部共享": Disclosure.GOVERNMENT, "不公开": Disclosure.NONE}
WORDS: Mapping[str, Mapping[str, str]] = {
    "主体类别": KINDS,
    "证件类型": DOCUMENT_TYPES,
    "失信程度": CLASSES,
    "披露方式": DISCLOSURES,
}
"""What may stand in a column that knows its words."""
_MINOR_PENALTY = {BasisKind.SIMPLE_PENALTY: "simple_procedure", BasisKind.REMEDIED_PENALTY: "minor_remedied"}
_DERIVED = ("term_from", "term_to", "disclosure")
"""What the rules give where the file says nothing."""


class CheckedRow(NamedTuple):
    """Named as in ImportRow. `errors`: {"column", "code", "value" (masked), …parameters}."""

    row: int
    kind: str
    name: str
    code: str
    document_type: str
    sealed_number: str
    masked_number: str
    number_index: str
    representative: str
    basis: str
    document_number: str
    document_on: str
    decided_on: str
    term_from: str
    term_to: str
    grounds: str
    facts: str
    dishonesty_class: str
    disclosure: str
    unsaid: str
    errors: Errors


class Holder(NamedTuple):
    """Who a row is about, by the identifier of his kind."""

    code: str = ""
    document_type: str = ""
    sealed_number: str = ""
    masked_number: str = ""
    number_index: str = ""


class Ruled(NamedTuple):
    """What follows from the words and dates of a row; the rows of a file share few of them, so it is remembered."""

    kind: str
    document_on: str
    decided_on: str
    term_from: str
    term_to: str
    dishonesty_class: str
    disclosure: str
    unsaid: str
    errors: tuple[dict[str, Any], ...]


class RowChecker:
    """Checks the rows of one import against the rules of its list."""

    def __init__(self, credit_list: CreditList, rule: TermRule, today: date) -> None:
        self.rule = rule
        self.today = today
        self.required = set(credit_list.required_fields)
        self.disclosure_of = {kind: default_disclosure(credit_list, kind) for kind in SubjectKind.values}
        self.persons_may_be_public = bool(credit_list.person_disclosure_basis)
        self._row_of: dict[tuple[str, str], int] = {}
        self._ruled: Callable[..., Ruled] = lru_cache(4096)(self._rule)
        self._holders = {True: self._person, False: self._organisation}

    def check(self, number: int, cells: Cells, *, has_surplus: bool = False) -> CheckedRow:
        (kind_word, name, code, document_type, document, representative, basis, act, act_on, decided_on, from_on,
         to_on, grounds, facts, class_word, disclosure_word) = cells  # fmt: skip
        ruled = self._ruled(kind_word, act_on, decided_on, from_on, to_on, class_word, disclosure_word)
        errors: Errors = [dict(error) for error in ruled.errors]
        if has_surplus:
            refuse(errors, "", "too_many_cells")
        is_person = ruled.kind == SubjectKind.NATURAL_PERSON
        holder = self._holders[is_person](errors, code, document_type, document) if ruled.kind else Holder()
        name = text_of(errors, "主体名称", name, required=True)
        needed = RequiredField.REPRESENTATIVE in self.required and not is_person
        representative = text_of(errors, "法定代表人", representative, field_required=needed)
        basis = text_of(errors, "认定依据", basis, required=True)
        act = text_of(errors, "决定文书号", act, required=True)
        grounds = text_of(errors, "列入事由", grounds, required=True)
        facts = text_of(errors, "违法事实", facts, field_required=RequiredField.FACTS in self.required)
        _refuse_minor_penalty(errors, basis, grounds, facts)
        if not errors:
            self._refuse_twice(errors, number, holder, act)
        if len(errors) > 1:
            errors.sort(key=lambda error: COLUMNS.index(error["column"]) if error["column"] else -1)
        return CheckedRow(
            number, ruled.kind, name, *holder, representative, basis, act, ruled.document_on, ruled.decided_on,
            ruled.term_from, ruled.term_to, grounds, facts, ruled.dishonesty_class, ruled.disclosure,
            ruled.unsaid, errors,
        )  # fmt: skip

    def _refuse_twice(self, errors: Errors, number: int, holder: Holder, act: str) -> None:
        """The same subject and document twice in one file: the later row is refused (rule 8)."""
        first = self._row_of.setdefault((holder.code or holder.number_index, document_key(act)), number)
        if first != number:
            refuse(errors, "决定文书号", "twice", act, row=first)

    def _organisation(self, errors: Errors, code: str, document_type: str, document: str) -> Holder:
        if document:
            refuse(errors, "证件号码", "not_for_organisation", document)
        if isinstance(code, NumberCell):
            refuse(errors, "统一社会信用代码", "number_cell", code)
            return Holder()
        code = normalise_code(code)
        if is_uscc(code):
            return Holder(code=code)
        refuse(errors, "统一社会信用代码", "bad_code" if code else "missing", code)
        return Holder()

    def _person(self, errors: Errors, code: str, document_type: str, document: str) -> Holder:
        if code:
            refuse(errors, "统一社会信用代码", "not_for_person", code)
        kind = word_of(errors, "证件类型", document_type, DOCUMENT_TYPES)
        if isinstance(document, NumberCell):
            refuse(errors, "证件号码", "number_cell", document)
            return Holder()
        number = normalise_code(document)
        if not number:
            refuse(errors, "证件号码", "missing")
        elif kind and not DocumentType(kind).takes(number):
            wrong = "bad_citizen_number" if kind == DocumentType.CITIZEN else "bad_document"
            refuse(errors, "证件号码", wrong, number)
        elif kind:
            sealed, masked = crypto.seal(number), masking.mask_document_number(number)
            return Holder("", kind, sealed, masked, crypto.blind_index(kind, number))
        return Holder()

    def _rule(
        self, kind_word: str, act_on: str, decided_on: str, from_on: str, to_on: str, class_word: str, disclosed: str
    ) -> Ruled:
        errors: Errors = []
        kind = word_of(errors, "主体类别", kind_word, KINDS)
        days = {
            column: day_of(errors, column, raw, required=column in ("文书日期", "认定日期"))
            for column, raw in (
                ("文书日期", act_on),
                ("认定日期", decided_on),
                ("有效期起", from_on),
                ("有效期止", to_on),
            )
        }
        for column in ("文书日期", "认定日期"):
            day = days[column]
            if day is not None and day > self.today:
                refuse(errors, column, "future_date", day)
        if RequiredField.TERM_TO in self.required and not to_on:
            refuse(errors, "有效期止", "field_required")
        dishonesty_class = word_of(errors, "失信程度", class_word, CLASSES, required=False)
        begins, ends = self._term(errors, days, dishonesty_class, class_word)
        return Ruled(
            kind=kind,
            document_on=iso(days["文书日期"]),
            decided_on=iso(days["认定日期"]),
            term_from=iso(begins),
            term_to=iso(ends),
            dishonesty_class=dishonesty_class,
            disclosure=self._disclosure(errors, kind, disclosed),
            unsaid=" ".join(name for name, raw in zip(_DERIVED, (from_on, to_on, disclosed), strict=True) if not raw),
            errors=tuple(errors),
        )

    def _term(
        self, errors: Errors, days: dict[str, date | None], dishonesty_class: str, class_word: str
    ) -> tuple[date | None, date | None]:
        if not dishonesty_class and not class_word and self.rule.needs_class:
            refuse(errors, "失信程度", "class_missing")
        elif not dishonesty_class and not class_word and RequiredField.DISHONESTY_CLASS in self.required:
            refuse(errors, "失信程度", "field_required")
        act_on = days["文书日期"]
        if act_on is None or (self.rule.needs_class and not dishonesty_class):
            return None, None
        begins = days["有效期起"] or act_on
        ends = days["有效期止"] or self.rule.ends_on(begins, dishonesty_class)
        cap = self.rule.cap_on(act_on, dishonesty_class)
        if ends < begins:
            refuse(errors, "有效期止", "term_backwards", ends)
        elif ends < self.today:
            refuse(errors, "有效期止", "term_over", ends)
        elif ends > cap:
            refuse(errors, "有效期止", "beyond_cap", ends, cap=cap.isoformat())
        return begins, ends

    def _disclosure(self, errors: Errors, kind: str, word: str) -> str:
        disclosure = word_of(errors, "披露方式", word, DISCLOSURES, required=False)
        if disclosure == Disclosure.PUBLIC and kind == SubjectKind.NATURAL_PERSON and not self.persons_may_be_public:
            refuse(errors, "披露方式", "not_public", word)  # SD art. 20
        return disclosure or self.disclosure_of.get(kind, "")


def _refuse_minor_penalty(errors: Errors, basis: str, grounds: str, facts: str) -> None:
    """Rule 6: such a penalty cannot be the only basis (SD art. 13)."""
    texts = {"认定依据": basis, "列入事由": grounds, "违法事实": facts}
    whole = f"{basis} {grounds} {facts}"  # only with one of these words can it speak of such a penalty
    if "简易" not in whole and "当场" not in whole and "轻微" not in whole:
        return
    if kind := minor_penalty(basis, grounds, facts):
        column = next((name for name, text in texts.items() if minor_penalty(text)), "违法事实")
        refuse(errors, column, _MINOR_PENALTY[BasisKind(kind)], texts[column])
