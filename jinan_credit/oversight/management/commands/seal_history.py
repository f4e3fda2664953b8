from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.seal_file import SealsDamaged
from jinan_credit.oversight.services.sealing import seal_after_restore, seal_history


class Command(BaseCommand):
    help = "Seal what came into the history since the last seal. Beat does it every hour; may run at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", metavar="TABLE", default="", help="hash again a table that lost sealed columns")
        parser.add_argument("--after-restore", action="store_true", help="the database was restored to an earlier seal")
        parser.add_argument("--reason", default="", help="with either: why; it is signed and stays in the file")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["anew"] or options["after_restore"]) and not options["reason"].strip():
            raise CommandError("Give the reason: it is signed and stays in the file.")
        try:
            if options["after_restore"]:
                seal = seal_after_restore(reason=options["reason"], progress=self.stderr.write)
            else:
                seal = seal_history(anew=options["anew"], reason=options["reason"], progress=self.stderr.write)
        except (DomainError, SealsDamaged) as refusal:
            raise CommandError(str(refusal)) from refusal
        if seal is None:
            self.stdout.write("another run seals just now")
        else:
            self.stdout.write(f"seal {seal.number}: {seal.rows} rows")
