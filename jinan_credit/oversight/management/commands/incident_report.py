import json
import sys
from argparse import ArgumentTypeError
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models
from django.utils.timezone import is_naive, make_aware

from jinan_credit.accounts.actors import SYSTEM, actor_of
from jinan_credit.accounts.models import ApiClient, Unit, User
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.selectors.accesses import Scope, Way
from jinan_credit.oversight.services.incident_reports import Written, report_incident
from lists.models import CreditList

NARROWED: dict[str, tuple[type[models.Model], str]] = {
    "user": (User, "username"),
    "client": (ApiClient, "client_id"),
    "unit": (Unit, "code"),
    "credit_list": (CreditList, "code"),
}


class Command(BaseCommand):
    help = (
        "Write down who reached which records and persons in a period, from the access logs and the history, masked. "
        "What it gives is itself written down (docs/data-protection.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", required=True, type=_begin, help="day or time, 2026-11-25 or 2026-11-25T08:00")
        parser.add_argument("--until", required=True, type=_end, help="day (to its end) or time")
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--user", help="user name of the person who reached them")
        only.add_argument("--client", help="client id of the unit's system that reached them")
        only.add_argument("--unit", help="code of the unit whose staff and systems reached them")
        only.add_argument("--list", dest="credit_list", help="code of the list whose records were reached")
        parser.add_argument("--out", type=Path, help=".csv or .xlsx; without it incident-….csv in this folder")
        parser.add_argument(
            "--log",
            action="append",
            default=[],
            type=Path,
            help="file of the program's log (JSON lines): adds which pages of entries were seen; may be given again",
        )
        parser.add_argument("--by", help="user name of the audit administrator who asked for it")
        parser.add_argument("--reason", default="", help="why, for the record")

    def handle(self, *args: Any, **options: Any) -> None:
        narrowed = {name: options[name] for name in NARROWED if options[name]}
        scope = Scope(options["since"], options["until"], **{name: _key(name, code) for name, code in narrowed.items()})
        file: Path = options["out"] or Path(f"incident-{clock.in_jinan(clock.now()):%Y%m%d-%H%M%S}.csv")
        try:
            written = report_incident(
                scope=scope,
                about=", ".join(f"{name}: {code}" for name, code in narrowed.items()),
                file=file,
                by=actor_of(_user(options["by"])) if options["by"] else SYSTEM,
                reason=options["reason"],
                logs=options["log"],
                tell=self._tell,
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}.") from error
        self.stdout.write(json.dumps(_summary(written, file), ensure_ascii=False, indent=2))

    def _tell(self, way: str, lines: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{way}: {lines:,} lines")


def _summary(written: Written, file: Path) -> dict[str, Any]:
    report = written.report
    return {
        "file": str(file),
        "sha256": report.sha256,
        "report": report.pk,
        "from": clock.in_jinan(report.covers_from).isoformat(),
        "until": clock.in_jinan(report.covers_to).isoformat(),
        "narrowed_to": report.about,
        "lines": written.all.lines,
        "entries": written.all.entries,
        "persons": written.all.persons,
        "ways": {
            tally.way: {
                "how": str(Way(tally.way).label),
                "lines": tally.lines,
                "entries": tally.entries,
                "persons": tally.persons,
            }
            for tally in written.by_way
        },
    }


def _key(name: str, code: str) -> int:
    model, field = NARROWED[name]
    found = model._default_manager.filter(**{field: code}).values_list("pk", flat=True).first()
    if found is None:
        raise CommandError(f"There is no {model._meta.verbose_name} {code!r}.")
    return int(found)


def _user(name: str) -> User:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {name!r}.")
    return user


def _begin(text: str) -> datetime:
    day, moment = _read(text)
    return clock.start_of(day) if day else moment


def _end(text: str) -> datetime:
    day, moment = _read(text)
    return clock.start_of(day + timedelta(days=1)) if day else moment


def _read(text: str) -> tuple[date | None, datetime]:
    """A day, or a moment: one without an offset is Jinan's."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return day, clock.start_of(day)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day and no time such as 2026-11-25T08:00") from error
    return None, make_aware(moment) if is_naive(moment) else moment
