from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.models import Seal
from jinan_credit.oversight.seal_file import SealsDamaged
from jinan_credit.oversight.services.sealing import have_it_sealed, seal_after_restore, seal_history

PATIENCE_SECONDS = 300.0


class Command(BaseCommand):
    help = "Seal what came into the history since the last seal. Beat does it every hour; may run at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--anew", metavar="TABLE", default="", help="hash again a table that lost sealed columns")
        how.add_argument("--after-restore", action="store_true", help="the database was restored to an earlier seal")
        how.add_argument(
            "--by-worker", action="store_true", help="have the worker of the queue seal do it, which holds the key"
        )
        parser.add_argument("--reason", default="", help="of the first two: why; it is signed and stays in the file")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["anew"] or options["after_restore"]) and not options["reason"].strip():
            raise CommandError("Give the reason: it is signed and stays in the file.")
        try:
            seal = self._sealed(options)
        except (DomainError, SealsDamaged) as refusal:
            raise CommandError(str(refusal)) from refusal
        if seal is None and options["by_worker"]:
            raise CommandError("No seal came: see in the log of the worker of the queue seal.")
        if seal is None:
            self.stdout.write("another run seals just now")
        else:
            self.stdout.write(f"seal {seal.number}: {seal.rows} rows")

    def _sealed(self, options: dict[str, Any]) -> Seal | None:
        if options["by_worker"]:
            return have_it_sealed(patience_seconds=PATIENCE_SECONDS)
        if options["after_restore"]:
            return seal_after_restore(reason=options["reason"], progress=self.stderr.write)
        return seal_history(anew=options["anew"], reason=options["reason"], progress=self.stderr.write)
