from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jinan_credit.kernel.errors import DomainError
from jinan_credit.upkeep.progress import Progress
from jinan_credit.upkeep.services.backups import keep_newest, make_backup


class Command(BaseCommand):
    help = "Back up the database and the files into a new folder below FOLDER (docs/recovery.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds the backups, one folder each")
        parser.add_argument("--jobs", type=int, default=2, help="tables that are dumped at once (2)")
        parser.add_argument("--keep", type=int, metavar="N", help="afterwards delete all but the newest N backups")
        parser.add_argument(
            "--whole", action="store_true", help="copy every file instead of linking to those of the backup before"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["jobs"] < 1 or (options["keep"] is not None and options["keep"] < 1):
            raise CommandError("--jobs and --keep must be 1 or more.")
        progress = Progress(self.stderr)
        folder = options["folder"].resolve()
        try:
            made = make_backup(folder=folder, progress=progress, jobs=options["jobs"], links=not options["whole"])
            self.stdout.write(str(made))
            if options["keep"]:
                keep_newest(folder=folder, count=options["keep"], progress=progress)
        except (DomainError, OSError) as error:
            raise CommandError(f"{error} No backup was made.") from error
