from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lists.services.key_rotation import rotate_keys, values_by_key


class Command(BaseCommand):
    help = "Seal personal numbers anew under the current key. Safe to kill and to run again (docs/settings.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--with-history", action="store_true", help="the feed and the history, too: a key was lost")
        parser.add_argument(
            "--check", action="store_true", help="count the values of each key; fails while old ones are used"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            return self._check()
        try:
            total = rotate_keys(
                with_history=options["with_history"],
                progress=lambda name, count: self.stderr.write(f"{name}: {count} rows"),
            )
        except KeyError as error:
            raise CommandError(f"FIELD_KEYS_FILE lacks the key {error}, under which values are sealed.") from error
        except InvalidTag as error:
            raise CommandError(
                "A sealed value was altered outside of the program; its batch stays as it is."
            ) from error
        self.stdout.write(f"{total} rows were sealed anew under {settings.FIELD_KEYS['current']}")
        return None

    def _check(self) -> None:
        counts = values_by_key()
        for kid, tables in sorted(counts.items()):
            for table, count in sorted(tables.items()):
                self.stdout.write(f"{kid}: {count} in {table}")
        if set(counts) - {settings.FIELD_KEYS["current"]}:
            raise CommandError("Older keys are still in use: keep them in FIELD_KEYS_FILE.", returncode=1)
