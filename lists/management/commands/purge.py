from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lists.services.purging import purge_entries


class Command(BaseCommand):
    help = "Delete the entries whose disclosure limit is over; an anonymous stub stays. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the day to count by, YYYY-MM-DD (today)")

    def handle(self, *args: Any, **options: Any) -> None:
        total = purge_entries(on=options["on"], progress=lambda count: self.stderr.write(f"{count} are deleted"))
        self.stdout.write(f"{total} entries were deleted at the disclosure limit")
