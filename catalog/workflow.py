"""Memorandum (domain §3): draft (circulated) → received by each unit → in force → lapsed. A revision is a new version.

Each unit's receipt is a row of its own (`MemorandumReceipt`): one that is slow to confirm holds up nobody.
"""

from django.utils.translation import gettext_lazy as _

from catalog.enums import VersionState
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow

MEMORANDUM_WORKFLOW = Workflow(
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
