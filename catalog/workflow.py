"""Memorandum (domain §3): draft (circulated) → in force → lapsed. A revision is a new version."""

from django.utils.translation import gettext_lazy as _

from catalog.enums import VersionState
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow

MEMORANDUM_WORKFLOW = Workflow(
    "memorandum",
    (
        Move("circulate", _("Circulate"), (VersionState.DRAFT,), VersionState.CIRCULATED, Act.KEEP_CATALOGUE),
        Move(
            "put_in_force",
            _("Put in force"),
            (VersionState.DRAFT, VersionState.CIRCULATED),
            VersionState.IN_FORCE,
            Act.KEEP_CATALOGUE,
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
