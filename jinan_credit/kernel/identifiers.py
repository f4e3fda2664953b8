"""Unified social credit codes and citizen numbers: one spelling, one check.

Sources: GB 32100-2015 (USCC), GB 11643 (citizen number).
"""

import re
import unicodedata
from datetime import date
from operator import mul

from django.utils.translation import gettext as _

from jinan_credit.kernel.errors import InvalidInput

INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0x00AD, 0x180E]
)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECK = "10X98765432"
_CITIZEN_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
LIKE_A_CITIZEN_NUMBER = re.compile(r"(?=([0-9]{17}[0-9X]))")
"""Wherever one may begin in a text in one spelling."""
_BETWEEN_DIGITS = re.compile(r"[\s·•.\-—_()〔〕\[\]【】]")
_IN_ONE_SPELLING = re.compile(r"[0-9A-Za-z\u4e00-\u9fff〔〕《》、。，；：！？-]+")
_NOT_PUNCTUATION = re.compile(r"[^，；：！？]+")


def normalise_text(raw: str) -> str:
    """One spelling of typed text: full width to half width, no invisible characters, single spaces.

    The punctuation of Chinese sentences stays: a party reads them in a notice.
    """
    if _IN_ONE_SPELLING.fullmatch(raw):
        return raw
    plain = _NOT_PUNCTUATION.sub(lambda part: unicodedata.normalize("NFKC", part[0]), raw.translate(INVISIBLE))
    return " ".join(plain.split())


def normalise_code(raw: str) -> str:
    """One spelling of a code: half width, upper case, no spaces or hyphens."""
    if raw.isascii() and raw.isalnum():
        return raw.upper()
    return re.sub(r"[\s-]", "", normalise_text(raw)).upper()


def is_uscc(code: str) -> bool:
    """True for 18 lawful characters with the right check character. Prefixes and divisions are not judged."""
    if len(code) != 18:
        return False
    try:
        return code[17] == uscc_check_character(code[:17])
    except KeyError:
        return False


def uscc_check_character(body: str) -> str:
    """The 18th character for 17 given ones. KeyError for a character that is not in the alphabet."""
    total = sum(map(mul, _USCC_WEIGHTS, map(_USCC_VALUE.__getitem__, body)))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def is_citizen_number(number: str) -> bool:
    """True for 18 characters with the right check digit and a date that exists. Regions are not judged."""
    if not _CITIZEN_SHAPE.fullmatch(number) or number[17] != citizen_check_character(number[:17]):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return True


def tells_citizen_number(text: str) -> bool:
    """Whether a text contains a citizen number, however wide or spaced it is written."""
    plain = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text.translate(INVISIBLE))).upper()
    return any(is_citizen_number(match[1]) for match in LIKE_A_CITIZEN_NUMBER.finditer(plain))


def require_no_citizen_number(**texts: str) -> None:
    """Of texts that name no natural person, by field. Refusals: `number_told`."""
    for name, text in texts.items():
        if tells_citizen_number(text):
            raise InvalidInput("number_told", _("No text names a person: leave the citizen number out."), field=name)


def citizen_check_character(body: str) -> str:
    """The 18th character for 17 digits."""
    return _CITIZEN_CHECK[sum(map(mul, _CITIZEN_WEIGHTS, map(int, body))) % 11]


_WRITTEN, _MEANT = "〔〕[]【】{} ", "()()()()"
_ONLY_BRACKETS = re.compile(r"[0-9A-Za-z\u4e00-\u9fff〔〕()-]+")
_IN_ONE_FORM = str.maketrans(_WRITTEN[: len(_MEANT)], _MEANT, _WRITTEN[len(_MEANT) :])


def document_key(number: str) -> str:
    """What document numbers have in common that are typed with any bracket and width: 〔2026〕, (2026), [2026]."""
    if _ONLY_BRACKETS.fullmatch(number):
        return number.replace("〔", "(").replace("〕", ")")
    return unicodedata.normalize("NFKC", normalise_text(number)).translate(_IN_ONE_FORM)


def document_key_sql(number: str) -> str:
    """SQL: `document_key` of a column whose texts are normalised."""
    return f"translate(normalize({number}, NFKC), '{_WRITTEN}', '{_MEANT}')"


def is_same_document(one: str, other: str) -> bool:
    return document_key(one) == document_key(other)
