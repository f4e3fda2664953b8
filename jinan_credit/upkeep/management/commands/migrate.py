import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg2.errors import DeadlockDetected, LockNotAvailable

WAIT, ATTEMPTS, PAUSE = 5.0, 6, 10.0
_ADVICE = (
    "A table was in use for longer than {wait:g} s, {attempts} times. What was migrated before stays; the migration "
    "that had to wait has changed nothing. Look who holds it: SELECT pid, xact_start, state, query FROM "
    "pg_stat_activity WHERE xact_start < now() - interval '5 seconds'. Then run migrate again, with a larger "
    "--lock-timeout or --attempts, or at a quieter time."
)


class Command(migrate.Command):
    help = f"{migrate.Command.help} Waits for a lock for seconds only, then tries again: nobody waits behind it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", type=float, default=WAIT, metavar="SECONDS", help=f"longest wait for a lock ({WAIT:g})"
        )
        parser.add_argument("--attempts", type=int, default=ATTEMPTS, help=f"how often it is tried ({ATTEMPTS})")
        parser.add_argument(
            "--pause", type=float, default=PAUSE, metavar="SECONDS", help=f"between two attempts ({PAUSE:g})"
        )

    def handle(self, *args: Any, **options: Any) -> str | None:
        attempts, wait, pause = options.pop("attempts"), options.pop("lock_timeout"), options.pop("pause")
        for attempt in range(1, attempts + 1):
            try:
                return self._migrate(wait, *args, **options)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                    raise
                self.stderr.write(f"A table is in use (attempt {attempt} of {attempts}): {str(error).splitlines()[0]}")
            if attempt < attempts:
                time.sleep(pause)
        raise CommandError(_ADVICE.format(wait=wait, attempts=attempts))

    def _migrate(self, wait: float, *args: Any, **options: Any) -> str | None:
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{int(wait * 1000)}ms"])
        try:
            super().handle(*args, **options)
        finally:
            if connection.connection is not None and not connection.in_atomic_block:
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
        return None
