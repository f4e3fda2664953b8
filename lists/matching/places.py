"""Places that stand in names: provinces, cities of China, districts of Jinan and counties of Shandong (GB/T 2260)."""

from lists.matching.words import words

_PROVINCES = words("provinces")
_CITIES = words("cities")
_DISTRICTS = words("districts")
_ZONES = words("zones")
_LEVELS = (
    (frozenset(_PROVINCES), ("省", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区", "市")),
    (frozenset(_CITIES), ("市", "地区", "区")),
    (frozenset(_DISTRICTS), ("区", "县", "市")),
    (frozenset(_ZONES), ()),
)
_LONGEST = 9
PROVINCE_OF = dict.fromkeys(_CITIES[:17], "山东") | dict.fromkeys(_DISTRICTS, "山东")
CITY_OF = dict.fromkeys(_DISTRICTS[:15], "济南")
OFTEN_WITHIN = frozenset(place for place in _PROVINCES + _CITIES[:17] if len(place) == 2)
"""Places that are recognised also between the name proper and the trade."""
NEAR = (*_CITIES[:17], "山东")
"""Places whose misspelling is recognised."""


def leading_places(text: str) -> list[tuple[str, int]]:
    """The places at the head of a name from the large to the small, each with where it ends."""
    found: list[tuple[str, int]] = []
    at = 2 if text.startswith("中国") else 0
    for names, kinds in _LEVELS:
        for length in range(min(_LONGEST, len(text) - at), 1, -1):
            if (place := text[at : at + length]) in names:
                at += length + max((len(kind) for kind in kinds if text.startswith(kind, at + length)), default=0)
                found.append((place, at))
                break
    if found and text[at + 2 : at + 3] in ("区", "县"):  # a district of another city: its name is not in the table
        found.append((text[at : at + 2], at + 3))
    return found


def only_places(text: str) -> list[str]:
    """The places of a text that holds nothing else; none otherwise."""
    found = leading_places(text)
    return [place for place, _end in found] if found and found[-1][1] == len(text) else []
