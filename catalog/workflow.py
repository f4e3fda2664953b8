"""Memorandum (domain §3): draft (circulated) → received by each unit → in force → lapsed. A revision is a new version;
a draft may be discarded.

Each unit's receipt is a row of its own (`MemorandumReceipt`): one that is slow to confirm holds up nobody.
The information catalogue: draft → reviewed by another person → issued → superseded by the next edition.
A report on a key task is sent once and then stays; a request for one is answered by the next that is sent.
"""

from django.utils.translation import gettext_lazy as _

from catalog.enums import CatalogState, KeyTaskReportState, KeyTaskRequestState, VersionState
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow

MEMORANDUM = Workflow(
    "memorandum",
    (
        Move("circulate", _("Circulate"), (VersionState.DRAFT,), VersionState.CIRCULATED, Act.KEEP_CATALOGUE),
        Move(
            "take_back",
            _("Take back to the draft"),
            (VersionState.CIRCULATED,),
            VersionState.DRAFT,
            Act.KEEP_CATALOGUE,
            needs_reason=True,
        ),
        Move(
            "discard",
            _("Discard"),
            (VersionState.DRAFT,),
            VersionState.DISCARDED,
            Act.KEEP_CATALOGUE,
            needs_reason=True,
        ),
        Move("put_in_force", _("Put in force"), (VersionState.CIRCULATED,), VersionState.IN_FORCE, Act.KEEP_CATALOGUE),
        Move(
            "take_over",
            _("Taken over, signed before"),
            (VersionState.DRAFT,),
            VersionState.IN_FORCE,
            None,
        ),
        Move(
            "lapse",
            _("Let lapse"),
            (VersionState.IN_FORCE,),
            VersionState.LAPSED,
            Act.KEEP_CATALOGUE,
            needs_reason=True,
        ),
    ),
)

INFORMATION_CATALOG = Workflow(
    "information_catalogue",
    (
        Move("draft", _("Drafted"), ("",), CatalogState.DRAFT, Act.KEEP_CATALOGUE),
        Move("revise", _("Revised"), (CatalogState.DRAFT,), CatalogState.DRAFT, Act.KEEP_CATALOGUE),
        Move(
            "review",
            _("Pass the review"),
            (CatalogState.DRAFT,),
            CatalogState.REVIEWED,
            Act.KEEP_CATALOGUE,
            other_person=True,
        ),
        Move(
            "take_back",
            _("Take back to the draft"),
            (CatalogState.REVIEWED,),
            CatalogState.DRAFT,
            Act.KEEP_CATALOGUE,
            needs_reason=True,
        ),
        Move("issue", _("Issue"), (CatalogState.REVIEWED,), CatalogState.ISSUED, Act.KEEP_CATALOGUE),
        Move("supersede", _("Superseded"), (CatalogState.ISSUED,), CatalogState.SUPERSEDED, None),
        Move(
            "discard",
            _("Discard"),
            (CatalogState.DRAFT,),
            CatalogState.DISCARDED,
            Act.KEEP_CATALOGUE,
            needs_reason=True,
        ),
    ),
)

KEY_TASK_REPORT = Workflow(
    "key_task_report",
    (
        Move("draft", _("Drafted"), ("",), KeyTaskReportState.DRAFT, Act.REPORT_KEY_TASKS),
        Move("revise", _("Revised"), (KeyTaskReportState.DRAFT,), KeyTaskReportState.DRAFT, Act.REPORT_KEY_TASKS),
        Move("send", _("Send"), (KeyTaskReportState.DRAFT,), KeyTaskReportState.SENT, Act.REPORT_KEY_TASKS),
        Move("discard", _("Discard"), (KeyTaskReportState.DRAFT,), KeyTaskReportState.DISCARDED, Act.REPORT_KEY_TASKS),
    ),
)

KEY_TASK_REQUEST = Workflow(
    "key_task_request",
    (
        Move("ask", _("Ask for a report"), ("",), KeyTaskRequestState.ASKED, Act.OVERSEE),
        Move(
            "answer",
            _("Answered by a report"),
            (KeyTaskRequestState.ASKED,),
            KeyTaskRequestState.ANSWERED,
            Act.REPORT_KEY_TASKS,
        ),
        Move(
            "withdraw",
            _("Withdraw the request"),
            (KeyTaskRequestState.ASKED,),
            KeyTaskRequestState.WITHDRAWN,
            Act.OVERSEE,
            needs_reason=True,
        ),
    ),
)
