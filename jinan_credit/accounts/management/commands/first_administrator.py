import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jinan_credit.accounts.services.first_administrator import make_first_administrator
from jinan_credit.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Make a security administrator where there is none. Asks for the password, or reads it from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="under which he signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = make_first_administrator(username=options["name"], password=_password())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.username} signs in, and makes units, people and roles in the administration")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass("Password: ")
    if getpass("Again: ") != password:
        raise CommandError("The two are not the same. Nothing was made.")
    return password
