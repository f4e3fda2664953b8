import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.services.load_reference import load_reference
from jinan_credit.accounts.models import User
from jinan_credit.kernel.errors import DomainError
from lists.services.demonstration import make_demonstration


class Command(BaseCommand):
    help = "Fill an empty system with synthetic lists, accounts and clients. Prints one JSON object."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--entries", type=int, default=200)
        parser.add_argument("--units", type=int, default=3)
        parser.add_argument("--seed", type=int, default=1)

    def _say(self, line: str) -> None:
        self.stderr.write(line)

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("There are accounts already. A demonstration is made in an empty system only.")
        if options["entries"] < 0 or options["units"] < 0:
            raise CommandError("--entries and --units must not be negative.")
        try:
            load_reference()
            made = make_demonstration(
                entries=options["entries"],
                units=options["units"],
                seed=options["seed"],
                progress=self._say,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(asdict(made), ensure_ascii=False))
