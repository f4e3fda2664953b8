"""What one must know of characters to compare names: traditional forms, look-alikes, sounds."""

from pypinyin import Style, lazy_pinyin, pinyin

from lists.matching.words import words

SIMPLER = {ord(pair[0]): ord(pair[1]) for pair in words("traditional")}
"""Traditional character → simplified, of those usual in names."""

LOOKS: dict[str, frozenset[str]] = {}
"""Character → those that are easily taken for it."""
for _group in words("look_alikes"):
    for _one in _group:
        LOOKS[_one] = LOOKS.get(_one, frozenset()) | frozenset(_group.replace(_one, ""))


class _Sounds(dict[str, str]):
    """The usual reading of a character without its tone; a letter or digit is its own. Filled as characters come."""

    def __missing__(self, character: str) -> str:
        sound = self[character] = lazy_pinyin(character, errors=lambda other: other)[0]
        return sound


class _Readings(dict[str, frozenset[str]]):
    """Every reading of a character, with the sounds that many speakers do not tell apart made one."""

    def __missing__(self, character: str) -> frozenset[str]:
        readings = pinyin(character, style=Style.NORMAL, heteronym=True, errors=lambda other: other)[0]
        found = self[character] = frozenset(_blurred(reading) for reading in readings)
        return found


def _blurred(sound: str) -> str:
    for clear, blurred in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(clear):
            sound = blurred + sound[2:]
    return sound[:-1] if sound.endswith(("ang", "eng", "ing")) else sound


SOUND = _Sounds()
_READINGS = _Readings()


def sounds_like(one: str, other: str) -> bool:
    return not _READINGS[one].isdisjoint(_READINGS[other])


def looks_like(one: str, other: str) -> bool:
    return other in LOOKS.get(one, ())
