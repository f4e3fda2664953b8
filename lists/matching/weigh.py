"""How much two names differ: each difference has a weight by what it is and where it stands; their sum gives a score.

The weights are logits: without any difference the odds are e^4. A different name proper with the same trade, or the
same name proper with another trade, is another company, however alike the two look as strings.
"""

from dataclasses import dataclass
from functools import cached_property
from math import exp

from django.utils.translation import gettext as _

from lists.enums import NameDifference as Kind
from lists.matching.characters import SOUND, looks_like, sounds_like
from lists.matching.normalise import Name, spelled, take_apart, with_larger, without_brackets
from lists.matching.trades import SHORTEST_HEAD, head_length, is_trade

_ODDS = 4.0
MOST_FOR_A_HIT = 2.5
MOST_FOR_A_SUGGESTION = 6.6

_IN_HEAD = {
    Kind.SOUND: 1.0,
    Kind.SHAPE: 1.2,
    Kind.SWAP: 1.3,
    Kind.MISSING: 2.6,
    Kind.EXTRA: 2.8,
    Kind.CHARACTER: 4.5,
}
"""A character of the name proper. One missing or too many usually makes another company."""
_IN_TRADE = {
    Kind.SOUND: 0.7,
    Kind.SHAPE: 0.8,
    Kind.SWAP: 0.8,
    Kind.MISSING: 1.2,
    Kind.EXTRA: 1.4,
    Kind.CHARACTER: 1.7,
}
_OF_THE_WHOLE = {
    Kind.SPELLING: 0.05,
    Kind.FORM: 0.3,
    Kind.FORM_OTHER: 3.0,
    Kind.BRANCH: 4.0,
    Kind.PLACE_LEFT_OUT: 0.4,
    Kind.PLACE_SPELLING: 0.6,
    Kind.PLACE_OTHER: 3.6,
    Kind.TRADE_LEFT_OUT: 2.8,
    Kind.TRADE_SHORTER: 3.2,
    Kind.TRADE_OTHER: 6.0,
    Kind.PART: 3.4,
    Kind.INITIALS: 2.8,
    Kind.PERSON: 2.7,
}
_SHORT_HEAD = 2
_DOUBLED = 1.2
"""The same character typed twice."""
_SLIGHT = (Kind.SOUND, Kind.SHAPE, Kind.SWAP)
_BESIDE_A_SLIP = 2.0
"""What another place or legal form weighs more where the core differs: two companies are likelier than two slips."""
_OF_LITTLE_MEANING_IN_A_PART = {Kind.FORM: 0.3, Kind.FORM_OTHER: 0.1, Kind.PLACE_LEFT_OUT: 0.3}
"""Where only a part of a name is asked for, what is left out says little: the share that counts."""


@dataclass(frozen=True)
class Difference:
    """One thing in which the name found differs from the one asked for; `asked` and `found` may be empty."""

    kind: Kind
    asked: str = ""
    found: str = ""

    @property
    def sentence(self) -> str:
        label = str(self.kind.label)
        if self.asked and self.found:
            return _("%(what)s (%(asked)s, found: %(found)s)") % {
                "what": label,
                "asked": self.asked,
                "found": self.found,
            }
        if self.asked or self.found:
            return _("%(what)s (%(text)s)") % {"what": label, "text": self.asked or self.found}
        return label


@dataclass(frozen=True)
class Weighed:
    weight: float
    differences: tuple[Difference, ...]
    is_half_another: bool = False
    """A slip in a name proper of two characters: among a million names another company bears what was typed."""

    @property
    def score(self) -> float:
        return 1.0 if not self.weight else 1 / (1 + exp(self.weight - _ODDS))

    @property
    def is_hit(self) -> bool:
        return self.weight <= MOST_FOR_A_HIT and not self.is_half_another


SAME = Weighed(0.0, (Difference(Kind.SAME),))


