"""The life of an entry and of a proposal, as tables (domain: workflows; P §四(一), (四))."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow
from lists.enums import EntryState as E
from lists.enums import ProposalState as P

ENTRY = Workflow(
    "entry",
    (
        Move("submit", _("Submit for review"), (E.DRAFT, E.RETURNED), E.IN_REVIEW, Act.DRAFT_ENTRIES),
        Move(
            "return",
            _("Return"),
            (E.IN_REVIEW,),
            E.RETURNED,
            Act.PUBLISH_ENTRIES,
            needs_reason=True,
        ),
        Move("publish", _("Publish"), (E.IN_REVIEW,), E.PUBLISHED, Act.PUBLISH_ENTRIES, other_person=True),
        Move("discard", _("Discard"), (E.DRAFT, E.RETURNED), E.DISCARDED, Act.DRAFT_ENTRIES, needs_reason=True),
        Move(
            "remove",
            _("Remove"),
            (E.PUBLISHED,),
            E.REMOVED,
            Act.PUBLISH_ENTRIES,
            needs_reason=True,
            other_person=True,
        ),
        Move("expire", _("Expire"), (E.PUBLISHED,), E.REMOVED, None),
    ),
)

PROPOSAL = Workflow(
    "proposal",
    (
        Move("approve", _("Approve"), (P.OPEN,), P.APPROVED, Act.PUBLISH_ENTRIES, other_person=True),
        Move(
            "refuse",
            _("Refuse the proposal"),
            (P.OPEN,),
            P.REFUSED,
            Act.PUBLISH_ENTRIES,
            needs_reason=True,
            other_person=True,
        ),
    ),
)
