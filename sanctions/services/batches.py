"""A unit has up to 100,000 parties of a file looked up at once. A worker does it (`batch_jobs`)."""

import secrets
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.identifiers import normalise_text
from jinan_credit.kernel.nudges import nudge
from lists.services.import_files import measure
from sanctions import tasks
from sanctions.enums import BatchStatus, BatchUse
from sanctions.models import Portfolio, ScreeningBatch
from sanctions.rules import Matter
from sanctions.services.portfolios import require_kept

MOST_UNFINISHED = 20
"""Batches of one unit at a time."""


def screen_file(*, file: BinaryIO, file_name: str, matter: Matter, purpose: str, by: Actor) -> ScreeningBatch:
    """Keep the file and have its parties looked up, each as `screen` would do it.

    Refusals: `act_not_allowed`, `no_unit`, `purpose_missing`, `matter_missing`, `file_too_large`, `batches_waiting`.
    """
    purpose, matter_name = normalise_text(purpose), normalise_text(matter.name)
    if not purpose:
        raise InvalidInput("purpose_missing", _("Say for what purpose the parties are looked up."), field="purpose")
    if not matter_name:
        raise InvalidInput("matter_missing", _("Name the matter in which the parties are looked up."), field="matter")
    return _start(
        file,
        file_name,
        by,
        purpose=purpose,
        matter_name=matter_name,
        matter_code=matter.code.strip(),
        matter_reference=matter.reference.strip(),
    )


@transaction.atomic
def file_into_portfolio(
    *, portfolio: Portfolio, file: BinaryIO, file_name: str, by: Actor, use: str = BatchUse.KEEP
) -> ScreeningBatch:
    """KEEP: screen the parties of the file for the portfolio's purpose and keep them in it; DROP: take them out of it.

    Refusals: `act_not_allowed`, `no_unit`, `not_found`, `portfolio_ended`, `file_too_large`, `batches_waiting`.
    """
    by.require(Act.SCREEN_PARTIES)
    kept = require_kept(portfolio, by)
    return _start(file, file_name, by, use=use, portfolio=kept, purpose=kept.purpose, matter_name=kept.name)


@transaction.atomic
def write_copy_again(*, batch: ScreeningBatch, by: Actor) -> None:
    """Have the file with the results written after all, where it was given up.

    Refusals: `act_not_allowed`, `not_found` for another unit's, `copy_not_given_up`.
    """
    by.require(Act.SCREEN_PARTIES)
    own = ScreeningBatch.objects.filter(pk=batch.pk, unit=by.unit)
    if not own.select_for_update().exists():
        raise NotFound
    if not own.copy_given_up().update(attempts=0, leased_until=None):
        raise DomainError(
            "copy_not_given_up",
            _("The file with the results is there, or is being written. Reload the page in a moment."),
        )
    nudge(tasks.screen_batch, batch.pk)


def _start(file: BinaryIO, file_name: str, by: Actor, **values: object) -> ScreeningBatch:
    by.require(Act.SCREEN_PARTIES)
    if by.unit is None:
        raise NotAllowed("no_unit", _("Only a member or a system of a unit can screen."))
    digest, size = measure(file)
    with transaction.atomic():
        _require_room(by.unit)
        batch = ScreeningBatch.objects.create(
            unit=by.unit,
            by=by.user,
            by_client=None if by.user else by.client,
            made_at=clock.now(),
            language=translation.get_language() or settings.LANGUAGE_CODE,
            file=File(file, name=secrets.token_hex(16)),
            file_name=normalise_text(file_name)[-200:],
            file_hash=digest,
            file_size=size,
            **values,
        )
        nudge(tasks.screen_batch, batch.pk)
    return batch


def _require_room(unit: Unit) -> None:
    """The unit's row is locked: of many files given at once no more are taken than there is room for."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if ScreeningBatch.objects.filter(unit=unit, status=BatchStatus.RUNNING).count() >= MOST_UNFINISHED:
        raise DomainError(
            "batches_waiting",
            _("Your unit has %(most)s batches that are not finished. Wait until one is, then give the file again.")
            % {"most": MOST_UNFINISHED},
            field="file",
        )
