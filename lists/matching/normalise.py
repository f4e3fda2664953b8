"""A name taken apart: place, name proper with trade (the core), legal form, branch."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from jinan_credit.kernel.identifiers import INVISIBLE
from lists.matching.characters import SIMPLER, SOUND, looks_like
from lists.matching.places import CITY_OF, NEAR, OFTEN_WITHIN, PROVINCE_OF, leading_places, only_places
from lists.matching.trades import BRANCHES, FORMS, LONGEST_FORM, MAIN_FORMS, TRADES, is_trade, starts_with_trade

_PLAIN = re.compile(r"[0-9a-z\u4e00-\u9fff]+")
_OPENING = dict.fromkeys(map(ord, "[{〔【〈《「『⟨"), "(")
_CLOSING = dict.fromkeys(map(ord, "]}〕】〉》」』⟩"), ")")
_LEFT_OUT = re.compile(r"[^0-9a-z\u3400-\u9fff\U00020000-\U0003ffff()]+")
_BRACKET = re.compile(r"\(([^()]*)\)")
SHORTEST_CORE = 2


@dataclass(frozen=True, slots=True)
class Name:
    """`text` is the whole name in one spelling without brackets; `form` the legal form as written."""

    text: str
    core: str
    places: tuple[str, ...] = ()
    form: str = ""
    branch: str = ""

    @property
    def form_kind(self) -> str:
        return FORMS.get(self.form, "")


def spelled(raw: str) -> str:
    """One spelling: width, case, brackets, simplified; no spaces, no invisible characters, no punctuation."""
    text = raw.translate(SIMPLER)
    if _PLAIN.fullmatch(text):
        return text
    text = unicodedata.normalize("NFKC", raw.translate(INVISIBLE)).translate(SIMPLER).lower()
    return _LEFT_OUT.sub("", text.translate(_OPENING).translate(_CLOSING))


def without_brackets(text: str) -> str:
    return text.replace("(", "").replace(")", "") if "(" in text or ")" in text else text


@lru_cache(maxsize=4096)
def read_name(raw: str) -> Name:
    """An organisation's name taken apart."""
    return take_apart(raw)


def take_apart(raw: str) -> Name:
    given = spelled(raw)
    text, places = _without_bracketed_places(given) if "(" in given else (without_brackets(given), [])
    head, form, branch = _without_form(text)
    leading = leading_places(head)
    while leading and not _can_be_core(head[leading[-1][1] :]):
        leading.pop()
    core = head[leading[-1][1] :] if leading else head
    places += [place for place, _end in leading]
    if (at := _place_within(core)) is not None:
        places.append(core[at : at + 2])
        core = core[:at] + core[at + 2 :].removeprefix("市")
    return Name(without_brackets(given), core, tuple(dict.fromkeys(places)), form, branch)


def misread_place(name: Name) -> Name | None:
    """The same name with its first two characters taken for a misspelt place near here, if they can be that."""
    head, rest = name.core[:2], name.core[2:]
    if name.places or len(head) < 2 or not _can_be_core(rest):
        return None
    for place in NEAR:
        if _is_nearly(head, place):
            return Name(name.text, rest, (place,), name.form, name.branch)
    return None


def with_larger(places: tuple[str, ...]) -> set[str]:
    """The places with the city and the province in which they lie."""
    cities = {CITY_OF[place] for place in places if place in CITY_OF}
    return {*places, *cities, *(PROVINCE_OF[place] for place in (*places, *cities) if place in PROVINCE_OF)}


def _is_nearly(written: str, place: str) -> bool:
    if sorted(written) == sorted(place):
        return True
    pairs = list(zip(written, place, strict=False))
    return len(place) == len(written) and all(
        one == other or SOUND[one] == SOUND[other] or looks_like(one, other) for one, other in pairs
    )


def _without_bracketed_places(given: str) -> tuple[str, list[str]]:
    places: list[str] = []

    def keep(bracket: re.Match[str]) -> str:
        found = only_places(bracket[1])
        places.extend(found)
        return "" if found else bracket[1]

    return without_brackets(_BRACKET.sub(keep, given)), places


def _without_form(text: str) -> tuple[str, str, str]:
    """What stands before the legal form, the form, and the branch behind it."""
    for branch in BRANCHES:
        if text.endswith(branch):
            return _without_branch(text, branch)
    for length in range(min(LONGEST_FORM, len(text) - SHORTEST_CORE), 0, -1):
        if text[-length:] in FORMS and not (length == 1 and text[-2:] in TRADES):
            return text[:-length], text[-length:], ""
    return text, "", ""


def _without_branch(text: str, branch: str) -> tuple[str, str, str]:
    ends = [text.find(form) + len(form) for form in MAIN_FORMS if form in text]
    if ends and min(ends) < len(text):
        head, form, _none = _without_form(text[: min(ends)])
        return head, form, text[min(ends) :]
    head = text.removesuffix(branch)
    if only_places(head[-2:]) and len(head) > 3:
        return head[:-2], "", head[-2:] + branch
    return (head, "", branch) if len(head) >= SHORTEST_CORE else (text, "", "")


def _can_be_core(text: str) -> bool:
    return len(text) >= SHORTEST_CORE and not (starts_with_trade(text) and is_trade(text))


def _place_within(core: str) -> int | None:
    for at in range(2, len(core) - 1):
        if core[at : at + 2] in OFTEN_WITHIN:
            return at
    return None
