"""Names like a given one, best first: asked of the index in a few look-ups, the likely ones first, then weighed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import transaction

from jinan_credit.accounts.replica import reading_connection
from jinan_credit.kernel.wording import listed_apart
from lists.enums import NameDifference as Kind
from lists.matching.characters import SIMPLER, SOUND
from lists.matching.keys import close_probes, grams, person_key, wide_probes
from lists.matching.normalise import Name, misread_place, read_name
from lists.matching.trades import FORMS, head_length
from lists.matching.weigh import MOST_FOR_A_HIT, MOST_FOR_A_SUGGESTION, Difference, Scales, Weighed, weigh_initials

SHORTEST = 2
SHORTEST_TO_CHANGE = 3
"""Of two characters one being another leaves nothing to go by."""
MOST_WEIGHED = 300
"""Candidates of one look-up. Beyond that the text says too little to tell them apart."""
MOST_OF_INITIALS = 100
LONGEST_PLACE = 7
MOST_UNREAD = 20_000
MOST_FOR_A_PART = 4.7
LEAST_LIKELY = 0.5
OF_A_PERSON = ""
"""The core of a natural person's name in the index."""
ENOUGH = 30
_LETTERS = re.compile(r"[a-z]{3,}")
_IN_ANOTHER_SPELLING = f"[^0-9A-Za-z\u4e00-\u9fff]|[{''.join(map(chr, SIMPLER))}]"

_ROWS = "SELECT id, subject_id, name, core FROM lists_subjectname"
_BY_KEY = f"{_ROWS} WHERE keys && %s::int[] LIMIT %s"
_CLOSE = f"""
    ({_BY_KEY})
    UNION ALL
    (SELECT unread.id, subject_id, unread.name, CASE WHEN kind = 'NATURAL_PERSON' THEN '' END
     FROM lists_subjectname unread JOIN lists_subject subject ON subject.id = subject_id
     WHERE keys IS NULL AND unread.name ~ %s LIMIT %s)
"""
_BY_HEAD = f"{_ROWS} WHERE core LIKE %s AND core > '' ORDER BY core USING ~<~ LIMIT %s"
_BY_ALL_GRAMS = f"{_ROWS} WHERE grams @> %s::int[] LIMIT %s"
_BY_ANY_GRAM = f"{_ROWS} WHERE grams && %s::int[] LIMIT %s"
_BY_INITIALS = f"""
    SELECT found.* FROM unnest(%s::varchar[]) head, LATERAL (
        {_ROWS} WHERE initials ~>=~ head AND initials ~<~ (head || '{{') AND initials > ''
        ORDER BY initials USING ~<~ LIMIT %s
    ) found
"""


@dataclass(frozen=True)
class Match:
    """A name found. `certain`: the same party as far as a name can tell; `score` 0 to 1."""

    subject_id: int
    name: str
    score: float
    certain: bool
    differences: tuple[Difference, ...]

    @property
    def kind(self) -> str:
        """The weightiest difference."""
        return str(self.differences[0].kind)

    @property
    def is_likely(self) -> bool:
        """Worth showing to whoever looked for it: not another name proper, not another trade."""
        return self.score >= LEAST_LIKELY or self.kind == Kind.PART

    @property
    def explanation(self) -> str:
        """For the officer, in his language."""
        return explained(self.differences)

    def stored_differences(self) -> list[list[str]]:
        """As kept with a screening; `read_differences` reads them."""
        return [[str(one.kind), one.asked, one.found] for one in self.differences]


def explained(differences: Iterable[Difference]) -> str:
    return listed_apart(difference.sentence for difference in differences)


def read_differences(stored: Iterable[Sequence[str]]) -> list[Difference]:
    return [Difference(Kind(kind), asked, found) for kind, asked, found in stored]


def find_names(text: str, *, limit: int = ENOUGH, with_persons: bool = True) -> list[Match]:
    """At most `limit` subjects that bear a name like `text` or bore it, the likeliest first.

    Nothing for a text of less than two characters. A natural person is found by the whole name only, never certain;
    without `with_persons` not even looked for: what is asked and how often tells nothing of them (SD art. 20).
    """
    asked = read_name(text)
    if len(asked.text) < SHORTEST:
        return []
    link = reading_connection()
    with transaction.atomic(using=link.alias), link.cursor() as cursor:
        # The planner knows nothing of how rare a key is and would read the whole table for fear of many.
        cursor.execute("SET LOCAL enable_seqscan TO off")
        search = _Search(text, asked, limit, cursor, with_persons=with_persons)
        search.run()
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
    return search.matches()