class Scales:
    """Weighs names found against one that was asked for."""

    def __init__(self, raw: str, readings: list[Name]) -> None:
        """`readings`: the name as it is read first, and other ways in which it can be."""
        self._raw = raw
        self._readings = readings

    @cached_property
    def _larger(self) -> list[set[str]]:
        return [with_larger(name.places) for name in self._readings]

    def weigh(self, raw: str, core: str | None = None) -> Weighed | None:
        """None when the two have too little in common. `core` as the index has it; empty for a natural person."""
        if core == "":
            return self._weigh_person(raw)
        if raw == self._raw:
            return SAME
        found = take_apart(raw)
        weighed = [self._weigh(place, found) for place in range(len(self._readings))]
        known = [one for one in weighed if one is not None]
        return min(known, key=lambda one: one.weight, default=None)

    def _weigh(self, place: int, found: Name) -> Weighed | None:
        asked = self._readings[place]
        if asked.text == found.text:
            return _sum([Difference(Kind.SPELLING)], [])
        cores = differences_of_cores(asked, found)
        if cores is None:
            return None
        rest = [*_of_form(asked, found), *self._of_places(place, found)]
        if place:
            rest.append(Difference(Kind.PLACE_SPELLING))
        if not cores and not rest:
            rest.append(Difference(Kind.SPELLING))
        return _sum(rest, cores)

    def _of_places(self, place: int, found: Name) -> list[Difference]:
        asked = self._readings[place]
        if set(asked.places) == set(found.places):
            return []
        ours, theirs = self._larger[place], with_larger(found.places)
        if not asked.places or not found.places or ours <= theirs or theirs <= ours:
            return [Difference(Kind.PLACE_LEFT_OUT, "".join(asked.places), "".join(found.places))]
        return [Difference(Kind.PLACE_OTHER, "".join(asked.places), "".join(found.places))]

    def _weigh_person(self, raw: str) -> Weighed | None:
        if without_brackets(spelled(raw)) != self._readings[0].text:
            return None
        return _sum([Difference(Kind.PERSON)], [])


def weigh_initials(typed: str, asked: set[str], raw: str) -> Weighed | None:
    """By the first letters of the pinyin. `asked`: what was typed with and without legal form."""
    found = take_apart(raw)
    whole = "".join(SOUND[character][:1] for character in found.text)
    core = "".join(SOUND[character][:1] for character in found.core)
    weight = _OF_THE_WHOLE[Kind.INITIALS]
    if typed == core:
        weight += 0.1
    elif typed != whole and whole.startswith(typed):
        weight += 0.2
    elif typed != whole and core in asked:
        weight += 0.8
    elif typed != whole and not any(core.startswith(head) for head in asked):
        return None
    elif typed != whole:
        weight += 1.4
    return Weighed(weight, (Difference(Kind.INITIALS, typed),))


Edit = tuple[Kind, str, str, int]
"""Kind, what was asked, what was found, and where in the name found."""


@dataclass(frozen=True)
class _Weighty:
    difference: Difference
    weight: float
    is_half_the_head: bool = False


def _sum(rest: list[Difference], cores: list[_Weighty]) -> Weighed:
    weight = sum(one.weight for one in cores)
    is_part = any(one.difference.kind in (Kind.PART, Kind.TRADE_LEFT_OUT) for one in cores)
    for difference in rest:
        share = _OF_LITTLE_MEANING_IN_A_PART.get(difference.kind, 1.0) if is_part else 1.0
        weight += share * _OF_THE_WHOLE[difference.kind]
        if cores and not is_part and difference.asked and difference.found:
            weight += _BESIDE_A_SLIP
    is_half_another = any(one.is_half_the_head for one in cores)
    return Weighed(weight, tuple([one.difference for one in cores] + rest), is_half_another)


