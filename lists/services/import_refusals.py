"""Why a file is refused as a whole, in words."""

from collections.abc import Mapping
from typing import Any, NoReturn

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.wording import listed, listed_apart

MOST_NAMES = 10

REFUSALS: dict[str, str | Promise] = {
    "header_wrong": gettext_lazy(
        "The first row does not match the template — %(problems)s. Download the template and use its header."
    ),
    "file_empty": gettext_lazy("The file is empty."),
    "file_too_large": gettext_lazy("The file is larger than %(most)s MB. Split it."),
    "file_kind_unknown": gettext_lazy(
        "This is neither an Excel workbook (.xlsx) nor a CSV text file, whatever its name says."
    ),
    "file_is_old_excel": gettext_lazy(
        "This is an old Excel file (.xls) or has a password. Save it as .xlsx without a password."
    ),
    "file_broken": gettext_lazy("The file is damaged. Open it in Excel, save it again as .xlsx and retry."),
    "file_is_bomb": gettext_lazy("The file unpacks to far more than a list can be, and was not opened."),
    "file_has_dtd": gettext_lazy("The file defines entities of its own, which no list needs, and was not opened."),
    "file_links_outside": gettext_lazy("The file links to other files or addresses. Save it as values only and retry."),
    "file_has_macros": gettext_lazy("The file holds macros or other files. Save it as .xlsx without them and retry."),
    "line_wrong": gettext_lazy(
        "Line %(line)s is no JSON object whose values are all texts. Give one such object a line, then the file again."
    ),
    "too_many_columns": gettext_lazy(
        "The sheet has cells far to the right of the template. Delete all columns after the last one and retry."
    ),
    "too_many_rows": gettext_lazy("The file has more than %(most)s rows. Split it."),
    "no_rows": gettext_lazy("Below the header the file has no rows."),
    "file_too_heavy": gettext_lazy(
        "The file takes more memory than a list needs, and reading it was stopped. Copy the rows into the template."
    ),
    "file_takes_too_long": gettext_lazy(
        "Reading the file took too long and was stopped. Copy the rows into the template, or split it."
    ),
    "import_stopped": gettext_lazy(
        "Making drafts of the file was begun several times and never ended. Split the file; if that does not help, tell"
        " the system administrator."
    ),
    "rule_profile_missing": gettext_lazy(
        "The catalogue holds no rules for the term of this list. Ask the coordinator, then give the file again."
    ),
    "rule_parameter_missing": gettext_lazy(
        "The rules for the term of this list are not complete. Ask the coordinator, then give the file again."
    ),
}
_KIND = gettext_lazy("This is a file of the kind %(kind)s, not a list. Give an Excel workbook (.xlsx) or a CSV file.")
_CSV = gettext_lazy("The CSV file cannot be read: %(error)s.")


def refuse(answer: Mapping[str, Any]) -> NoReturn:
    """Raise InvalidInput for a refusal of the process that read the file: {"refused": code, …}."""
    details = {name: value for name, value in answer.items() if name != "refused"}
    raise InvalidInput(answer["refused"], words_of_refusal(answer), field="file", **details)


def words_of_refusal(answer: Mapping[str, Any]) -> str:
    """The sentence for {"refused": code, …}, in the reader's language; empty where nothing was refused."""
    if "refused" not in answer:
        return ""
    if "said" in answer:  # refused before the details were kept
        return str(answer["said"])
    code = answer["refused"]
    template = _KIND if answer.get("kind") else _CSV if answer.get("error") else REFUSALS.get(code, code)
    problems = _header_problems(answer) if code == "header_wrong" else ""
    return str(template) % {**answer, "problems": problems}


def _header_problems(answer: Mapping[str, Any]) -> str:
    return listed_apart(
        text % {"names": _names(answer[found])}
        for text, found in (
            (_("unknown columns: %(names)s"), "unknown"),
            (_("columns given twice: %(names)s"), "twice"),
            (_("missing columns: %(names)s"), "missing"),
        )
        if answer[found]
    )


def _names(names: list[str]) -> str:
    shown = listed(name[:40] or _("(no name)") for name in names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        shown += _(" and %(count)s more") % {"count": len(names) - MOST_NAMES}
    return shown
