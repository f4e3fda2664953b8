from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jinan_credit.oversight.services.keeping import keep_figures
from jinan_credit.oversight.services.verifying import verify_figures


class Command(BaseCommand):
    help = "Count every kept figure anew and compare. Names each difference and exits with 1 if there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        keep_figures(progress=self.stderr.write)
        verified = verify_figures(progress=self.stderr.write)
        for difference in verified.differences:
            self.stdout.write(str(difference))
        if verified.differences:
            raise CommandError(f"{len(verified.differences)} kept figures differ from a recount")
        self.stdout.write(f"{verified.days} days, {verified.lines} kept lines: equal to a recount")
