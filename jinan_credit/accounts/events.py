"""What staff is told of: each app declares its kinds of event in its `events.py`, the service that does the act tells.

A message keeps the values of its words and not their text, so that everybody reads it in his language. No value is
about a natural person: numbers of publications, names of lists and units, counts and days, nothing else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts.enums import Act, Role
from jinan_credit.accounts.roles import roles_with

_PLACE = re.compile(r"%\((\w+)\)s")
PLACES = {
    "count": pgettext_lazy("a value in a message", "count"),
    "day": pgettext_lazy("a value in a message", "day"),
    "errors": pgettext_lazy("a value in a message", "errors"),
    "failures": pgettext_lazy("a value in a message", "failures"),
    "first": pgettext_lazy("a value in a message", "first day"),
    "hits": pgettext_lazy("a value in a message", "hits"),
    "last": pgettext_lazy("a value in a message", "last day"),
    "left_out": pgettext_lazy("a value in a message", "left out"),
    "list": pgettext_lazy("a value in a message", "list"),
    "lists": pgettext_lazy("a value in a message", "lists"),
    "memorandum": pgettext_lazy("a value in a message", "memorandum"),
    "minutes": pgettext_lazy("a value in a message", "minutes"),
    "number": pgettext_lazy("a value in a message", "number"),
    "rows": pgettext_lazy("a value in a message", "rows"),
    "since": pgettext_lazy("a value in a message", "since when"),
    "unit": pgettext_lazy("a value in a message", "unit"),
    "version": pgettext_lazy("a value in a message", "version"),
}
"""What the values of all kinds are called; a kind with another one is not declared."""


class Whose(TextChoices):
    """Which units an event is told to; in each, those who hold its act read it."""

    OWN = "OWN", _("The unit itself")
    COOPERATING = "COOPERATING", _("Each unit that cooperates on the list")
    INITIATING = "INITIATING", _("Each unit that initiates the list")
    DECIDING = "DECIDING", _("The unit that decides the case")
    NAMED = "NAMED", _("Each unit that is asked")
    ALL = "ALL", _("Every active unit")
    HOLDERS = "HOLDERS", _("The units of those who do it")


@dataclass(frozen=True)
class EventKind:
    """`words` with `%(name)s` for each value; `act` is what whoever reads it must be allowed to do; what is urgent is
    mailed at once, all else once a day."""

    code: str
    name: Promise
    words: Promise
    whose: Whose
    act: Act
    is_urgent: bool = False

    def says(self, values: Mapping[str, Any]) -> str:
        """In the language of the moment. KeyError for a value that is not there."""
        return str(self.words) % {
            name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()
        }

    @property
    def pattern(self) -> str:
        """The words with the names of their values in the places of these."""
        return _PLACE.sub(lambda place: f"‹{PLACES[place[1]]}›", str(self.words))

    @property
    def roles(self) -> list[str]:
        return roles_with(self.act)


_kinds: dict[str, EventKind] = {}


def declare_event(
    code: str, name: Promise, words: Promise, *, whose: Whose, act: Act, is_urgent: bool = False
) -> EventKind:
    """A kind of event of an app; its `apps.py` imports the module that declares it."""
    if code in _kinds:
        raise ValueError(f"{code} is declared twice")
    if unknown := set(_PLACE.findall(str(words))) - set(PLACES):
        raise ValueError(f"{code} names what has no word: {unknown}")
    _kinds[code] = EventKind(code, name, words, whose, act, is_urgent)
    return _kinds[code]


def event_kinds() -> list[EventKind]:
    """All of them, app by app from the lowest floor up."""
    return list(_kinds.values())


def event_kind(code: str) -> EventKind | None:
    """None for one that was given up since."""
    return _kinds.get(code)


def told_roles() -> list[Role]:
    """The roles that are told of anything."""
    told = {role for kind in event_kinds() for role in kind.roles}
    return [role for role in Role if role in told]


TEST = declare_event(
    "ways.test",
    _("Test message"),
    _("This is a test: it comes by each way by which your unit is told."),
    whose=Whose.OWN,
    act=Act.SET_WAYS,
    is_urgent=True,
)
