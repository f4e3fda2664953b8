"""Signs between words, as the reader's language writes them."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(words: Iterable[object]) -> str:
    """One after the other: 甲、乙 or A, B."""
    return pgettext("between the parts of a list", ", ").join(map(str, words))


def listed_apart(words: Iterable[object]) -> str:
    """The same of parts that may have commas in them: 甲；乙 or A; B."""
    return pgettext("between the parts of a list", "; ").join(map(str, words))
