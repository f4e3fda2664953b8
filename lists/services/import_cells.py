"""A cell of a list file in one spelling, or what is wrong with it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from jinan_credit.kernel import masking
from jinan_credit.kernel.identifiers import normalise_text

_LONGEST = {"主体名称": 200, "法定代表人": 100, "认定依据": 500, "决定文书号": 100, "列入事由": 500, "违法事实": 5000}
_DATE = re.compile(r"(\d{4})\s*(?:[-/.年])\s*(\d{1,2})\s*(?:[-/.月])\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")

Errors = list[dict[str, Any]]


def refuse(errors: Errors, column: str, code: str, value: Any = "", **parameters: Any) -> None:
    """Note what is wrong with a cell. A personal number is never repeated in clear."""
    shown = masking.mask_document_number(str(value)) if column == "证件号码" else str(value)[:60]
    errors.append({"column": column, "code": code, "value": shown, **parameters})


def text_of(errors: Errors, column: str, raw: str, *, required: bool = False, field_required: bool = False) -> str:
    text = normalise_text(raw)
    if not text:
        if required or field_required:
            refuse(errors, column, "missing" if required else "field_required")
    elif len(text) > _LONGEST[column]:
        refuse(errors, column, "too_long", text)
        return ""
    return text


def word_of(errors: Errors, column: str, raw: str, words: Mapping[str, str], *, required: bool = True) -> str:
    word = normalise_text(raw)
    if word in words:
        return words[word]
    if word:
        refuse(errors, column, "unknown_word", word)
    elif required:
        refuse(errors, column, "missing")
    return ""


def day_of(errors: Errors, column: str, raw: str, *, required: bool = False) -> date | None:
    text = normalise_text(raw)
    if not text:
        if required:
            refuse(errors, column, "missing")
        return None
    found = _DATE.fullmatch(text)
    try:
        if found:
            year, month, day = (int(part) for part in found.groups() if part)
            return date(year, month, day)
    except ValueError:
        pass
    refuse(errors, column, "bad_date", text)
    return None


def iso(day: date | None) -> str:
    return day.isoformat() if day else ""
