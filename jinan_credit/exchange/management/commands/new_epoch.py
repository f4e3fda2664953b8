from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jinan_credit.exchange.services.epochs import start_new_epoch
from lists.models import CreditList


class Command(BaseCommand):
    help = (
        "Give lists a new epoch after the database was restored to an earlier point: every unit's copy is then "
        "compared anew from the snapshot."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="append", default=[], metavar="CODE", help="Only this list; repeatable.")

    def handle(self, *args: Any, **options: Any) -> None:
        codes: list[str] = options["list"]
        lists = CreditList.objects.filter(code__in=codes) if codes else CreditList.objects.all()
        unknown = set(codes) - set(lists.values_list("code", flat=True))
        if unknown:
            raise CommandError(f"Unknown list: {', '.join(sorted(unknown))}. Nothing was changed.")
        for credit_list, head in start_new_epoch(lists=lists).items():
            self.stdout.write(f"{credit_list.code} {head}")
