"""An import from upload to drafts in one go, for commands: the same jobs, waited for."""

import time
from typing import BinaryIO

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.errors import DomainError
from lists.enums import ImportStatus
from lists.models import CreditList, ListImport
from lists.services.imports import check_import, confirm_import, run_import, start_import

LONGEST_WAIT = 600
"""Seconds to wait for a worker that took the job first."""


def import_file(*, credit_list: CreditList, file: BinaryIO, file_name: str, by: Actor) -> ListImport:
    """Upload, check, confirm and import a file without a single error.

    Refusals: those of `start_import`; `file_refused`, `rows_refused`, naming what is wrong; `job_stuck`.
    """
    list_import = start_import(credit_list=credit_list, file=file, file_name=file_name, by=by)
    check_import(list_import.pk)
    _wait(list_import, ImportStatus.CHECKING)
    if list_import.status == ImportStatus.REFUSED:
        raise DomainError("file_refused", list_import.refusal)
    if list_import.error_count:
        raise DomainError("rows_refused", _first_errors(list_import))
    if list_import.new_count:
        confirm_import(list_import=list_import, by=by)
        run_import(list_import.pk)
        _wait(list_import, ImportStatus.CHECKED, ImportStatus.IMPORTING)
    return list_import


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
        f"{row.row}: {error['column']}: {error['code']} ({error['value']})"
        for row in list_import.rows.filter(errors__isnull=False)[:20]
        for error in row.errors or []
    ]
    return _("%(count)s rows have errors. The first: %(rows)s") % {
        "count": list_import.error_count,
        "rows": "; ".join(shown),
    }
