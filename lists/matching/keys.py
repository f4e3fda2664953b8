"""What the index holds of a name, and what a search asks it for.

Two cores one edit apart share a key whatever the edit was: each core is held by its sound, once whole and once with
each one syllable left out. A changed character changes one syllable or none, so keys of the sound do for those of the
writing at half the size.
"""

from itertools import pairwise
from zlib import crc32

from lists.matching.characters import LOOKS, SOUND
from lists.matching.normalise import Name, spelled, take_apart, without_brackets

_WHOLE, _SHORTENED, _PERSON = "=", "-", "@"
_MOST = 40
"""Characters of a core beyond which nothing is left out: no edit hides a name that long."""


def _hashed(tag: str, *parts: str) -> int:
    value = crc32(f"{tag}{' '.join(parts)}".encode())
    return value - (1 << 32) if value >> 31 else value


def _shortened(sounds: list[str]) -> list[list[str]]:
    return [sounds[:place] + sounds[place + 1 :] for place in range(min(len(sounds), _MOST))]


def index_of(raw: str, *, is_person: bool) -> tuple[str, str, list[int], list[int]]:
    """Core, initials, keys and grams of a name. A natural person is found by the whole name only."""
    if is_person:
        return "", "", [person_key(raw)], []
    name = take_apart(raw)
    sounds = [SOUND[character] for character in name.core]
    keys = {_hashed(_SHORTENED, *part) for part in _shortened(sounds)}
    keys.add(_hashed(_WHOLE, *sounds))
    return name.core, "".join([sound[:1] for sound in sounds]), list(keys), grams(_worth_looking_for(name))


def _worth_looking_for(name: Name) -> str:
    """Every second name ends in one of a few forms of company: nobody looks for that."""
    is_company = name.form_kind == "company" and name.text.endswith(name.form)
    return name.text.removesuffix(name.form) if is_company else name.text


def person_key(raw: str) -> int:
    return _hashed(_PERSON, without_brackets(spelled(raw)))


def grams(text: str) -> list[int]:
    """Each two neighbouring characters as one number."""
    return list({_gram(one, other) for one, other in pairwise(text)})


def _gram(one: str, other: str) -> int:
    value = (ord(one) & 0xFFFF) << 16 | ord(other) & 0xFFFF
    return value - (1 << 32) if value >> 31 else value


def close_probes(name: Name) -> list[int]:
    """Names of the same sound, with two characters swapped, one look-alike, one too many or one missing."""
    core = name.core
    sounds = [SOUND[character] for character in core]
    asked = {_hashed(_WHOLE, *sounds), _hashed(_SHORTENED, *sounds)}
    asked.update(_hashed(_WHOLE, *part) for part in _shortened(sounds))
    for place in range(len(sounds) - 1):
        swapped = [*sounds[:place], sounds[place + 1], sounds[place], *sounds[place + 2 :]]
        asked.add(_hashed(_WHOLE, *swapped))
    for place, character in enumerate(core[:_MOST]):
        for other in LOOKS.get(character, ()):
            asked.add(_hashed(_WHOLE, *sounds[:place], SOUND[other], *sounds[place + 1 :]))
    return list(asked)


def wide_probes(name: Name) -> list[int]:
    """Names with one character that is another, whichever."""
    sounds = [SOUND[character] for character in name.core]
    return [_hashed(_SHORTENED, *part) for part in _shortened(sounds)]
