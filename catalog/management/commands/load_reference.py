from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.services.load_reference import load_reference
from jinan_credit.kernel.errors import DomainError


class Command(BaseCommand):
    help = (
        "Load the reference data: units, divisions, rules, memoranda, measures, key tasks, lists. Idempotent; for the "
        "rows they hold the files win over what was changed by hand. Prints one line a file, as it is read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, help="another folder with the catalogue's files")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_reference(folder=options["folder"], tell=self._tell)
        except DomainError as error:
            raise CommandError(f"Nothing was loaded. {error}") from error

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
