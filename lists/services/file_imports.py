"""An import from upload to drafts in one go, for commands: the same jobs, waited for."""

import time
from collections.abc import Callable
from typing import BinaryIO

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.errors import DomainError
from lists.enums import ImportStatus
from lists.models import CreditList, ListImport
from lists.services.import_errors import explain
from lists.services.import_jobs import check_import, run_import
from lists.services.import_refusals import words_of_refusal
from lists.services.imports import confirm_import, start_import

LONGEST_WAIT = 600
"""Seconds to wait for a worker that took the job first."""
MOST_ERRORS = 20

Tell = Callable[[str, int, int], None]
"""Told the step, the rows done and of how many (0: not known)."""


def import_file(
    *,
    credit_list: CreditList,
    file: BinaryIO,
    file_name: str,
    by: Actor,
    with_changes: bool = False,
    tell: Tell | None = None,
) -> ListImport:
    """Upload, check, confirm and import a file without a single error.

    Refusals: those of `start_import`; `file_refused`, `rows_refused`, naming what is wrong; `job_stuck`.
    """
    tell = tell or _tell_nobody
    list_import = start_import(credit_list=credit_list, file=file, file_name=file_name, by=by)
    check_import(list_import.pk, tell=lambda done, of: tell("check", done, of))
    _wait(list_import, ImportStatus.CHECKING)
    if list_import.status == ImportStatus.REFUSED:
        raise DomainError("file_refused", words_of_refusal(list_import.refusal))
    if list_import.error_count:
        raise DomainError("rows_refused", _first_errors(list_import))
    if list_import.new_count + list_import.changed_count * with_changes:
        confirm_import(list_import=list_import, by=by, with_changes=with_changes)
        run_import(list_import.pk, tell=lambda done, of: tell("import", done, of))
        _wait(list_import, ImportStatus.CHECKED, ImportStatus.IMPORTING)
    return list_import


def _tell_nobody(step: str, done: int, of: int) -> None:
    """Nobody waits to see it."""


def _wait(list_import: ListImport, *states: ImportStatus) -> None:
    """A worker may have taken the job before us: it is waited for, not done twice."""
    deadline = time.monotonic() + LONGEST_WAIT
    list_import.refresh_from_db()
    while list_import.status in states:
        if time.monotonic() > deadline:
            raise DomainError("job_stuck", _("The import is still under way. Look at it in the browser."))
        time.sleep(0.2)
        list_import.refresh_from_db()


def _first_errors(list_import: ListImport) -> str:
    shown = [
        f"{row.row}: {error['column']}: {explain(error)} ({error['code']}; {error['value']})"
        for row in list_import.rows.wrong()[:MOST_ERRORS]
        for error in row.errors or []
    ]
    return _("%(count)s rows have errors. The first: %(rows)s") % {
        "count": list_import.error_count,
        "rows": "; ".join(shown),
    }
