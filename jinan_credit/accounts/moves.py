"""The one way in which a state changes: ask the table, ask the role, write the move, change the state."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed
from jinan_credit.kernel.workflow import Move, Workflow


def require_move(
    workflow: Workflow, name: str, *, state: str, by: Actor, reason: str = "", made_by: Iterable[int | None] = ()
) -> Move:
    """The move `name`, if this actor may make it now.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `own_work` (rule 4: maker is not checker).
    """
    move = workflow.require(name, state)
    require_right(move, by=by, reason=reason, made_by=made_by)
    return move


def require_right(move: Move, *, by: Actor, reason: str, made_by: Iterable[int | None] = ()) -> None:
    if move.act is None:
        if not by.is_system:
            raise NotAllowed("system_only", _("Only the system takes this step, when its day has come."))
    else:
        by.require(move.act)
    if move.needs_reason and not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    if move.other_person and by.user is not None and by.user.pk in set(made_by):
        raise DomainError("own_work", _("You made this yourself. Another person must decide it."))


def make_move(
    record: type[MoveRecord],
    of: Any,
    workflow: Workflow,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    made_by: Iterable[int | None] = (),
    **more: Any,
) -> Move:
    """Move the locked object `of` along its workflow: the move row is written, `of.state` set and saved.

    `more`: fields that this kind of row has besides. Refusals as `require_move`.
    """
    move = require_move(workflow, name, state=of.state, by=by, reason=reason, made_by=made_by)
    write_move(record, of, move.name, from_state=of.state, to_state=move.target, by=by, reason=reason, **more)
    of.state = move.target
    of.save()
    return move


def make_moves(
    record: type[MoveRecord],
    objects: Sequence[Any],
    workflow: Workflow,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    more: Callable[[Any], dict[str, Any]] = lambda of: {},
) -> None:
    """`make_move` for many locked objects of one kind, by two statements. `more`: fields of each one's row, besides or
    in place of those that all have. Refusals as `require_move`."""
    at = clock.now()
    moves = [require_move(workflow, name, state=of.state, by=by, reason=reason) for of in objects]
    record._default_manager.bulk_create(
        [
            record(
                **{
                    "of": of,
                    "name": name,
                    "from_state": of.state,
                    "to_state": move.target,
                    "by": by.user,
                    "by_client": by.client,
                    "unit": by.unit,
                    "at": at,
                    "reason": reason,
                    **more(of),
                }
            )
            for of, move in zip(objects, moves, strict=True)
        ]
    )
    for of, move in zip(objects, moves, strict=True):
        of.state = move.target
    if objects:
        keys = [of.pk for of in objects]
        type(objects[0])._default_manager.filter(pk__in=keys).update(state=moves[0].target)


def write_move(
    record: type[MoveRecord],
    of: models.Model,
    name: str,
    *,
    from_state: str,
    to_state: str,
    by: Actor,
    reason: str,
    **more: Any,
) -> None:
    record._default_manager.create(  # type: ignore[misc]
        of=of,
        name=name,
        from_state=from_state,
        to_state=to_state,
        by=by.user,
        by_client=by.client,
        unit=by.unit,
        at=clock.now(),
        reason=reason,
        **more,
    )


PASS_ON, PASSED_ON = "pass_on", _("Passed to the successor of the unit")
"""No move of a table: the state stays, another unit answers. The row of the log says so."""


def pass_on(
    record: type[MoveRecord], rows: models.QuerySet[Any], to: Unit, *, by: Actor, reason: str, **more: Any
) -> int:
    """Open rows pass to the unit that succeeds the one they name; `more`: other fields set with it. Returns how many.

    A row of the log each. Three statements, however many.
    """
    locked = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))
    record._default_manager.bulk_create(
        [
            record(
                of=row,  # type: ignore[misc]
                name=PASS_ON,
                from_state=row.state,
                to_state=row.state,
                by=by.user,
                by_client=by.client,
                unit=by.unit,
                at=clock.now(),
                reason=reason,
            )
            for row in locked
        ],
        batch_size=1_000,
    )
    rows.model._default_manager.filter(pk__in=[row.pk for row in locked]).update(unit=to, **more)
    return len(locked)


def require_seen(of: Any, seen_step: int | None, *, steps: QuerySet[Any] | None = None) -> None:
    """`edit_conflict` when the locked object has a later step than the one that the person saw; of `steps`, where only
    those change what he writes.

    In its details `by`, `at`, `step` and the new `seen_step`. Who says nothing of what he saw is believed.
    """
    last = (of.moves if steps is None else steps).select_related("by", "by_client").order_by("-pk").first()
    if seen_step is None or last is None or last.pk <= seen_step:
        return
    who = str(last.by or last.by_client or _("System"))
    raise DomainError(
        "edit_conflict",
        _("Meanwhile %(who)s has changed this. Compare before you save.") % {"who": who},
        by=who,
        at=last.at.isoformat(),
        step=last.name,
        seen_step=last.pk,
    )


def open_moves(workflow: Workflow, *, state: str, by: Actor, made_by: Iterable[int | None] = ()) -> list[Move]:
    """The buttons of the page: the table's open moves for this actor."""
    made = set(made_by)
    return [
        move
        for move in workflow.open_moves(state)
        if move.act is not None
        and by.may(move.act)
        and not (move.other_person and by.user is not None and by.user.pk in made)
    ]
