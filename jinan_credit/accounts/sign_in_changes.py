"""Who changed what proves that a person is himself: told to the person, and to the audit with all other history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import PasswordRecord, SecondFactor, User
from jinan_credit.kernel import clock

TOLD_FOR = timedelta(days=30)
MOST_SHOWN = 20
_LINKED = _("The account at the single sign-on was changed")
_WORDS: tuple[tuple[Any, str, Promise], ...] = (
    (PasswordRecord, "insert", _("A password was set")),
    (SecondFactor, "insert", _("A second factor was set up")),
    (SecondFactor, "delete", _("A second factor was taken off")),
)


@dataclass(frozen=True)
class SignInChange:
    """`by`: None where a command did it, or nobody who was signed in."""

    at: datetime
    what: Promise
    by: User | None

    def is_by_another(self, user: User) -> bool:
        return self.by is not None and self.by.pk != user.pk


def sign_in_changes(user: User) -> list[SignInChange]:
    """The newest first; at most MOST_SHOWN. Five queries."""
    found = [(event, words) for model, label, words in _WORDS for event in _events(model, label, user)]
    found += [(event, _LINKED) for event in _links(user)]
    people = User.objects.in_bulk({by for event, _words in found if (by := _by(event))})
    changes = [SignInChange(event.pgh_created_at, words, people.get(_by(event) or 0)) for event, words in found]
    return sorted(changes, key=lambda one: one.at, reverse=True)[:MOST_SHOWN]


def lately_by_others(user: User) -> list[SignInChange]:
    """What the person is told at each sign-in for a while: who signed in as him meanwhile cannot keep it from him."""
    since = clock.now() - TOLD_FOR
    return [one for one in sign_in_changes(user) if one.at >= since and one.is_by_another(user)]


def _events(model: Any, label: str, user: User) -> Iterable[Any]:
    events = model.pgh_event_model.objects.filter(pgh_label=label, user=user)
    return events.select_related("pgh_context").order_by("-pgh_id")[:MOST_SHOWN]


def _links(user: User) -> list[Any]:
    """Versions of the account that another subject of the single sign-on may sign in with than the one before."""
    versions = User.pgh_event_model.objects.filter(pgh_obj=user).select_related("pgh_context").order_by("pgh_id")  # type: ignore[attr-defined]
    return [after for before, after in pairwise(versions) if before.sso_subject != after.sso_subject]


def _by(event: Any) -> int | None:
    by = event.pgh_context.metadata.get("user") if event.pgh_context else None
    return by if isinstance(by, int) else None
