"""The reverse of an import: what it brought is given up, or proposed for removal and decided by another person; what it
changed gets its earlier values back, likewise."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from lists.enums import ON_THE_LIST, EntryState, ExitReason, ImportStatus, ProposalState
from lists.models import EntryProposal, ListImport
from lists.services.entries import discard_entries
from lists.services.import_undoing import judge, lock_known, undo_changes
from lists.services.steps import lock_entries

GIVEN_UP = (EntryState.DRAFT, EntryState.NOTIFIED, EntryState.RETURNED)


@dataclass(frozen=True)
class ReversalEffect:
    """What a reversal does to how many entries.

    Those that the import brought: `discarded`, `proposed` for removal; `gone` have left already. Those known before:
    its correction `withdrawn`, the draft `restored`, earlier values proposed (`corrected`), or `left` as somebody else
    has made them. While some are `in_review`, or have another proposal open, it does nothing at all.
    """

    discarded: int
    proposed: int
    gone: int
    withdrawn: int
    restored: int
    corrected: int
    left: int
    in_review: int
    with_proposal: int

    @property
    def done(self) -> dict[str, int]:
        """What is kept of it in the import."""
        return {name: count for name, count in asdict(self).items() if name not in ("in_review", "with_proposal")}


def reversal_effect(list_import: ListImport) -> ReversalEffect:
    """What a reversal would do now. Two queries."""
    is_open = Exists(EntryProposal.objects.filter(entry=OuterRef("pk"), state=ProposalState.OPEN))
    brought = list_import.entries.order_by().aggregate(
        discarded=Count("pk", filter=Q(state__in=GIVEN_UP)),
        proposed=Count("pk", filter=Q(state__in=ON_THE_LIST)),
        gone=Count("pk", filter=~Q(state__in=[*GIVEN_UP, *ON_THE_LIST, EntryState.IN_REVIEW])),
        in_review=Count("pk", filter=Q(state=EntryState.IN_REVIEW)),
        with_proposal=Count("pk", filter=Q(is_open, state__in=ON_THE_LIST)),
    )
    changed = judge(list_import)
    names = [field.name for field in fields(ReversalEffect)]
    return ReversalEffect(**{name: brought.get(name, 0) + changed.get(name, 0) for name in names})


@transaction.atomic
def reverse_import(*, list_import: ListImport, by: Actor, reason: str) -> ListImport:
    """Undo what an import brought and changed, wholly or not at all: drafts are given up, or get their earlier values
    back; its open corrections are withdrawn; of what is published the removal or the earlier values are proposed.

    What others have changed since is left, named in the rows that stay. Refusals: `act_not_allowed`,
    `import_not_found`, `import_not_imported`, `import_reversed`, `reason_missing`, `only_a_person`; those of
    `require_reversible`.
    """
    list_import = _lock(list_import, by)
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    lock_known(list_import)
    lock_entries(list_import.entries.all())
    effect = reversal_effect(list_import)
    require_reversible(effect)
    words = _("Import no. %(number)s undone: %(reason)s") % {"number": list_import.pk, "reason": reason}
    if effect.proposed + effect.corrected + effect.withdrawn:
        by.require(Act.REMOVE_ENTRIES)
    if effect.discarded:
        discard_entries(entries=list_import.entries.filter(state__in=GIVEN_UP), by=by, reason=reason)
    if effect.proposed:
        _propose_removals(list_import, by, words)
    undo_changes(list_import=list_import, by=by, reason=words)
    list_import.reversed_at, list_import.reversed_by = clock.now(), by.user
    list_import.reversed_why = reason.strip()[:500]
    list_import.reversal = effect.done
    list_import.save()
    return list_import


def _lock(list_import: ListImport, by: Actor) -> ListImport:
    by.require(Act.DRAFT_ENTRIES)
    if by.user is None:
        raise NotAllowed("only_a_person", _("An import is undone by a person, in the browser."))
    locked = ListImport.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=list_import.pk).first()
    if locked is None:
        raise NotFound("import_not_found", _("There is no such import."))
    if locked.status != ImportStatus.IMPORTED:
        raise DomainError("import_not_imported", _("Only a finished import can be undone."))
    if locked.reversed_at is not None:
        raise DomainError("import_reversed", _("This import has been undone already."))
    return locked


def require_reversible(effect: ReversalEffect) -> None:
    """Refusals: `entries_in_review`, `proposal_open` and `nothing_to_reverse`, with the number in words."""
    if effect.in_review:
        raise DomainError(
            "entries_in_review",
            ngettext(
                "%(count)s entry of this import is in review. Have it returned or decided first; nothing was undone.",
                "%(count)s entries of this import are in review. Have them returned or decided first; nothing was "
                "undone.",
                effect.in_review,
            )
            % {"count": f"{effect.in_review:,}"},
            count=effect.in_review,
        )
    if effect.with_proposal:
        raise DomainError(
            "proposal_open",
            ngettext(
                "A proposal for %(count)s entry of this import waits for its decision; nothing was undone.",
                "Proposals for %(count)s entries of this import wait for their decision; nothing was undone.",
                effect.with_proposal,
            )
            % {"count": f"{effect.with_proposal:,}"},
            count=effect.with_proposal,
        )
    if not effect.discarded + effect.proposed + effect.withdrawn + effect.restored + effect.corrected:
        raise DomainError("nothing_to_reverse", _("Nothing of this import is left that could be undone."))


def _propose_removals(list_import: ListImport, by: Actor, reason: str) -> None:
    assert by.user is not None, "see _lock"
    parameters: dict[str, Any] = {
        "import": list_import.pk,
        "states": list(ON_THE_LIST),
        "exit": ExitReason.LISTED_IN_ERROR,
        "reason": reason,
        "user": by.user.pk,
        "unit": by.user.unit_id,
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH proposed AS (
                INSERT INTO lists_entryproposal (
                    entry_id, kind, state, exit_reason, new_values, reason, order_number, order_by, proposed_by_id,
                    proposed_at)
                SELECT id, 'REMOVAL', 'OPEN', %(exit)s, '{}', %(reason)s, '', '', %(user)s, %(now)s
                FROM lists_entry WHERE from_import_id = %(import)s AND state = ANY(%(states)s)
                RETURNING id
            )
            INSERT INTO lists_entryproposalmove
                (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
            SELECT id, 'propose', '', 'OPEN', %(user)s, NULL, %(unit)s, %(now)s, %(reason)s FROM proposed
            """,
            parameters,
        )
