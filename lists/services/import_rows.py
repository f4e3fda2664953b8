"""One row of a list file, understood: values for the staging table, or what is wrong with each cell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jinan_credit.kernel import crypto, masking
from jinan_credit.kernel.identifiers import is_citizen_number, is_uscc, normalise_code, normalise_text
from lists.enums import Disclosure, DishonestyClass, DocumentType, SubjectKind
from lists.models import CreditList
from lists.rules import TermRule
from lists.services.entries import default_disclosure
from lists.services.import_files import COLUMNS, Cells

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

_DATE = re.compile(r"(\d{4})\s*(?:[-/.年])\s*(\d{1,2})\s*(?:[-/.月])\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
_PERSONAL = ("证件号码",)
_LONGEST = {"主体名称": 200, "法定代表人": 100, "认定依据": 500, "决定文书号": 100, "列入事由": 500, "违法事实": 5000}


@dataclass
class CheckedRow:
    """`values` by ImportRow field; `errors` as {"column", "code", "value" (masked), …parameters}."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, column: str, code: str, value: Any = "", **parameters: Any) -> None:
        shown = masking.mask_document_number(str(value)) if column in _PERSONAL else str(value)[:60]
        self.errors.append({"column": column, "code": code, "value": shown, **parameters})


class RowChecker:
    """Checks the rows of one import against the rules of its list."""

    def __init__(self, credit_list: CreditList, rule: TermRule, today: date) -> None:
        self.rule = rule
        self.today = today
        self.needs_class = isinstance(rule.parameters["default_months"], Mapping)
        self.disclosure_of = {kind: default_disclosure(credit_list, kind) for kind in SubjectKind.values}
        self.persons_may_be_public = bool(credit_list.person_disclosure_basis)
        self._row_of: dict[tuple[str, str], int] = {}

    def check(self, number: int, raw: Cells) -> CheckedRow:
        row = CheckedRow(number)
        cells = dict(zip(COLUMNS, raw, strict=True))
        row.values["kind"] = _word(row, "主体类别", cells, KINDS)
        row.values["name"] = _text(row, "主体名称", cells, required=True)
        self._check_identifier(row, cells)
        row.values["representative"] = _text(row, "法定代表人", cells)
        row.values["basis"] = _text(row, "认定依据", cells, required=True)
        row.values["document_number"] = _text(row, "决定文书号", cells, required=True)
        row.values["grounds"] = _text(row, "列入事由", cells, required=True)
        row.values["facts"] = _text(row, "违法事实", cells)
        self._check_disclosure(row, cells)
        self._check_term(row, cells)
        self._check_once(row)
        return row

    def _check_once(self, row: CheckedRow) -> None:
        """The same subject and document twice in one file: the later row is refused (rule 8)."""
        if row.errors:
            return
        document_number = row.values["document_number"]
        subject = row.values.get("code") or row.values["number_index"]
        first = self._row_of.setdefault((subject, document_number), row.row)
        if first != row.row:
            row.refuse("决定文书号", "twice", document_number, row=first)

    def _check_identifier(self, row: CheckedRow, cells: Mapping[str, Any]) -> None:
        code = _identifier(row, "统一社会信用代码", cells)
        number = _identifier(row, "证件号码", cells)
        if row.values["kind"] == SubjectKind.NATURAL_PERSON:
            if code:
                row.refuse("统一社会信用代码", "not_for_person", code)
            self._check_document(row, cells, number)
        elif row.values["kind"]:
            if number:
                row.refuse("证件号码", "not_for_organisation", number)
            if code == "":
                row.refuse("统一社会信用代码", "missing")
            elif code is not None and not is_uscc(code):
                row.refuse("统一社会信用代码", "bad_code", code)
            row.values["code"] = code or None

    def _check_document(self, row: CheckedRow, cells: Mapping[str, Any], number: str | None) -> None:
        document_type = _word(row, "证件类型", cells, DOCUMENT_TYPES)
        if number is None or not document_type:
            return
        if not number:
            row.refuse("证件号码", "missing")
        elif document_type == DocumentType.CITIZEN and not is_citizen_number(number):
            row.refuse("证件号码", "bad_citizen_number", number)
        elif not re.fullmatch(r"[A-Z0-9]{5,30}", number):
            row.refuse("证件号码", "bad_document", number)
        else:
            row.values.update(
                document_type=document_type,
                sealed_number=crypto.seal(number),
                masked_number=masking.mask_document_number(number),
                number_index=crypto.blind_index(document_type, number),
            )

    def _check_disclosure(self, row: CheckedRow, cells: Mapping[str, Any]) -> None:
        kind = row.values["kind"]
        disclosure = _word(row, "披露方式", cells, DISCLOSURES, required=False)
        if disclosure == Disclosure.PUBLIC and kind == SubjectKind.NATURAL_PERSON and not self.persons_may_be_public:
            row.refuse("披露方式", "not_public", cells["披露方式"])
        row.values["disclosure"] = disclosure or self.disclosure_of.get(kind, "")

    def _check_term(self, row: CheckedRow, cells: Mapping[str, Any]) -> None:
        dishonesty_class = _word(row, "失信程度", cells, CLASSES, required=False)
        document_on = _date(row, "文书日期", cells, required=True)
        decided_on = _date(row, "认定日期", cells, required=True)
        term_from, term_to = _date(row, "有效期起", cells), _date(row, "有效期止", cells)
        row.values.update(dishonesty_class=dishonesty_class, document_on=document_on, decided_on=decided_on)
        for column, day in (("文书日期", document_on), ("认定日期", decided_on)):
            if day is not None and day > self.today:
                row.refuse(column, "future_date", day)
        if self.needs_class and not dishonesty_class:
            if not any(error["column"] == "失信程度" for error in row.errors):
                row.refuse("失信程度", "class_missing")
            return
        if document_on is None:
            return
        begins = term_from or document_on
        ends = term_to or self.rule.ends_on(begins, dishonesty_class)
        cap = self.rule.cap_on(document_on, dishonesty_class)
        if ends < begins:
            row.refuse("有效期止", "term_backwards", ends)
        elif ends < self.today:
            row.refuse("有效期止", "term_over", ends)
        elif ends > cap:
            row.refuse("有效期止", "beyond_cap", ends, cap=cap.isoformat())
        row.values.update(term_from=begins, term_to=ends)


