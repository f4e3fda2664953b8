"""The life of an entry and of a proposal, as tables (domain: workflows; P §四(一), (四))."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow
from lists.enums import CreditPromiseState as C
from lists.enums import EntryState as E
from lists.enums import NominationState as N
from lists.enums import ProceedingState as G
from lists.enums import ProposalState as P

EDITABLE = (E.DRAFT, E.NOTIFIED, E.RETURNED)
"""Not yet with the reviewer, or back from him."""

BUTTONS = ("notify", "submit", "return", "publish", "discard")
"""The moves that a person makes directly; the others follow from a proposal, a revision, or the day."""

ENTRY = Workflow(
    "entry",
    (
        Move("notify", _("Give notice"), (E.DRAFT, E.RETURNED), E.NOTIFIED, Act.DRAFT_ENTRIES),
        # What the party was told no longer holds: a material change after the notice needs a new one.
        Move("reopen", _("Revise after the notice"), (E.NOTIFIED, E.RETURNED), E.DRAFT, Act.DRAFT_ENTRIES),
        Move("submit", _("Submit for review"), EDITABLE, E.IN_REVIEW, Act.DRAFT_ENTRIES),
        Move(
            "return",
            _("Return"),
            (E.IN_REVIEW,),
            E.RETURNED,
            Act.PUBLISH_ENTRIES,
            needs_reason=True,
        ),
        Move("publish", _("Publish"), (E.IN_REVIEW,), E.PUBLISHED, Act.PUBLISH_ENTRIES, other_person=True),
        Move("discard", _("Discard"), EDITABLE, E.DISCARDED, Act.DRAFT_ENTRIES, needs_reason=True),
        Move(
            "stay",
            _("Stay execution"),
            (E.PUBLISHED,),
            E.STAYED,
            Act.PUBLISH_ENTRIES,
            needs_reason=True,
            needs_document=True,
            other_person=True,
        ),
        Move(
            "lift_stay",
            _("End the stay"),
            (E.STAYED,),
            E.PUBLISHED,
            Act.PUBLISH_ENTRIES,
            needs_reason=True,
            needs_document=True,
            other_person=True,
        ),
        Move(
            "remove",
            _("Remove"),
            (E.PUBLISHED, E.STAYED),
            E.REMOVED,
            Act.PUBLISH_ENTRIES,
            needs_reason=True,
            other_person=True,
        ),
        Move("expire", _("Expire"), (E.PUBLISHED, E.STAYED), E.REMOVED, None),
        Move("purge", _("Delete at the disclosure limit"), (E.REMOVED,), E.PURGED, None),
        Move("forget", _("Delete what was given up"), (E.DISCARDED,), E.PURGED, None),
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
        Move("withdraw", _("Withdraw the proposal"), (P.OPEN,), P.WITHDRAWN, Act.REMOVE_ENTRIES, needs_reason=True),
        # The entry left its list by another act: nothing is left to decide.
        Move("lapse", _("Lapse with the entry"), (P.OPEN,), P.LAPSED, None),
    ),
)

PROCEEDING = Workflow(
    "proceeding",
    (
        Move("record", _("Record reconsideration or suit"), ("",), G.OPEN, Act.DRAFT_ENTRIES, needs_reason=True),
        Move("end", _("Record the end"), (G.OPEN,), G.CLOSED, Act.DRAFT_ENTRIES, needs_reason=True),
    ),
)

NOMINATION = Workflow(
    "nomination",
    (
        # Accepting drafts the entry, so it is a clerk's act; his unit's reviewer decides when it is published.
        Move("accept", _("Accept the nomination"), (N.OPEN,), N.ACCEPTED, Act.DRAFT_ENTRIES, other_person=True),
        Move(
            "decline",
            _("Decline the nomination"),
            (N.OPEN,),
            N.DECLINED,
            Act.DRAFT_ENTRIES,
            needs_reason=True,
            other_person=True,
        ),
    ),
)

CREDIT_PROMISE = Workflow(
    "credit_promise",
    (
        Move("keep", _("Note that it was kept"), (C.GIVEN,), C.KEPT, Act.KEEP_PROMISES, other_person=True),
        Move(
            "break",
            _("Note that it was broken"),
            (C.GIVEN,),
            C.BROKEN,
            Act.KEEP_PROMISES,
            needs_reason=True,
            other_person=True,
        ),
        Move(
            "take_back",
            _("Take the note back"),
            (C.KEPT, C.BROKEN),
            C.GIVEN,
            Act.KEEP_PROMISES,
            needs_reason=True,
            other_person=True,
        ),
        Move("withdraw", _("Withdraw the promise"), (C.GIVEN,), C.WITHDRAWN, Act.KEEP_PROMISES, needs_reason=True),
    ),
)
