"""Many proposals decided at once: removals of one list for one reason become one publication."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import User
from jinan_credit.accounts.moves import require_right
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import ExitReason, ProposalKind
from lists.models import CreditList, EntryProposal
from lists.models.proposal import EntryProposalQuerySet
from lists.services.outcomes import LeftOut, Outcome
from lists.services.proposals import approve_proposal
from lists.services.removals import remove_entries
from lists.services.subjects_ceased import note_ceasing
from lists.workflow import PROPOSAL


@dataclass(frozen=True)
class _Row:
    pk: int
    kind: str
    exit_reason: str
    reason: str
    proposed_by: int
    credit_list: int
    entry: Any
    name: str

    @property
    def act(self) -> tuple[Any, ...]:
        """What is one act: removals of one list, reason and proposer; else each by itself."""
        if self.kind == ProposalKind.REMOVAL:
            return (self.credit_list, self.exit_reason, self.proposed_by, self.reason)
        return (self.pk,)


def approve_proposals(*, proposals: EntryProposalQuerySet, by: Actor) -> Outcome:
    """Approve proposals of one's own unit. Each publication is a transaction of its own, as each is an act of its own.

    Refusals: `act_not_allowed`, `nothing_selected`. Left out, and refused when nothing else is left: `move_not_open`,
    `own_work`, and what refuses the change itself.
    """
    require_right(PROPOSAL["approve"], by=by, reason="")
    columns = (
        "pk",
        "kind",
        "exit_reason",
        "reason",
        "proposed_by",
        "entry__credit_list",
        "entry",
        "entry__subject_name",
    )
    acts: dict[tuple[Any, ...], list[_Row]] = {}
    for values in proposals.filter(entry__unit=by.unit).order_by("entry__credit_list", "pk").values_list(*columns):
        row = _Row(*values)
        acts.setdefault(row.act, []).append(row)
    outcome = Outcome()
    for rows in acts.values():
        try:
            _approve(rows, by)
        except DomainError as refusal:
            outcome.leave_out(LeftOut(row.entry, row.name, refusal.code, str(refusal)) for row in rows)
        else:
            outcome.done += len(rows)
    return outcome.or_refusal()


@transaction.atomic
def _approve(rows: list[_Row], by: Actor) -> None:
    first, ids = rows[0], [row.pk for row in rows]
    chosen = EntryProposal.objects.filter(pk__in=ids)
    if len(rows) == 1:
        approve_proposal(proposal=chosen.get(), by=by)
        return
    move = PROPOSAL["approve"]
    require_right(move, by=by, reason="", made_by=[first.proposed_by])
    open_ones = chosen.filter(state__in=move.sources).order_by("pk").select_for_update(of=("self",))
    if len(open_ones.values_list("pk")) != len(ids):
        raise DomainError("move_not_open", _("Meanwhile someone else decided some of these. Look again."))
    _write_approvals(ids, by)
    note_ceasing(ids)
    remove_entries(
        credit_list=CreditList.objects.get(pk=first.credit_list),
        entries=[row.entry for row in rows],
        exit_reason=ExitReason(first.exit_reason),
        made_by=User.objects.get(pk=first.proposed_by),
        by=by,
        reason=first.reason,
    )


def _write_approvals(ids: list[int], by: Actor) -> None:
    move, at = PROPOSAL["approve"], clock.now()
    user, unit = by.user.pk if by.user else None, by.unit.pk if by.unit else None
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO lists_entryproposalmove (of_id, name, from_state, to_state, by_id, unit_id, at, reason)
            SELECT id, %s, state, %s, %s, %s, %s, '' FROM lists_entryproposal WHERE id = ANY(%s)
            """,
            [move.name, move.target, user, unit, at, ids],
        )
    EntryProposal.objects.filter(pk__in=ids).update(state=move.target, decided_by=by.user, decided_at=at)
