"""A document fell: everything that rests on it is to be corrected or withdrawn within 3 working days (SD art. 40)."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput, NotFound
from lists import events
from lists.enums import ON_THE_LIST, ExitReason, ProposalKind, ProposalState
from lists.models import Entry, EntryProposal, EntryQuerySet
from lists.services.orders import Order, fallen_basis_values
from lists.services.outcomes import MOST_TOLD, LeftOut, Outcome
from lists.services.steps import lock_entries

_LOCK = 0x444F43
_OPEN = EntryProposal.objects.filter(entry=OuterRef("pk"), state=ProposalState.OPEN).order_by()


@transaction.atomic
def report_fallen_basis(*, document_number: str, order: Order, learned_on: date, by: Actor, reason: str) -> Outcome:
    """Propose that every entry of the unit that rests on this document leaves its list; no other one gets there.

    Refusals: `act_not_allowed`, `reason_missing`, `no_entry_rests_on_it`, those of `fallen_basis_values`. Left out, and
    refused when nothing else is left: `proposal_open`.
    """
    by.require(Act.REMOVE_ENTRIES)
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    if by.user is None or by.unit is None:
        raise NotFound("no_entry_rests_on_it", _("No entry of your unit on a list rests on this document."))
    values = fallen_basis_values(order, learned_on)
    resting = Entry.objects.of_document(document_number).filter(unit=by.unit, state__in=ON_THE_LIST)
    hold_documents(by=by, alone=True)
    lock_entries(resting)
    outcome = _left_out(resting)
    outcome.done = _propose(resting, values, by, reason)
    if not outcome.done and not outcome.left_out:
        raise NotFound(
            "no_entry_rests_on_it",
            _("No entry of your unit on a list rests on this document."),
            field="document_number",
        )
    if outcome.done:
        tell_staff(
            events.BASIS_FELL, units=[by.unit], link=fallen_basis_page(), count=outcome.done, day=values["due_on"]
        )
    return outcome.or_refusal()


def fallen_basis_page() -> str:
    """What waits for its decision because a document fell."""
    return f"{reverse('review')}?fallen=on#proposals"


def hold_documents(*, by: Actor, alone: bool = False) -> None:
    """A report waits for the unit's publications under way, to find what they publish; later ones wait for the report,
    and are hindered by it."""
    assert by.unit is not None, "only a unit publishes and reports"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}(%s, %s)", [_LOCK, by.unit.pk])


def _left_out(resting: EntryQuerySet) -> Outcome:
    waiting = resting.filter(Exists(_OPEN)).order_by("pk")
    why = _("A proposal for this entry waits for its decision already.")
    rows = waiting.values_list("pk", "subject_name")[:MOST_TOLD]
    outcome = Outcome(left_out=[LeftOut(pk, name, "proposal_open", why) for pk, name in rows])
    outcome.left_out_count = waiting.count() if len(outcome.left_out) == MOST_TOLD else len(outcome.left_out)
    return outcome


def _propose(resting: EntryQuerySet, values: dict[str, Any], by: Actor, reason: str) -> int:
    """The proposals and their first steps, in one statement."""
    assert by.user is not None, "only a person of the unit proposes"
    assert by.unit is not None, "only a person of the unit proposes"
    free = resting.filter(~Exists(_OPEN)).order_by("pk").values_list("pk", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH made AS (
                INSERT INTO lists_entryproposal (
                    entry_id, kind, state, exit_reason, new_values, reason, order_number, order_by, order_on,
                    learned_on, due_on, due_is_provisional, proposed_by_id, proposed_at)
                SELECT entry.id, %(kind)s, %(state)s, %(exit_reason)s, '{}', %(reason)s, %(order_number)s, %(order_by)s,
                    %(order_on)s, %(learned_on)s, %(due_on)s, %(due_is_provisional)s, %(user)s, %(at)s
                FROM unnest(%(entries)s::uuid[]) entry(id)
                RETURNING id
            )
            INSERT INTO lists_entryproposalmove (of_id, name, from_state, to_state, by_id, unit_id, at, reason)
            SELECT id, 'propose', '', %(state)s, %(user)s, %(unit)s, %(at)s, %(reason)s FROM made
            """,
            {
                **values,
                "kind": ProposalKind.REMOVAL,
                "state": ProposalState.OPEN,
                "exit_reason": ExitReason.BASIS_CHANGED,
                "reason": reason,
                "user": by.user.pk,
                "unit": by.unit.pk,
                "at": clock.now(),
                "entries": list(free),
            },
        )
        return int(cursor.rowcount)
