"""Units without a system: a clerk takes the changes as a file, works it in, and confirms.

Each range of a list is given once a unit. What was taken can be taken again, with a reason; that is a row of its own.
"""

from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act, DataProfile
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.copies import fetched_by_system, file_end, taken_up_to
from jinan_credit.exchange.models import Cursor, Download
from jinan_credit.exchange.rules import Position
from jinan_credit.exchange.selectors import extent_of, head_of, list_for_unit
from jinan_credit.exchange.services.copies import note_copy
from jinan_credit.exchange.services.cursors import acknowledge, follow, note_replay
from jinan_credit.exchange.services.handouts import numbers_in_bodies
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from lists.enums import ChangeOp, ExportFormat, HandoutWay
from lists.models import Change, CreditList
from lists.services.handouts import log_handout


@transaction.atomic
def take_download(*, code: str, after: Position, file_format: str, by: Actor, reason: str = "") -> Download:
    """Take the next file of a list; `after` is where the page said that it begins.

    Refusals: `act_not_allowed`, `no_unit`, `list_not_found`, `format_unknown`, `download_overtaken` (someone took it
    meanwhile), `download_empty`, `reason_missing` (the unit's own system fetches this list already).
    """
    unit = _locked_unit(by)
    credit_list = list_for_unit(unit, code)
    head = head_of(credit_list)
    start = taken_up_to(unit, credit_list, head.epoch)
    if after != start:
        raise DomainError(
            "download_overtaken",
            _("This file has been taken already. You find it among the files taken, and can take it again there."),
        )
    if start == head:
        raise DomainError("download_empty", _("There is nothing new in this list."))
    if not reason.strip() and CreditList.objects.filter(fetched_by_system(unit), pk=credit_list.pk).exists():
        raise _reason_missing()
    end = file_end(start, head)
    return _take(unit, credit_list, start, end, file_format=file_format, reason=reason, by=by)


@transaction.atomic
def take_again(*, download: Download, file_format: str, by: Actor, reason: str) -> Download:
    """The same range once more.

    Refusals: `act_not_allowed`, `no_unit`, `download_not_found`, `download_outdated`, `format_unknown`,
    `reason_missing`.
    """
    first = _own(download, by)
    if not reason.strip():
        raise _reason_missing()
    return _take(
        first.unit, first.credit_list, first.start, first.end,
        file_format=file_format, reason=reason, by=by, again_of=first,
    )  # fmt: skip


@transaction.atomic
def confirm_download(*, download: Download, by: Actor) -> Download:
    """The unit's copy is up to date with this file, removals included: its position moves on. This is not 签收.

    Where the unit's own system fetches the list, the position stays: the system moves it.
    Refusals: `act_not_allowed`, `no_unit`, `download_not_found`, `download_outdated`, `download_confirmed`,
    `download_out_of_turn`.
    """
    mine = _own(download, by)
    if mine.confirmed_at is not None:
        raise DomainError("download_confirmed", _("This file has been confirmed already."))
    earlier = Download.objects.unconfirmed().filter(unit=mine.unit, credit_list=mine.credit_list_id)
    if earlier.filter(from_seq__lt=mine.from_seq).exists():
        raise DomainError("download_out_of_turn", _("Confirm the files in their order: an earlier one is still open."))
    mine.confirmed_at, mine.confirmed_by = clock.now(), by.user
    mine.save(update_fields=["confirmed_at", "confirmed_by"])
    _move_on(mine, by)
    return mine


def _locked_unit(by: Actor) -> Unit:
    """One file at a time: two clerks of a unit, or two clicks of one, come one after the other."""
    by.require(Act.SIGN_TASKS)
    if by.unit is None or by.user is None:
        raise NotAllowed("no_unit", _("Your account belongs to no unit."))
    return Unit.objects.select_for_update(no_key=True).get(pk=by.unit.pk)


def _own(download: Download, by: Actor) -> Download:
    """A first-taken file of the actor's unit and of the list's present epoch."""
    _locked_unit(by)
    found = Download.objects.visible_to(by).first_taken().filter(pk=download.pk)
    mine = found.select_related("unit", "credit_list__head").first()
    if mine is None:
        raise NotFound("download_not_found", _("There is no such file. Reload the page."))
    if mine.epoch != mine.credit_list.head.epoch:
        raise DomainError(
            "download_outdated",
            _("The list has been numbered anew since. Take it from the start and replace your whole table."),
        )
    return mine


def _reason_missing() -> InvalidInput:
    return InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")


def _take(
    unit: Unit, credit_list: CreditList, start: Position, end: Position, *, file_format: str, by: Actor, **values: Any
) -> Download:
    if file_format not in ExportFormat.values:
        raise InvalidInput("format_unknown", _("There is no such format."), field="format")
    assert by.user is not None, "machines fetch from the feed"
    values["reason"] = values["reason"].strip()[:500]
    download = Download.objects.create(
        unit=unit,
        credit_list=credit_list,
        epoch=end.epoch,
        from_seq=start.seq,
        to_seq=end.seq,
        file_format=file_format,
        by=by.user,
        at=clock.now(),
        **_counts(unit, credit_list, start, end),
        **values,
    )
    follow(unit, credit_list)
    note_copy(unit=unit, credit_list=credit_list, start=start.seq, end=end, is_by_system=False)
    log_handout(
        way=HandoutWay.DOWNLOAD,
        credit_list=credit_list,
        number_count=download.number_count,
        after=str(start),
        up_to=str(end),
        by=by,
    )
    return download


def _counts(unit: Unit, credit_list: CreditList, start: Position, end: Position) -> dict[str, int]:
    changes = Change.objects.between(credit_list.pk, start.seq, end.seq).order_by()
    found = changes.aggregate(
        change_count=Count("ordinal"),
        removal_count=Count("ordinal", filter=Q(op=ChangeOp.REMOVE)),
        number_count=numbers_in_bodies(),
    )
    return found if unit.data_profile == DataProfile.FULL else {**found, "number_count": 0}


def _move_on(download: Download, by: Actor) -> None:
    """Only forwards, and never past what the unit's own system holds."""
    credit_list, end = download.credit_list, download.end
    if CreditList.objects.filter(fetched_by_system(download.unit), pk=credit_list.pk).exists():
        return
    ahead = Cursor.objects.current().filter(unit=download.unit, credit_list=credit_list, epoch=end.epoch)
    if not ahead.filter(seq__gt=end.seq).exists():
        note_replay(follow(download.unit, credit_list), Position(end.epoch, 0), extent_of(credit_list))
        acknowledge(credit_list=credit_list, position=end, by=by)
