"""What the lists tell staff. An act on many entries is one event."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import Whose, declare_event

ENTRIES_TO_REVIEW = declare_event(
    "entries.to_review",
    _("Entries to review"),
    _("Entries submitted for review: %(count)s."),
    whose=Whose.OWN,
    act=Act.PUBLISH_ENTRIES,
)
ENTRIES_RETURNED = declare_event(
    "entries.returned",
    _("Entries returned"),
    _("Entries returned for correction: %(count)s."),
    whose=Whose.OWN,
    act=Act.DRAFT_ENTRIES,
)
IMPORT_CHECKED = declare_event(
    "import.checked",
    _("List file checked"),
    _("A file for %(list)s was checked. Rows: %(rows)s; with errors: %(errors)s. It waits to be confirmed."),
    whose=Whose.OWN,
    act=Act.DRAFT_ENTRIES,
)
IMPORT_REFUSED = declare_event(
    "import.refused",
    _("List file refused"),
    _("A file for %(list)s could not be taken. The import says why."),
    whose=Whose.OWN,
    act=Act.DRAFT_ENTRIES,
)
IMPORT_FINISHED = declare_event(
    "import.finished",
    _("List file imported"),
    _("A file for %(list)s was imported. Drafts: %(count)s."),
    whose=Whose.OWN,
    act=Act.DRAFT_ENTRIES,
)
CHANGES_TO_DECIDE = declare_event(
    "changes.to_decide",
    _("Proposed changes to decide"),
    _("Changes proposed for entries on a list: %(count)s."),
    whose=Whose.OWN,
    act=Act.PUBLISH_ENTRIES,
)
CHANGE_REFUSED = declare_event(
    "change.refused",
    _("Proposed change refused"),
    _("A change that was proposed for an entry of %(list)s was refused."),
    whose=Whose.OWN,
    act=Act.REMOVE_ENTRIES,
)
BASIS_FELL = declare_event(
    "basis.fell",
    _("Basis revoked or changed"),
    _("A document on which entries rest (%(count)s) was revoked or changed: decide by %(day)s."),
    whose=Whose.OWN,
    act=Act.PUBLISH_ENTRIES,
    is_urgent=True,
)
BASIS_LATE = declare_event(
    "basis.late",
    _("Basis fell: overdue"),
    _("What rests on a document that fell (%(count)s) was to be decided by %(day)s and is not."),
    whose=Whose.OWN,
    act=Act.PUBLISH_ENTRIES,
    is_urgent=True,
)
NOMINATION_TO_DECIDE = declare_event(
    "nomination.to_decide",
    _("Nomination to decide"),
    _("A party was nominated for %(list)s."),
    whose=Whose.INITIATING,
    act=Act.DRAFT_ENTRIES,
)
NOMINATION_DECIDED = declare_event(
    "nomination.decided",
    _("Nomination decided"),
    _("Your unit's nomination for %(list)s was decided."),
    whose=Whose.OWN,
    act=Act.DRAFT_ENTRIES,
)
RED_BLACK_LISTED = declare_event(
    "red.black_listed",
    _("Red-listed parties are black-listed"),
    _("Parties on %(list)s are on a black list now: decide whether they stay."),
    whose=Whose.OWN,
    act=Act.DRAFT_ENTRIES,
)
_MANY = _("A step with many entries has ended. Entries that took it: %(count)s; left out: %(left_out)s.")
MANY_DRAFTS = declare_event(
    "many.drafts",
    _("Step with many drafts ended"),
    _MANY,
    whose=Whose.OWN,
    act=Act.DRAFT_ENTRIES,
)
MANY_IN_REVIEW = declare_event(
    "many.in_review",
    _("Step with many entries in review ended"),
    _MANY,
    whose=Whose.OWN,
    act=Act.PUBLISH_ENTRIES,
)
