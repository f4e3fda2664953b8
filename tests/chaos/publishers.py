"""Publishes through the services, at random, until it is killed: `python -m tests.chaos.publishers SEED JOURNAL`.

It waits a moment inside its transactions, now before the place in the feed is taken and now after, so that others
overtake it. What was committed is written down afterwards: such a line is a promise that nothing may break.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

LONGEST_DELAY = 0.3
MOST_ENTRIES = 40


class Journal:
    """One JSON line an act; a line that was cut off by a kill counts for nothing."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(self._file, b"\n")

    def write(self, **values: Any) -> None:
        os.write(self._file, json.dumps({**values, "at": time.time()}).encode() + b"\n")


class Publisher:
    def __init__(self, seed: str) -> None:
        from jinan_credit.accounts.actors import actor_of
        from jinan_credit.accounts.models import User
        from lists.models import CreditList

        self.random = Random(seed)
        self.clerk, self.reviewer = (actor_of(User.objects.get(username=name)) for name in ("clerk", "reviewer"))
        self.lists = list(CreditList.objects.order_by("code"))
        self.acts: dict[Callable[[], Any], int] = {
            self.list_some: 6,
            self.correct: 4,
            self.mark: 2,
            self.unmark: 2,
            self.stay: 1,
            self.lift_stay: 1,
            self.remove: 3,
        }

    def act(self) -> Any:
        """One legal act. Gives its publication; None when there was nothing to do."""
        (act,) = self.random.choices(list(self.acts), list(self.acts.values()))
        return act()

    def delay(self, **kwargs: Any) -> None:
        """Also told when a publication is written and has no place in the feed yet."""
        if self.random.random() < 0.5:
            time.sleep(self.random.random() * LONGEST_DELAY)

    def list_some(self) -> Any:
        from lists.models import Entry
        from lists.services.entries import draft_entry, submit_entries
        from lists.services.publications import publish_entries
        from tests.cast import company_values

        credit_list = self.random.choice(self.lists)
        count = self.random.choice((1, 1, 2, 5, MOST_ENTRIES))
        drafts = [
            draft_entry(credit_list=credit_list, values=company_values(self.random, **self._party()), by=self.clerk)
            for _each in range(count)
        ]
        entries = Entry.objects.filter(pk__in=[draft.pk for draft in drafts])
        submit_entries(entries=entries, by=self.clerk)
        return publish_entries(credit_list=credit_list, entries=entries, by=self.reviewer)

    def correct(self) -> Any:
        from lists.services.amendments import correct_entry

        grounds = {"grounds": f"测试事由{self.random.randrange(10**9)}"}
        return self._decide(correct_entry, "PUBLISHED", new_values=grounds)

    def mark(self) -> Any:
        from jinan_credit.accounts.actors import SYSTEM
        from lists.enums import ChangeReason, Mark
        from lists.services.amendments import mark_entry

        entry = self._some_entry("PUBLISHED")
        reason = ChangeReason.OBJECTION_OPENED
        return entry and mark_entry(entry=entry, mark=Mark.OBJECTION_OPEN, change_reason=reason, by=SYSTEM)

    def unmark(self) -> Any:
        from jinan_credit.accounts.actors import SYSTEM
        from lists.enums import ChangeReason, Mark
        from lists.services.amendments import unmark_entry

        entry = self._some_entry("PUBLISHED", marks__contains=[Mark.OBJECTION_OPEN])
        reason = ChangeReason.OBJECTION_DISMISSED
        return entry and unmark_entry(entry=entry, mark=Mark.OBJECTION_OPEN, change_reason=reason, by=SYSTEM)

    def stay(self) -> Any:
        from lists.services.stays import stay_entry

        return self._decide(stay_entry, "PUBLISHED")

    def lift_stay(self) -> Any:
        from lists.services.stays import lift_stay

        return self._decide(lift_stay, "STAYED")

    def remove(self) -> Any:
        from lists.enums import ExitReason
        from lists.services.removals import remove_entry

        return self._decide(remove_entry, "PUBLISHED", exit_reason=ExitReason.BASIS_CHANGED)

    def _decide(self, service: Callable[..., Any], state: str, **values: Any) -> Any:
        entry = self._some_entry(state)
        return entry and service(entry=entry, made_by=self.clerk.user, by=self.reviewer, reason="测试", **values)

    def _some_entry(self, state: str, **filters: Any) -> Any:
        from lists.models import Entry

        found = Entry.objects.filter(state=state, credit_list=self.random.choice(self.lists), **filters)
        count = found.count()
        return found.order_by("pk")[self.random.randrange(count)] if count else None

    def _party(self) -> dict[str, Any]:
        """Now and then one that stands on a list already: a black entry marks its red one, in the feeds of both."""
        entry = self._some_entry("PUBLISHED") if self.random.random() < 0.1 else None
        return {"name": entry.subject_name, "code": entry.subject.code} if entry and entry.subject.code else {}


def publish_for_ever(publisher: Publisher, journal: Journal) -> None:
    from django.db import connection, transaction

    from jinan_credit.kernel.errors import DomainError

    while True:
        time.sleep(publisher.random.random() * 0.5)
        began = time.time()
        try:
            with transaction.atomic():
                publication = publisher.act()
                publisher.delay()
        except DomainError:
            continue  # lawful: the other publisher was there first
        except Exception as error:  # noqa: BLE001 - whatever it is, it is judged later
            journal.write(began=began, failed=f"{type(error).__name__}: {error}"[:300])
            connection.close()
            time.sleep(0.5)
        else:
            if publication:
                journal.write(
                    began=began,
                    publication=publication.pk,
                    code=publication.credit_list.code,
                    first=publication.first_seq,
                    last=publication.last_seq,
                )


def main() -> None:
    import django

    django.setup()
    from lists.signals import publication_made

    publisher = _made_when_the_database_answers(sys.argv[1])
    publication_made.connect(lambda sender, **kwargs: publisher.delay(), weak=False)
    publish_for_ever(publisher, Journal(Path(sys.argv[2])))


def _made_when_the_database_answers(seed: str) -> Publisher:
    from django.db import OperationalError, connection

    while True:
        try:
            return Publisher(seed)
        except OperationalError:
            connection.close()
            time.sleep(0.5)


if __name__ == "__main__":
    main()
