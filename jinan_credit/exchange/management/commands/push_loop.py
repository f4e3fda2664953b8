"""Sends without Celery: takes over when no worker has swept for two minutes."""

import signal
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from jinan_credit.exchange.selectors import is_sweep_late
from jinan_credit.exchange.services.alert_mail import mail_alerts
from jinan_credit.exchange.services.alerting import watch
from jinan_credit.exchange.services.clock_jumps import forget_what_is_to_come
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.services.daily_mail import mail_daily
from jinan_credit.exchange.services.office_sending import send_to_offices
from jinan_credit.exchange.services.sending import push
from jinan_credit.exchange.services.urgent_mail import mail_urgent
from jinan_credit.kernel.errors import DomainError

OFFICES_SECONDS = 10.0
"""After which the lists come first again."""


class Command(BaseCommand):
    help = (
        "Push to all units without Celery. Stands by while workers sweep, and takes over when none has for two "
        "minutes. Runs until it is stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--always", action="store_true", help="Send also while workers do.")
        parser.add_argument("--once", action="store_true", help="Send what is due now, then end.")
        parser.add_argument("--mark", type=Path, metavar="FILE", help="Touch this file at every look.")
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="Pause between looks (5).")

    def handle(self, *args: Any, always: bool, once: bool, every: float, mark: Path | None, **options: Any) -> None:
        if once:
            self._send()
            return
        is_sending: bool | None = None
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            while True:
                if mark is not None:
                    mark.touch()
                is_sending = self._look(always, is_sending, every)
                time.sleep(every)
                close_old_connections()
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _look(self, always: bool, was_sending: bool | None, every: float) -> bool | None:
        try:
            takes_over = always or is_sweep_late()
            if takes_over != was_sending:
                self.stdout.write("Sending." if takes_over else "Standing by: workers are sweeping.")
            if takes_over:
                self._send()
        except DatabaseError as error:
            self.stderr.write(f"The database does not answer; trying again in {every:g} s. {error}")
            connection.close()
            return was_sending
        return takes_over

    def _send(self) -> None:
        make_cursors()
        forget_what_is_to_come()
        if taken := push():
            self.stdout.write(f"{taken} changes taken.")
        self._watch()

    def _watch(self) -> None:
        """Alerts and messages live without Celery, too. What they lack stops no sending."""
        send_to_offices(budget=OFFICES_SECONDS)
        try:
            watch()
            mail_alerts()
            mail_urgent()
            mail_daily()
        except DomainError as error:
            self.stderr.write(str(error))
