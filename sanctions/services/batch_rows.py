"""What a file of parties looks like, and one row of it understood: a party, or what is wrong with each cell."""

import csv
import io
import json

from jinan_credit.kernel import crypto, masking
from jinan_credit.kernel.identifiers import is_uscc, normalise_code, normalise_text
from lists.enums import DocumentType
from lists.services.import_cells import Errors, refuse, text_of, word_of
from lists.services.import_files import NumberCell, Template, split_record
from lists.services.import_rows import DOCUMENT_TYPES, KINDS
from lists.services.import_staging import PARTED
from sanctions.enums import PartyKind

RESULT_COLUMNS = ("核查结果", "核查说明", "命中名单", "核查编号")
"""Of the copy that is given back: passed over when that copy is given again."""
PARTY_FILE = Template(
    columns=("主体类别", "主体名称", "统一社会信用代码", "证件类型", "证件号码", "业务编号"),
    passed_over=RESULT_COLUMNS,
    may_miss=("主体类别", "主体名称", "统一社会信用代码", "证件类型", "证件号码", "业务编号"),
    keys={
        "kind": "主体类别",
        "name": "主体名称",
        "code": "统一社会信用代码",
        "document_type": "证件类型",
        "document_number": "证件号码",
        "reference": "业务编号",
    },
)
FIELDS = (
    "row", "kind", "name", "code", "document_type", "sealed_number", "masked_number", "number_index", "reference",
    "errors",
)  # fmt: skip
"""Of a row as `line_of` gives it, parted for COPY; `errors` is empty or JSON."""

LONGEST_REFERENCE = 100
_PARTY_KINDS = {
    **{word: PartyKind.PERSON if word == "自然人" else PartyKind.ORGANISATION for word in KINDS},
    "organisation": PartyKind.ORGANISATION,
    "person": PartyKind.PERSON,
}
_DOCUMENTS = {**DOCUMENT_TYPES, **{value: DocumentType(value) for value in DocumentType.values}}
_NO_HOLDER = ("", "", "", "")


def template_csv() -> bytes:
    """The header alone, in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow(PARTY_FILE.columns)
    return out.getvalue().encode("utf-8-sig")


def line_of(record: str) -> str:
    """A record of the reader as a line for COPY, in the order of FIELDS. An error names the column and what was
    expected; a personal number is never repeated in clear."""
    number, (kind_word, name, code, document_type, document, reference), has_surplus = split_record(record)
    errors: Errors = []
    if has_surplus:
        refuse(errors, "", "too_many_cells")
    name = name and text_of(errors, "主体名称", name)
    reference = reference and normalise_text(reference)
    if len(reference) > LONGEST_REFERENCE:
        refuse(errors, "业务编号", "too_long", reference)
        reference = reference[:LONGEST_REFERENCE]
    if kind_word or not (code or document):
        kind = word_of(errors, "主体类别", kind_word, _PARTY_KINDS)
    else:
        kind = PartyKind.PERSON if document else PartyKind.ORGANISATION
    if kind == PartyKind.PERSON:
        code, holder = "", _person(errors, code, document_type, document)
    else:
        code, holder = _organisation(errors, code, document), _NO_HOLDER
    if not errors and not (name or code or document):
        refuse(errors, "主体名称", "missing")
    values = (str(number), kind, name, code, *holder, reference, json.dumps(errors) if errors else "")
    return PARTED.join(values) + "\n"


def _organisation(errors: Errors, code: str, document: str) -> str:
    if document:
        refuse(errors, "证件号码", "not_for_organisation", document)
    if not code:
        return ""
    if isinstance(code, NumberCell):
        refuse(errors, "统一社会信用代码", "number_cell", code)
        return ""
    normal = normalise_code(code)
    if is_uscc(normal):
        return normal
    refuse(errors, "统一社会信用代码", "bad_code", code)
    return ""


def _person(errors: Errors, code: str, document_type: str, document: str) -> tuple[str, str, str, str]:
    """(document_type, sealed_number, masked_number, number_index)."""
    if code:
        refuse(errors, "统一社会信用代码", "not_for_person", code)
    if not document:
        return _NO_HOLDER
    if isinstance(document, NumberCell):
        refuse(errors, "证件号码", "number_cell", document)
        return _NO_HOLDER
    kind = word_of(errors, "证件类型", document_type, _DOCUMENTS) if document_type else DocumentType.CITIZEN
    number = normalise_code(document)
    if kind and not DocumentType(kind).takes(number):
        refuse(errors, "证件号码", "bad_citizen_number" if kind == DocumentType.CITIZEN else "bad_document", number)
    elif kind:
        return kind, crypto.seal(number), masking.mask_document_number(number), crypto.blind_index(kind, number)
    return _NO_HOLDER
