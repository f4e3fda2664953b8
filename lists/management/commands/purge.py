from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lists.services.feed import shorten_feeds
from lists.services.purging import purge


class Command(BaseCommand):
    help = "Delete what may no longer be kept: entries at the disclosure limit, other records at theirs. May run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the day to count by, YYYY-MM-DD (today)")

    def handle(self, *args: Any, **options: Any) -> None:
        done = purge(on=options["on"], progress=lambda count: self.stderr.write(f"{count} entries are deleted"))
        for kind, count in done.items():
            self.stdout.write(f"{kind}: {count}")
        self.stdout.write(f"feeds told shorter: {shorten_feeds(day=options['on'])}")
