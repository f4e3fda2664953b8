import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jinan_credit.accounts.actors import Actor, actor_of
from jinan_credit.accounts.models import User
from jinan_credit.accounts.moves import require_right
from jinan_credit.kernel.errors import DomainError
from lists.models import CreditList, Entry, ListImport
from lists.services.entries import submit_entries
from lists.services.file_imports import import_file, words_of_errors
from lists.services.publications import publish_entries
from lists.workflow import ENTRY


class Command(BaseCommand):
    help = "Import a list file into drafts; with --reviewed-by another person, it is also published."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--list", required=True, dest="list_code", help="code of the list")
        parser.add_argument("--by", required=True, help="user name of the clerk")
        parser.add_argument("--reviewed-by", help="user name of the reviewer; must be another person")
        parser.add_argument(
            "--with-changes", action="store_true", help="rows that differ from their entry revise or correct it"
        )
        parser.add_argument(
            "--take-right-rows", action="store_true", help="leave wrong rows out; without it they refuse the file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        credit_list = CreditList.objects.filter(code=options["list_code"]).first()
        if credit_list is None:
            raise CommandError(f"There is no list {options['list_code']!r}.")
        if credit_list.notice_required and options["reviewed_by"]:
            raise CommandError(
                f"Entries of the list {credit_list.code} are published after the party was told and heard, so nothing "
                "was imported. Import the file without --reviewed-by, and give notice of the drafts on their page."
            )
        clerk = _actor(options["by"])
        reviewer = _reviewer(options["reviewed_by"], clerk) if options["reviewed_by"] else None
        try:
            with options["file"].open("rb") as file:
                list_import = import_file(
                    credit_list=credit_list,
                    file=file,
                    file_name=options["file"].name,
                    by=clerk,
                    with_changes=options["with_changes"],
                    take_right_rows=options["take_right_rows"],
                    tell=self._tell,
                )
            self._say_result(list_import)
            if reviewer is not None:
                self._publish(list_import, clerk, reviewer)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _tell(self, step: str, done: int, total: int) -> None:
        """A line that is drawn over on a terminal; on paper only the end of a step, which the result says."""
        if sys.stderr.isatty():
            ended = "\n" if done >= total else ""
            self.stderr.write(f"\r{step}: {done:,} of {total:,} rows{ended}", ending="")
            self.stderr.flush()

    def _say_result(self, list_import: ListImport) -> None:
        changed = f", {list_import.changed_count} changed" if list_import.changed_count else ""
        wrong = f", {list_import.error_count} wrong" if list_import.error_count else ""
        left_out = f", {list_import.left_out_count} overtaken" if list_import.left_out_count else ""
        self.stdout.write(
            f"import {list_import.pk}: {list_import.row_count} rows, {list_import.same_count} already known"
            f"{changed}{wrong}{left_out}"
        )
        if list_import.error_kinds:
            self.stderr.write(words_of_errors(list_import))

    def _say(self, line: str) -> None:
        """Before a step that takes its time."""
        self.stdout.write(line)
        self.stdout.flush()

    def _publish(self, list_import: ListImport, clerk: Actor, reviewer: Actor) -> None:
        drafts = Entry.objects.filter(from_import=list_import)
        count = drafts.count()
        if not count:
            return
        self._say(f"submitting {count:,} entries for review")
        submit_entries(entries=drafts, by=clerk)
        self._say(f"publishing {count:,} entries, telling the units")
        publication = publish_entries(credit_list=list_import.credit_list, entries=drafts, by=reviewer)
        self.stdout.write(f"published: {publication.number}, {publication.count} entries")


def _actor(name: str) -> Actor:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {name!r}.")
    return actor_of(user)


def _reviewer(name: str, clerk: Actor) -> Actor:
    """Who may publish what the clerk imports: a file that he cannot publish is not imported."""
    reviewer = _actor(name)
    try:
        require_right(ENTRY["publish"], by=reviewer, reason="", made_by=[clerk.user.pk] if clerk.user else [])
    except DomainError as error:
        raise CommandError(f"{name!r} cannot publish the file, so nothing was imported: {error}") from error
    if reviewer.unit != clerk.unit:
        raise CommandError(
            f"{name!r} cannot publish the file, so nothing was imported: he reviews for {reviewer.unit}, and the "
            f"clerk's entries are those of {clerk.unit}. Name a reviewer of that unit."
        )
    return reviewer
