"""Whether a text keeps natural persons out of it, and how it is made to; no database (SD art. 20)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from jinan_credit.kernel.identifiers import INVISIBLE, LIKE_A_CITIZEN_NUMBER, is_citizen_number
from jinan_credit.kernel.masking import mask_name

_BETWEEN = re.compile(r"[\s·•‧・.\-—_()〔〕\[\]【】]")
"""What may stand between the parts of a name or a number, or be written in several ways."""

_SHORTEST_NAME = 2


@dataclass(frozen=True)
class Hidden:
    """What a text may not say. `named`: names that may stand in it although they contain a hidden one."""

    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Place:
    """Where a text says it: the line, from 1; `name` masked, empty where it is a number."""

    line: int
    name: str = ""


def told_in(text: str, hidden: Hidden) -> Place | None:
    """The first place at which the text tells a hidden name or number, or any citizen number, however it is spaced."""
    plain, lines = _squeezed(text)
    named = {_squeezed(name)[0] for name in hidden.named}
    names = {_squeezed(name)[0] for name in hidden.names}
    for match in _any_of({*named, *names, *(_squeezed(number)[0] for number in hidden.numbers)}).finditer(plain):
        if match[0] not in named:
            return Place(lines[match.start()], mask_name(match[0]) if match[0] in names else "")
    for match in LIKE_A_CITIZEN_NUMBER.finditer(plain):
        if is_citizen_number(match[1]):
            return Place(lines[match.start()])
    return None


def masked(text: str, hidden: Hidden) -> str:
    """The text with every hidden name masked and every hidden number starred."""

    def replaced(match: re.Match[str]) -> str:
        found = match[0]
        if found in hidden.named:
            return found
        return mask_name(found) if found in hidden.names else "*" * 4

    return _any_of({*hidden.named, *hidden.names, *hidden.numbers}).sub(replaced, text)


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    """The longest first, so that a name that may stand hides the one within it."""
    wanted = sorted((text for text in texts if len(text) >= _SHORTEST_NAME), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, wanted)) or r"(?!)")


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The text in one spelling without what may stand between, and the line of each character that is left."""
    kept, lines = [], list[int]()
    for number, line in enumerate(text.splitlines(), 1):
        part = _BETWEEN.sub("", unicodedata.normalize("NFKC", line.translate(INVISIBLE))).upper()
        kept.append(part)
        lines += [number] * len(part)
    return "".join(kept), lines
