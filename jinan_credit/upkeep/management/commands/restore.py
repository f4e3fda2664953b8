from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jinan_credit.kernel.errors import DomainError
from jinan_credit.upkeep.database import UNFINISHED, count_objects
from jinan_credit.upkeep.manifest import Manifest
from jinan_credit.upkeep.progress import Progress
from jinan_credit.upkeep.services.restoring import begin_anew, check_backup, restore_backup

_HALF_FILLED = (
    "The database is half filled and must not be used: drop it, make a new one, empty MEDIA_ROOT, and restore again. "
    f"(The table {UNFINISHED} marks it.)"
)
_NEXT = """
Next:
1. Start the programs (web, workers, beat, push-loop). Units are told of the new epoch and load the snapshot anew.
2. Everybody signs in anew, and the units' systems fetch new tokens.
3. What was done after {since} is lost: look through accounts, clients and roles that were changed or withdrawn since.
4. Where history is sealed: seal_history --after-restore --reason "…", then verify_history.
5. Watch the page Push until no unit is behind."""


class Command(BaseCommand):
    help = "Fill an empty database and an empty MEDIA_ROOT from a backup, check it, and begin anew (docs/recovery.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="one backup")
        parser.add_argument("--jobs", type=int, default=2, help="tables that are filled at once (2)")
        parser.add_argument("--check", action="store_true", help="check the backup only, and change nothing")
        parser.add_argument(
            "--recovered",
            action="store_true",
            help="PostgreSQL itself has brought the database back to an earlier moment: sign everybody out, give the "
            "lists a new epoch",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["folder"]
        if (folder is None) is not options["recovered"] or options["jobs"] < 1:
            raise CommandError("Name the folder of one backup, or say --recovered. --jobs must be 1 or more.")
        progress = Progress(self.stderr)
        try:
            if folder is None:
                begin_anew(progress=progress)
                self.stdout.write(_NEXT.format(since="the moment of the recovery"))
            elif options["check"]:
                self._say_good(check_backup(folder=folder.resolve(), progress=progress))
            else:
                self._restore(folder.resolve(), options["jobs"], progress)
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error

    def _restore(self, folder: Path, jobs: int, progress: Progress) -> None:
        was_empty = not count_objects()
        try:
            told = restore_backup(folder=folder, progress=progress, jobs=jobs)
        except BaseException:
            if was_empty and count_objects():
                progress.say(_HALF_FILLED)
            raise
        self._say_good(told)
        self.stdout.write(_NEXT.format(since=told.made_at))

    def _say_good(self, told: Manifest) -> None:
        entries = sum(state.entries for state in told.content.lists.values())
        self.stdout.write(
            f"The backup of {told.made_at} is whole: {len(told.content.lists)} lists, {entries:,} entries."
        )
