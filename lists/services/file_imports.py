"""An import from upload to drafts in one go, for commands: the same jobs, waited for."""

import time
from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.errors import DomainError
from lists.enums import ImportStatus
from lists.models import CreditList, ListImport
from lists.selectors import ErrorKind, import_errors
from lists.services.import_errors import explain
from lists.services.import_jobs import check_import, run_import
from lists.services.import_refusals import words_of_refusal
from lists.services.imports import cancel_import, confirm_import, start_import

LONGEST_WAIT = 600
"""Seconds to wait for a worker that took the job first."""

Tell = Callable[[str, int, int], None]
"""Told the step, the rows done and of how many (0: not known)."""


def import_file(
    *,
    credit_list: CreditList,
    file: BinaryIO,
    file_name: str,
    by: Actor,
    source: Unit | None = None,
    with_changes: bool = False,
    take_right_rows: bool = False,
    tell: Tell | None = None,
) -> ListImport:
    """Upload, check, confirm and import a file; `take_right_rows`: wrong ones are left out, else they refuse the file.

    A file that is refused, or of which nothing can come, is cancelled: the same may be given again.
    Refusals: those of `start_import`; `file_refused`, `rows_refused`, naming what is wrong; `job_stuck`.
    """
    tell = tell or _tell_nobody
    list_import = start_import(credit_list=credit_list, file=file, file_name=file_name, by=by, source=source)
    check_import(list_import.pk, tell=lambda done, of: tell("check", done, of))
    _wait(list_import, ImportStatus.CHECKING)
    if list_import.status == ImportStatus.REFUSED:
        raise DomainError("file_refused", words_of_refusal(list_import.refusal))
    if list_import.error_count and not (take_right_rows and list_import.error_count < list_import.row_count):
        cancel_import(list_import=list_import, by=by)
        said = ngettext(
            "%(count)s row has errors, and no row was taken:",
            "%(count)s rows have errors, and no row was taken:",
            list_import.error_count,
        ) % {"count": list_import.error_count}
        raise DomainError("rows_refused", f"{said}\n{words_of_errors(list_import)}")
    if list_import.new_count + list_import.changed_count * with_changes:
        confirm_import(list_import=list_import, by=by, with_changes=with_changes)
        run_import(list_import.pk, tell=lambda done, of: tell("import", done, of))
        _wait(list_import, ImportStatus.CHECKED, ImportStatus.IMPORTING)
    elif not list_import.changed_count:
        return cancel_import(list_import=list_import, by=by)
    return list_import


def words_of_errors(list_import: ListImport) -> str:
    """The errors grouped as the page of the import shows them: the kind, then its first rows."""
    return "\n".join(line for kind in import_errors(list_import) for line in _lines_of(kind, list_import.sheet_name))


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


def _lines_of(kind: ErrorKind, sheet: str) -> Iterator[str]:
    yield f"{kind.column or _('Whole row')}: {explain(kind.first[0][1])} ({kind.code}; {kind.count})"
    for row, error in kind.first:
        place = _("Sheet %(sheet)s, row %(row)s") if sheet else _("Row %(row)s")
        yield f"  {place % {'sheet': sheet, 'row': row}}: {error.get('value', '')}"
    if kind.count > len(kind.first):
        yield "  " + _("and %(count)s more") % {"count": kind.count - len(kind.first)}