class _Search:
    """The look-ups for one text. `found`: the best weighed name of each subject."""

    def __init__(self, raw: str, asked: Name, limit: int, cursor: Any, *, with_persons: bool) -> None:
        self.asked = asked
        self.with_persons = with_persons
        self.limit = limit
        self.readings = [asked, *([other] if (other := misread_place(asked)) else [])]
        self.scales = Scales(raw, self.readings)
        self.found: dict[int, tuple[float, str, Weighed]] = {}
        self._are_letters = bool(_LETTERS.fullmatch(asked.text))
        self._cursor = cursor
        self._seen: set[int] = set()

    def run(self) -> None:
        self._ask_close()
        if self._are_letters:
            self._ask_initials()
        if self._has_hit() and self.asked.form:
            return
        if not self._has_hit() and len(self.asked.core) >= SHORTEST_TO_CHANGE:
            self._ask(_BY_KEY, [probe for name in self.readings for probe in wide_probes(name)])
        self._ask_parts()

    def matches(self) -> list[Match]:
        best = sorted(self.found.items(), key=lambda item: (item[1][0], len(item[1][1]), item[1][1], item[0]))
        return [
            Match(subject, name, weighed.score, weighed.is_hit, weighed.differences)
            for subject, (_weight, name, weighed) in best[: self.limit]
        ]

    def _has_hit(self) -> bool:
        return self._least() <= MOST_FOR_A_HIT

    def _least(self) -> float:
        return min((weight for weight, _name, _weighed in self.found.values()), default=MOST_FOR_A_SUGGESTION)

    def _ask_close(self) -> None:
        """Names an easy slip away, and all those that the index has not taken in yet."""
        probes = [probe for name in self.readings for probe in close_probes(name)]
        pairs = {pair for name in self.readings for pair in map("".join, pairwise(name.core))}
        pattern = "" if self._are_letters else "|".join([*map(re.escape, sorted(pairs)), _IN_ANOTHER_SPELLING])
        if self.with_persons:
            probes.append(person_key(self.asked.text))
        self._ask(_CLOSE, probes, pattern, MOST_UNREAD)

    def _ask_parts(self) -> None:
        """The name proper alone, any part of two characters or more; failing that, whatever shares rare characters."""
        core = self.asked.core
        proper = core[: head_length(core)]
        self._ask(_BY_HEAD, f"{proper}%")
        if pairs := grams(core):
            self._ask(_BY_ALL_GRAMS, pairs)
        if self._least() > MOST_FOR_A_PART and (rare := grams(core[: len(proper) + 1])):
            self._ask(_BY_ANY_GRAM, rare)

    def _ask_initials(self) -> None:
        """With and without place and legal form; which letters are the place's is not known."""
        typed = self.asked.text
        heads = [typed, *(typed[length:] for length in range(2, min(LONGEST_PLACE, len(typed) - 2)))]
        asked = {head for one in heads for head in (one, *(one.removesuffix(form) for form in _INITIALS_OF_FORMS))}
        self._cursor.execute(_BY_INITIALS, [[one for one in asked if len(one) > SHORTEST], MOST_OF_INITIALS])
        for _pk, subject, name, _core in self._cursor.fetchall():
            self._keep(subject, name, self._weigh_letters(name))

    def _weigh_letters(self, name: str) -> Weighed | None:
        typed = self.asked.text
        without_form = {typed.removesuffix(form) for form in _INITIALS_OF_FORMS}
        return weigh_initials(typed, {typed, *without_form}, name)

    def _ask(self, statement: str, *parameters: object) -> None:
        self._cursor.execute(statement, [parameters[0], max(MOST_WEIGHED, self.limit), *parameters[1:]])
        for pk, subject, name, core in self._cursor.fetchall():
            if pk not in self._seen and (core != OF_A_PERSON or self.with_persons):
                self._seen.add(pk)
                self._keep(subject, name, self.scales.weigh(name, core))
                if core is None and self._are_letters:
                    self._keep(subject, name, self._weigh_letters(name))

    def _keep(self, subject: int, name: str, weighed: Weighed | None) -> None:
        if weighed is None or weighed.weight > MOST_FOR_A_SUGGESTION:
            return
        if subject not in self.found or weighed.weight < self.found[subject][0]:
            self.found[subject] = (weighed.weight, name, weighed)


_INITIALS_OF_FORMS = {"".join(SOUND[character][:1] for character in form) for form in FORMS if len(form) > 1}
