"""What was expected in a cell, by error code: shown beside the masked value."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.wording import listed
from lists.services.import_rows import WORDS

EXPECTED: dict[str, str | Promise] = {
    "missing": _("This cell must not be empty."),
    "too_long": _("The text is too long for this column."),
    "unknown_word": _("One of these words: %(words)s."),
    "number_cell": _(
        "The cell must be text: Excel keeps only 15 digits of a number. Format the column as text and type it again."
    ),
    "bad_code": _("A unified social credit code: 18 characters with the right check character (GB 32100)."),
    "bad_citizen_number": _(
        "A citizen number: 18 characters with a date that exists and the right check digit (GB 11643)."
    ),
    "bad_document": _("A document number of 5 to 30 letters and digits; a citizen number is one of the identity card."),
    "not_for_person": _("Leave empty for a natural person."),
    "not_for_organisation": _("Leave empty for an organisation: its code identifies it."),
    "bad_date": _("A date such as 2026-03-31."),
    "future_date": _("A date that is not in the future."),
    "term_backwards": _("The last day of the term must not be before its first."),
    "term_over": _("The term has already ended."),
    "beyond_cap": _("Shorten the term: the rules allow a last day of %(cap)s at most."),
    "class_missing": _("Give the class: it decides the term (轻微, 一般, 严重)."),
    "not_public": _(
        "A natural person may not be disclosed to the public (Shandong Social Credit Regulation, art. 20)."
    ),
    "too_many_cells": _("The row has more cells than the header: is there a comma in a text without quotation marks?"),
    "field_required": _("This list requires it."),
    "simple_procedure": _(
        "A penalty decided by simple procedure cannot be the only basis of a listing "
        "(Shandong Social Credit Regulation, art. 13). Take the row out."
    ),
    "minor_remedied": _(
        "A penalty for a minor act that was remedied already cannot be the only basis of a listing "
        "(Shandong Social Credit Regulation, art. 13). Take the row out."
    ),
    "black_listed": _(
        "The subject is on a black list, perhaps with a term that begins later, and cannot be listed as trustworthy."
    ),
    "subject_ceased": _("The subject has ceased or died and can no longer be listed."),
    "entry_in_review": _("This entry is in review. Have it returned, or wait for the decision; then import again."),
    "entry_notified": _("This entry was notified and waits for the defence. Change it by hand."),
    "entry_has_proposal": _("A proposal for this entry waits for its decision. Import again afterwards."),
    "entry_stayed": _("The execution of this entry is stayed. It cannot be corrected meanwhile."),
    "entry_left": _("This entry has left the list. It cannot be changed any more."),
    "not_our_entry": _("This entry belongs to another initiating unit."),
    "not_by_machine": _("A correction of a published entry is proposed by a person. Give this row in the browser."),
    "now_same": _("Meanwhile the same entry was made in another way."),
    "now_changed": _("Meanwhile an entry for this subject and document was made. Check the file again."),
    "entry_changed": _("Meanwhile this entry was changed. Check the file again."),
    "changed_since": _("Somebody has changed these values since. Change the entry by hand, if it is wrong."),
    "told_since": _("The party has been given notice of these values since. Revise the entry by hand."),
    "representative_stays": _(
        "The entry has been published since, and its representative stays as at listing. Propose a correction by hand."
    ),
    "twice": _("The same subject and document stand in row %(row)s already."),
}


def explain(error: Mapping[str, Any]) -> str:
    """What was expected in a cell, in words."""
    words = listed(WORDS.get(error.get("column", ""), ()))
    return str(EXPECTED.get(error["code"], error["code"])) % {"words": words, **error}