def _of_form(asked: Name, found: Name) -> list[Difference]:
    differences = []
    if asked.branch != found.branch:
        differences.append(Difference(Kind.BRANCH, asked.branch, found.branch))
    if asked.form == found.form:
        return differences
    is_like = not asked.form or not found.form or asked.form_kind == found.form_kind
    return [*differences, Difference(Kind.FORM if is_like else Kind.FORM_OTHER, asked.form, found.form)]


def differences_of_cores(asked: Name, found: Name) -> list[_Weighty] | None:
    """What differs between two cores, read in the way that weighs least; None when it is nearly everything."""
    one, other = asked.core, found.core
    if one == other:
        return []
    head = head_length(other)
    if (trade := _other_trade(one, other, head)) is not None:
        return [trade]
    ways = [_by_edits(one, other, head), _without_trade(one, other, head), _as_part(asked, found)]
    known = [way for way in ways if way is not None]
    if known:
        return min(known, key=_weight_of)
    if _is_shortened(one, other) and len(one) > SHORTEST_HEAD:
        return [_Weighty(Difference(Kind.TRADE_SHORTER, one, other), _OF_THE_WHOLE[Kind.TRADE_SHORTER] + 1.0)]
    if one[:head] == other[:head]:
        return [_Weighty(Difference(Kind.TRADE_OTHER, one[head:], other[head:]), _OF_THE_WHOLE[Kind.TRADE_OTHER])]
    return None


def _weight_of(way: list[_Weighty]) -> float:
    return sum(one.weight for one in way)


def _by_edits(one: str, other: str, head: int) -> list[_Weighty] | None:
    edits = edits_between(one, other)
    if edits is None:
        return None
    in_head = [edit for edit in edits if _is_in_head(edit, one, other, head)]
    new_in_trade = sum(edit[0] not in _SLIGHT for edit in edits if edit not in in_head)
    if (new_in_trade and new_in_trade >= len(other) - head) or len(in_head) >= head:
        return None
    return [_weighty(edit, one, other, head) for edit in edits]


def _is_in_head(edit: Edit, one: str, other: str, head: int) -> bool:
    """What is added just before a trade that is otherwise complete belongs to the name proper."""
    kind, _asked, _found, at = edit
    return at < head or (kind == Kind.EXTRA and at == head and one.endswith(other[head:]))


def _weighty(edit: Edit, one: str, other: str, head: int) -> _Weighty:
    kind, written, right, at = edit
    in_head = _is_in_head(edit, one, other, head)
    weight = (_IN_HEAD if in_head else _IN_TRADE)[kind]
    if kind == Kind.EXTRA and written in other[max(at - 1, 0) : at + 1]:
        weight = min(weight, _DOUBLED)
    if kind == Kind.MISSING and at in (0, len(other) - 1):
        weight -= 0.1  # the rest is whole
    is_half = in_head and head <= _SHORT_HEAD and kind in _SLIGHT
    return _Weighty(Difference(kind, written, right), weight, is_half)


def _other_trade(one: str, other: str, head: int) -> _Weighty | None:
    """The name proper is the same and both trades are known ones: then they are two trades, not a slip."""
    if one[:head] != other[:head] or head >= len(other):
        return None
    ours, theirs = one[head:], other[head:]
    if not ours or not is_trade(ours) or not is_trade(theirs):
        return None
    kind = Kind.TRADE_SHORTER if _is_shortened(ours, theirs) or _is_shortened(theirs, ours) else Kind.TRADE_OTHER
    return _Weighty(Difference(kind, ours, theirs), _OF_THE_WHOLE[kind])


def _without_trade(one: str, other: str, head: int) -> list[_Weighty] | None:
    """The name proper alone, with at most one slip."""
    edits = edits_between(one, other[:head], most=1)
    if edits is None or head >= len(other) or len(edits) >= head:
        return None
    left_out = _Weighty(Difference(Kind.TRADE_LEFT_OUT, "", other[head:]), _OF_THE_WHOLE[Kind.TRADE_LEFT_OUT])
    return [*(_weighty(edit, one, other[:head], head) for edit in edits), left_out]