def _text(row: CheckedRow, column: str, cells: Mapping[str, Any], *, required: bool = False) -> str:
    raw = cells[column]
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = normalise_text(str(raw)) if raw is not None else ""
    if not text and required:
        row.refuse(column, "missing")
    if len(text) > _LONGEST[column]:
        row.refuse(column, "too_long", text)
        return ""
    return text


def _word(
    row: CheckedRow, column: str, cells: Mapping[str, Any], words: Mapping[str, str], *, required: bool = True
) -> str:
    word = normalise_text(str(cells[column] or ""))
    if word in words:
        return words[word]
    if word:
        row.refuse(column, "unknown_word", word)
    elif required:
        row.refuse(column, "missing")
    return ""


def _identifier(row: CheckedRow, column: str, cells: Mapping[str, Any]) -> str | None:
    """The code in one spelling; "" when empty; None when it was refused already."""
    raw = cells[column]
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        row.refuse(column, "number_cell", f"{raw:.0f}")
        return None
    return normalise_code(str(raw)) if raw else ""


def _date(row: CheckedRow, column: str, cells: Mapping[str, Any], *, required: bool = False) -> date | None:
    raw = cells[column]
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw).strip() if raw is not None else ""
    if not text:
        if required:
            row.refuse(column, "missing")
        return None
    found = _DATE.fullmatch(text)
    try:
        if found:
            year, month, day = (int(part) for part in found.groups() if part)
            return date(year, month, day)
    except ValueError:
        pass
    row.refuse(column, "bad_date", text)
    return None
