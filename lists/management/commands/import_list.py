from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jinan_credit.accounts.actors import Actor, actor_of
from jinan_credit.accounts.models import User
from jinan_credit.kernel.errors import DomainError
from lists.models import CreditList, Entry
from lists.services.entries import submit_entries
from lists.services.file_imports import import_file
from lists.services.publications import publish_entries


class Command(BaseCommand):
    help = "Import a list file into drafts; with --reviewed-by another person, it is also published."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--list", required=True, dest="list_code", help="code of the list")
        parser.add_argument("--by", required=True, help="user name of the clerk")
        parser.add_argument("--reviewed-by", help="user name of the reviewer; must be another person")

    def handle(self, *args: Any, **options: Any) -> None:
        credit_list = CreditList.objects.filter(code=options["list_code"]).first()
        if credit_list is None:
            raise CommandError(f"There is no list {options['list_code']!r}.")
        clerk = _actor(options["by"])
        reviewer = _actor(options["reviewed_by"]) if options["reviewed_by"] else None
        try:
            with options["file"].open("rb") as file:
                list_import = import_file(credit_list=credit_list, file=file, file_name=options["file"].name, by=clerk)
            drafts = Entry.objects.filter(from_import=list_import)
            self.stdout.write(
                f"import {list_import.pk}: {list_import.row_count} rows, {list_import.same_count} already known"
            )
            if reviewer is not None and drafts.exists():
                submit_entries(entries=drafts, by=clerk)
                publication = publish_entries(credit_list=credit_list, entries=drafts, by=reviewer)
                self.stdout.write(f"published: {publication.number}, {publication.count} entries")
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(str(error)) from error


def _actor(name: str) -> Actor:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {name!r}.")
    return actor_of(user)
