"""A list file becomes drafts: given, checked, confirmed, imported. Nothing durable before the confirmation.

Checking and importing are jobs (`import_jobs`): resumed by the sweep when their worker dies.
"""

import secrets
from typing import BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.models.lease import unheld
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.identifiers import normalise_text
from jinan_credit.kernel.nudges import nudge
from lists import tasks
from lists.enums import ImportStatus
from lists.models import CreditList, ListImport
from lists.services.entries import require_initiator
from lists.services.erasure import remove_file
from lists.services.exports import withdraw_copies
from lists.services.import_files import measure

MOST_UNFINISHED = 20
"""Imports of one unit at a time."""
UNFINISHED = (ImportStatus.CHECKING, ImportStatus.CHECKED, ImportStatus.IMPORTING)


def start_import(
    *,
    credit_list: CreditList,
    file: BinaryIO,
    file_name: str,
    by: Actor,
    source: Unit | None = None,
    unit: Unit | None = None,
) -> ListImport:
    """Keep the file and have it checked. The same file of the same source that is on its way already is recognised.

    An initiating unit gives it, and names the `source` where it got the file from one; or the system of a source of the
    list hands it in. What comes of it is the initiating unit's, `unit` where the list has more than one.
    Refusals: `act_not_allowed`, `not_initiating_unit`, `not_a_source`, `initiating_unit_unclear`, `file_too_large`,
    `file_known` (details: `import`), `imports_waiting`.
    """
    receiver, source = _receiver_and_source(credit_list, by, source, unit)
    digest, size = measure(file)
    with transaction.atomic():
        _require_room(receiver, source)
        _require_unknown(credit_list, receiver, source, digest)
        list_import = ListImport.objects.create(
            credit_list=credit_list,
            unit=receiver,
            source=source,
            file=File(file, name=secrets.token_hex(16)),
            file_name=normalise_text(file_name)[-200:],
            file_hash=digest,
            file_size=size,
            made_by=by.user,
            made_by_client=by.client,
            made_at=clock.now(),
        )
        nudge(tasks.check_import, list_import.pk)
    return list_import


@transaction.atomic
def confirm_import(*, list_import: ListImport, by: Actor, with_changes: bool = False) -> ListImport:
    """Let the new rows become drafts; `with_changes`: let changed rows revise drafts and propose corrections.

    Refusals: `act_not_allowed`, `import_not_found`, `import_not_checked`, `no_good_rows`; `changes_of_another` when
    somebody else gave the file: whoever gives the values is their maker (rule 4).
    """
    list_import = _lock_checked(list_import, by)
    changes = list_import.changed_count if with_changes else 0
    if not list_import.new_count + changes:
        raise DomainError("no_good_rows", _("The file has no row that could be imported."))
    if changes and (by.user, by.client) != (list_import.made_by, list_import.made_by_client):
        raise DomainError(
            "changes_of_another",
            _("Only the person who gave the file may have its changed rows taken. Leave them out, or give the file."),
        )
    list_import.status = ImportStatus.IMPORTING
    list_import.with_changes = with_changes
    list_import.confirmed_by, list_import.confirmed_by_client = by.user, by.client
    list_import.confirmed_at = clock.now()
    list_import.leased_until = None
    list_import.progress, list_import.work_total = 0, list_import.new_count + changes
    list_import.save()
    nudge(tasks.run_import, list_import.pk)
    return list_import


@transaction.atomic
def cancel_import(*, list_import: ListImport, by: Actor) -> ListImport:
    """Forget a checked file: its rows, the file itself and the copies made of it.

    Refusals: `act_not_allowed`, `import_not_found`, `import_not_checked`.
    """
    list_import = _lock_checked(list_import, by)
    list_import.rows.all().delete()
    withdraw_copies([list_import.pk])
    remove_file(list_import.file)
    list_import.file = ""
    list_import.status = ImportStatus.CANCELLED
    list_import.save()
    return list_import


def under_way() -> QuerySet[ListImport]:
    """Jobs that no worker holds: new ones, and those whose worker died."""
    return ListImport.objects.filter(unheld(), status__in=[ImportStatus.CHECKING, ImportStatus.IMPORTING])


def _receiver_and_source(
    credit_list: CreditList, by: Actor, source: Unit | None, unit: Unit | None
) -> tuple[Unit, Unit | None]:
    """Whose drafts they become, and where they come from."""
    if by.client is not None and not credit_list.is_initiated_by(by):
        by.require(Act.DRAFT_ENTRIES)
        if not credit_list.sources.filter(pk=by.client.unit_id).exists():
            raise NotAllowed(
                "not_initiating_unit",
                _("Only an initiating unit of this list, or the system of one of its sources, may hand in a file."),
            )
        receivers = list(credit_list.initiating_units.active(clock.today()))
        source = source or by.client.unit
        is_source = source == by.client.unit
    else:
        require_initiator(credit_list, by)
        assert by.unit is not None, "an initiating unit was asked for"
        receivers = [by.unit]
        is_source = source is None or credit_list.sources.filter(pk=source.pk).exists()
    if not is_source:
        raise InvalidInput("not_a_source", _("This unit is no data source of the list."), field="source")
    receiver = unit or (receivers[0] if len(receivers) == 1 else None)
    if receiver not in receivers:
        raise InvalidInput(
            "initiating_unit_unclear",
            _("Name the initiating unit of the list that shall review the entries: %(codes)s.")
            % {"codes": ", ".join(one.code for one in receivers)},
            field="unit",
        )
    return receiver, source


def _require_unknown(credit_list: CreditList, receiver: Unit, source: Unit | None, digest: str) -> None:
    known = ListImport.objects.filter(
        credit_list=credit_list,
        unit=receiver,
        source=source,
        file_hash=digest,
        status__in=[ImportStatus.CHECKING, ImportStatus.CHECKED, ImportStatus.IMPORTING, ImportStatus.IMPORTED],
        reversed_at=None,
    ).first()
    if known is not None:
        raise DomainError(
            "file_known",
            _("The same file was given on %(day)s already (import %(number)s). Look there.")
            % {"day": clock.local_day(known.made_at), "number": known.pk},
            field="file",
            **{"import": known.pk},
        )


def _require_room(unit: Unit, source: Unit | None) -> None:
    """The unit's row is locked: of many files given at once no more are taken than there is room for.

    A source has its own room: it cannot fill that of the unit.
    """
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if ListImport.objects.filter(unit=unit, source=source, status__in=UNFINISHED).count() >= MOST_UNFINISHED:
        raise DomainError(
            "imports_waiting",
            _(
                "Your unit has %(most)s imports that are not finished. Confirm or cancel those that were checked, "
                "then give the file again."
            )
            % {"most": MOST_UNFINISHED},
            field="file",
        )


def _lock_checked(list_import: ListImport, by: Actor) -> ListImport:
    by.require(Act.DRAFT_ENTRIES)
    locked = (
        ListImport.objects.handed_in_by(by)
        .select_for_update(of=("self",))
        .select_related("made_by", "made_by_client", "credit_list")
        .filter(pk=list_import.pk)
        .first()
    )
    if locked is None:
        raise NotFound("import_not_found", _("There is no such import."))
    if locked.status != ImportStatus.CHECKED:
        raise DomainError("import_not_checked", _("This import is not waiting for your confirmation."))
    return locked
