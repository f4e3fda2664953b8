"""A memorandum's version comes into force and lapses."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import MemorandumVersion, MemorandumVersionMove
from catalog.workflow import MEMORANDUM_WORKFLOW
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.moves import make_move
from jinan_credit.kernel.errors import DomainError, InvalidInput


@transaction.atomic
def circulate_version(version: MemorandumVersion, *, by: Actor, reason: str = "") -> MemorandumVersion:
    """Send a draft round to the units. Refusals: those of `make_move`."""
    version = _locked(version)
    make_move(MemorandumVersionMove, version, MEMORANDUM_WORKFLOW, "circulate", by=by, reason=reason)
    return version


@transaction.atomic
def put_version_in_force(version: MemorandumVersion, *, by: Actor, reason: str = "") -> MemorandumVersion:
    """Put a version in force from its first day; an open-ended earlier version ends the day before.

    Refusals: `first_day_missing`, `measure_without_basis` (rule 2), `version_overlaps`, those of `make_move`.
    """
    version = _locked(version)
    if version.valid_from is None:
        raise InvalidInput("first_day_missing", _("Give the day from which the version is valid."), field="valid_from")
    _require_bases(version)
    _end_earlier_version(version, version.valid_from)
    _require_no_overlap(version, version.valid_from)
    make_move(MemorandumVersionMove, version, MEMORANDUM_WORKFLOW, "put_in_force", by=by, reason=reason)
    return version


@transaction.atomic
def lapse_version(version: MemorandumVersion, *, last_day: date, by: Actor, reason: str) -> MemorandumVersion:
    """Let a version lapse; `last_day` still counts. Refusals: `last_day_too_early`, those of `make_move`."""
    version = _locked(version)
    if version.valid_from is not None and last_day < version.valid_from:
        raise InvalidInput("last_day_too_early", _("The last day is before the first day."), field="last_day")
    version.valid_to = last_day
    make_move(MemorandumVersionMove, version, MEMORANDUM_WORKFLOW, "lapse", by=by, reason=reason)
    return version


def _locked(version: MemorandumVersion) -> MemorandumVersion:
    # The lock is on the memorandum: of its versions one at a time comes into force.
    return MemorandumVersion.objects.select_related("memorandum").select_for_update().get(pk=version.pk)


def _require_bases(version: MemorandumVersion) -> None:
    lacking = list(version.measures.filter(bases=None).values_list("code", flat=True))
    if lacking:
        raise DomainError(
            "measure_without_basis",
            _("These measures have no legal basis yet: %(codes)s. Add one to each, then put the version in force.")
            % {"codes": ", ".join(lacking)},
            measures=lacking,
        )


def _end_earlier_version(version: MemorandumVersion, first_day: date) -> None:
    earlier = (
        MemorandumVersion.objects.dated()
        .filter(memorandum=version.memorandum, valid_from__lt=first_day, valid_to=None)
        .first()
    )
    if earlier is not None:
        earlier.valid_to = first_day - timedelta(days=1)
        earlier.save(update_fields=["valid_to"])


def _require_no_overlap(version: MemorandumVersion, first_day: date) -> None:
    others = MemorandumVersion.objects.dated().filter(memorandum=version.memorandum).exclude(pk=version.pk)
    overlapping = others.filter(Q(valid_to=None) | Q(valid_to__gte=first_day))
    if version.valid_to is not None:
        overlapping = overlapping.filter(valid_from__lte=version.valid_to)
    if overlapping.exists():
        raise DomainError("version_overlaps", _("Another version of this memorandum is valid in these days."))
