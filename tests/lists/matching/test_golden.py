"""The golden set on a city of 20,000 names. The bounds are those that the issue asks for; the run ends with what was
found, and a failure shows it kind by kind.

The weights were chosen with another seed and without the kinds of `HELD_OUT`, of which less is asked.
"""

from collections.abc import Callable

import pytest

from tests.conftest import FIGURES
from tests.lists.matching.golden import ask, build_city, lined_up, near_misses, questions, table, total
from tests.lists.matching.slips import HELD_OUT, KINDS, NEAR_MISSES

CITY = 20_000
KNOWN = 3_000
EACH = 20
SEED = 9031


@pytest.mark.slow
def test_the_golden_set(db: None, record_property: Callable[[str, str], None]) -> None:
    companies = build_city(CITY, KNOWN)
    known = ask(questions(companies, KINDS, EACH, SEED))
    held_out = ask(questions(companies, HELD_OUT, EACH, SEED))
    nobodys = ask(near_misses(companies, NEAR_MISSES, 2 * EACH, SEED))
    print(f"\n{table(known)}\n\nkinds held out\n{table(held_out)}\n\nnames that nobody bears\n{table(nobodys)}")
    in_all = {"kinds known": total(known), "kinds held out": total(held_out), "nobody's names": total(nobodys)}
    record_property(FIGURES, lined_up(in_all))
    assert total(known).in_ten >= 0.99 * total(known).asked
    assert total(known).first >= 0.95 * total(known).asked
    assert total(held_out).in_ten >= 0.95 * total(held_out).asked
    assert total(nobodys).hits <= 0.03 * total(nobodys).asked
