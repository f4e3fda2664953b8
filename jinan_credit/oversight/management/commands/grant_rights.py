from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.services.rights import grant_rights


class Command(BaseCommand):
    help = "Give the role of the programs its rights, after each migration (docs/settings.md). May run again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_ROLE:
            self.stdout.write("one role for all: DATABASE_OWNER_URL is not set, so nothing is granted")
            return
        try:
            count = grant_rights(role=settings.DATABASE_ROLE["name"], password=settings.DATABASE_ROLE["password"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{settings.DATABASE_ROLE['name']}: rights on {count} tables")