def _as_part(asked: Name, found: Name) -> list[_Weighty] | None:
    for ours, theirs in ((asked.core, found.core), (asked.text, found.text)):
        if (at := theirs.find(ours)) >= 0:
            weight = _OF_THE_WHOLE[Kind.PART] + 1.2 * (1 - len(ours) / len(theirs)) + (0.3 if at else 0.0)
            return [_Weighty(Difference(Kind.PART, ours), weight)]
    return None


def _is_shortened(short: str, long: str) -> bool:
    """All characters of the one stand in the other in the same order, beginning with the same."""
    rest = iter(long)
    return len(short) < len(long) and short[:1] == long[:1] and all(character in rest for character in short)


def edits_between(one: str, other: str, most: int = 2) -> list[Edit] | None:
    """The at most `most` characters in which two texts differ; None when there are more."""
    start, shorter = 0, min(len(one), len(other))
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    ours, theirs = one[start : len(one) - end], other[start : len(other) - end]
    if not ours and not theirs:
        return []
    if abs(len(ours) - len(theirs)) > most:
        return None
    if len(ours) == len(theirs):
        return _edits_of_equal_length(ours, theirs, start, most)
    if len(theirs) - len(ours) == 1:
        return _edits_with_one_more(ours, theirs, start, most, Kind.MISSING)
    if len(ours) - len(theirs) == 1:
        return _edits_with_one_more(theirs, ours, start, most, Kind.EXTRA)
    if not ours:
        return [(Kind.MISSING, "", character, start + place) for place, character in enumerate(theirs)]
    if not theirs:
        return [(Kind.EXTRA, character, "", start) for character in ours]
    return None


def _edits_of_equal_length(ours: str, theirs: str, start: int, most: int) -> list[Edit] | None:
    edits: list[Edit] = []
    place = 0
    while place < len(ours):
        mine, yours = ours[place], theirs[place]
        if mine != yours:
            if ours[place : place + 2] == theirs[place : place + 2][::-1] and place + 1 < len(ours):
                edits.append((Kind.SWAP, ours[place : place + 2], theirs[place : place + 2], start + place))
                place += 2
                continue
            edits.append((_kind_of(mine, yours), mine, yours, start + place))
        place += 1
        if len(edits) > most:
            return _shifted(ours, theirs, start) if most > 1 else None
    return edits if len(edits) <= most else None


def _kind_of(mine: str, yours: str) -> Kind:
    if sounds_like(mine, yours):
        return Kind.SOUND
    return Kind.SHAPE if looks_like(mine, yours) else Kind.CHARACTER


def _shifted(ours: str, theirs: str, start: int) -> list[Edit] | None:
    """One character left out at one place and one put in at another."""
    if ours[1:] == theirs[:-1]:
        return [(Kind.EXTRA, ours[0], "", start), (Kind.MISSING, "", theirs[-1], start + len(theirs) - 1)]
    if ours[:-1] == theirs[1:]:
        return [(Kind.MISSING, "", theirs[0], start), (Kind.EXTRA, ours[-1], "", start + len(theirs))]
    return None


def _edits_with_one_more(short: str, long: str, start: int, most: int, kind: Kind) -> list[Edit] | None:
    """`long` has one character more than `short`; where one has to be taken out so that the rest fits best."""
    best: list[Edit] | None = None
    is_missing = kind == Kind.MISSING
    for place, character in enumerate(long):
        rest = long[:place] + long[place + 1 :]
        edits = _edits_of_equal_length(*((short, rest) if is_missing else (rest, short)), start, most - 1)
        if edits is not None and (best is None or len(edits) + 1 < len(best)):
            one = (kind, "", character, start + place) if is_missing else (kind, character, "", start + place)
            best = [one, *edits]
    return best
