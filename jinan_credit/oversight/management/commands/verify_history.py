from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.services.history_verifying import verify_history


class Command(BaseCommand):
    help = (
        "Compare the history with its seals. Names the first row that was changed, removed or added; then exits with 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--newest", action="store_true", help="only what was sealed in the last two days")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = verify_history(newest_only=options["newest"], progress=self.stderr.write)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        for finding in done.findings:
            place = f"{finding['table']} {finding['row'] or ''}".strip()
            sealed = f"seal {finding['seal']} of {finding['sealed_at']}" if finding["seal"] else ""
            self.stdout.write(" · ".join(part for part in (finding["kind"], place, sealed, finding["detail"]) if part))
        if not done.is_intact:
            raise CommandError("The history is not what was sealed.")
        seconds = (done.ended_at - done.begun_at).total_seconds()
        self.stdout.write(f"intact up to seal {done.seal_number}: {done.rows} rows in {seconds:.1f} s")
