from typing import Any

from django.core.management.base import BaseCommand

from lists.services.removals import expire_entries


class Command(BaseCommand):
    help = "Publish the exit of every entry whose term is over. Safe to run twice; catches up after an outage."

    def handle(self, *args: Any, **options: Any) -> None:
        total = expire_entries(progress=lambda count: self.stderr.write(f"{count} have left"))
        self.stdout.write(f"{total} entries have left their lists")
