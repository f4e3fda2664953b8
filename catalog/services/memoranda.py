"""A memorandum's life: opened, circulated to the units, received by each, in force by date, revised, lapsed."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog import events
from catalog.enums import VersionState
from catalog.models import (
    Measure,
    MeasureResponsibility,
    Memorandum,
    MemorandumReceipt,
    MemorandumVersion,
    MemorandumVersionMove,
)
from catalog.models.memorandum import EVER_IN_FORCE, NOT_YET_IN_FORCE
from catalog.selectors import answering_units, unlawful_parts, work_calendar
from catalog.services.receipt_days import receipt_due
from catalog.workflow import MEMORANDUM
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_move
from jinan_credit.accounts.selectors import current_holders
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from jinan_credit.kernel.wording import listed_apart


@transaction.atomic
def open_memorandum(
    *, title: str, document_number: str, kind: str, lead_units: Collection[Unit], by: Actor
) -> MemorandumVersion:
    """Take in a later memorandum (annex, task 19) under the next number; its first version is a draft.

    Refusals: `act_not_allowed`, `document_number_taken`, `lead_unit_missing`.
    """
    by.require(Act.KEEP_CATALOGUE)
    if not lead_units:
        raise InvalidInput("lead_unit_missing", _("Name at least one lead unit."), field="lead_units")
    # Two at once would take the same number: the last memorandum is locked.
    last = Memorandum.objects.select_for_update().order_by("-number").first()
    _require_free(document_number, Memorandum.objects.all())
    number = last.number + 1 if last is not None else 1
    opened = Memorandum.objects.create(
        number=number,
        code=f"m{number:02}",
        title=title,
        document_number=document_number,
        kind=kind,
        source=document_number,
    )
    opened.lead_units.set(lead_units)
    return MemorandumVersion.objects.create(memorandum=opened)


@transaction.atomic
def correct_memorandum(
    memorandum: Memorandum,
    *,
    title: str,
    document_number: str,
    kind: str,
    lead_units: Collection[Unit],
    by: Actor,
) -> Memorandum:
    """Correct what was written when a memorandum was opened, as long as it is a draft that nobody else has seen.

    Refusals: `act_not_allowed`, `memorandum_known`, `document_number_taken`, `lead_unit_missing`.
    """
    by.require(Act.KEEP_CATALOGUE)
    if not lead_units:
        raise InvalidInput("lead_unit_missing", _("Name at least one lead unit."), field="lead_units")
    locked = Memorandum.objects.select_for_update().get(pk=memorandum.pk)
    if not is_correctable(locked):
        raise DomainError(
            "memorandum_known", _("Units know this memorandum under its title and number: they stay as they are.")
        )
    _require_free(document_number, Memorandum.objects.exclude(pk=locked.pk))
    locked.title, locked.document_number, locked.kind = title, document_number, kind
    locked.source = document_number
    locked.save()
    locked.lead_units.set(lead_units)
    return locked


def is_correctable(memorandum: Memorandum) -> bool:
    """It has never been circulated, and its draft has not been discarded."""
    versions = MemorandumVersion.objects.filter(memorandum=memorandum)
    was_known = MemorandumVersionMove.objects.filter(of__memorandum=memorandum, name="circulate").exists()
    return (
        not was_known
        and not versions.filter(state__in=EVER_IN_FORCE).exists()
        and versions.filter(state=VersionState.DRAFT).exists()
    )


def _require_free(document_number: str, among: QuerySet[Memorandum]) -> None:
    if among.filter(document_number=document_number).exists():
        raise DomainError(
            "document_number_taken",
            _("A memorandum with this document number is kept already. Revise that one."),
            field="document_number",
        )


@transaction.atomic
def revise_memorandum(memorandum: Memorandum, *, note: str, by: Actor) -> MemorandumVersion:
    """Begin a new version as a draft with all that the last one says; that one stays as it is. What was discarded is
    gone on from only where there is nothing else.

    `note` says what the revision is for. Refusals: `act_not_allowed`, `note_missing`, `version_in_preparation`.
    """
    by.require(Act.KEEP_CATALOGUE)
    if not note.strip():
        raise InvalidInput("note_missing", _("Say what the revision is for."), field="note")
    Memorandum.objects.select_for_update().get(pk=memorandum.pk)
    versions = MemorandumVersion.objects.filter(memorandum=memorandum)
    if versions.filter(state__in=NOT_YET_IN_FORCE).exists():
        raise DomainError(
            "version_in_preparation",
            _("A version of this memorandum is in preparation. Finish that one, or change it while it is a draft."),
        )
    last = versions.order_by("number").last()
    source = versions.exclude(state=VersionState.DISCARDED).order_by("number").last() or last
    number = last.number + 1 if last is not None else 1
    revision = MemorandumVersion.objects.create(memorandum=memorandum, number=number, note=note.strip())
    if source is not None:
        _copy_measures(source, revision)
    return revision


@transaction.atomic
def circulate_version(version: MemorandumVersion, *, by: Actor, reason: str = "") -> MemorandumVersion:
    """Send a draft round: each unit with a part in it owes a receipt by the working days of `memorandum-receipt`.

    What is circulated stays as it is; to change it, take it back. Refusals: `no_measures`, `measure_without_basis`
    (rule 2), `measure_without_unit`, `measure_not_for_this_kind` (P §三(二)1–3), `rule_profile_missing`, those of
    `make_move`.
    """
    by.require(Act.KEEP_CATALOGUE)
    version = _locked(version)
    _require_publishable(version)
    make_move(MemorandumVersionMove, version, MEMORANDUM, "circulate", by=by, reason=reason)
    _open_receipts(version)
    return version


@transaction.atomic
def take_back_version(version: MemorandumVersion, *, by: Actor, reason: str) -> MemorandumVersion:
    """Back to the draft, to change it; what units confirmed of it stays, and the next circulation is owed anew.

    Refusals: those of `make_move`.
    """
    version = _locked(version)
    make_move(MemorandumVersionMove, version, MEMORANDUM, "take_back", by=by, reason=reason)
    return version


@transaction.atomic
def discard_version(version: MemorandumVersion, *, by: Actor, reason: str) -> MemorandumVersion:
    """Give a draft up: it stays to be read, and the memorandum can be revised anew. Refusals: those of `make_move`."""
    version = _locked(version)
    make_move(MemorandumVersionMove, version, MEMORANDUM, "discard", by=by, reason=reason)
    return version


@transaction.atomic
def confirm_receipt(receipt: MemorandumReceipt, *, by: Actor) -> MemorandumReceipt:
    """A member of the unit, or its own system, confirms that it has received the version that was circulated.

    Refusals: `act_not_allowed`, `not_found` for another unit's, `already_received`, `circulation_over`.
    """
    by.require(Act.SIGN_TASKS)
    locked = MemorandumReceipt.objects.select_for_update(of=("self",)).filter(pk=receipt.pk, unit=by.unit).first()
    if locked is None:
        raise NotFound
    if locked.received_at is not None:
        raise DomainError("already_received", _("Your unit has confirmed this already."))
    if not MemorandumReceipt.objects.current().filter(pk=locked.pk).exists():
        raise DomainError(
            "circulation_over", _("This version has been taken back or has lapsed: nothing is to be confirmed.")
        )
    locked.received_at, locked.received_by = clock.now(), by.user
    locked.received_by_client = None if by.user else by.client
    locked.save(update_fields=["received_at", "received_by", "received_by_client"])
    return locked


@transaction.atomic
def put_version_in_force(
    version: MemorandumVersion, *, by: Actor, reason: str = "", valid_from: date | None = None
) -> MemorandumVersion:
    """Put a version in force from its first day, today or later; an open-ended earlier version ends the day before.

    Units that have not confirmed receipt hold up nothing: they stay on the list of those who owe it. The system takes
    over drafts that were signed before it began, from whatever day.
    Refusals: `first_day_missing`, `first_day_past`, `version_overlaps`, those of `circulate_version`.
    """
    by.require(Act.KEEP_CATALOGUE)
    version = _locked(version)
    version.valid_from = valid_from or version.valid_from
    if version.valid_from is None:
        raise InvalidInput("first_day_missing", _("Give the day from which the version is valid."), field="valid_from")
    if not by.is_system and version.valid_from < clock.today():
        raise InvalidInput(
            "first_day_past",
            _("What units did until now rests on the earlier version. Give today or a later day."),
            field="valid_from",
        )
    _require_publishable(version)
    _end_earlier_version(version, version.valid_from)
    _require_no_overlap(version, version.valid_from)
    name = "take_over" if by.is_system else "put_in_force"
    make_move(MemorandumVersionMove, version, MEMORANDUM, name, by=by, reason=reason)
    return version


@transaction.atomic
def lapse_version(version: MemorandumVersion, *, last_day: date, by: Actor, reason: str) -> MemorandumVersion:
    """Let a version lapse; `last_day` still counts.

    Refusals: `last_day_too_early` before its first day; `last_day_past`; those of `make_move`.
    """
    version = _locked(version)
    if version.valid_from is not None and last_day < version.valid_from:
        raise InvalidInput("last_day_too_early", _("The last day is before the first day."), field="last_day")
    if last_day < clock.today():
        raise InvalidInput(
            "last_day_past",
            _("This day is over: what units did until today rests on the version. Choose today or a later day."),
            field="last_day",
        )
    version.valid_to = last_day
    make_move(MemorandumVersionMove, version, MEMORANDUM, "lapse", by=by, reason=reason)
    return version


def _locked(version: MemorandumVersion) -> MemorandumVersion:
    # The lock is on the memorandum: of its versions one at a time comes into force.
    return MemorandumVersion.objects.select_related("memorandum").select_for_update().get(pk=version.pk)


def _copy_measures(source: MemorandumVersion, target: MemorandumVersion) -> None:
    """The same clauses under the same codes, as rows of their own: what was done under the old ones stays with them.

    In place of a unit that has ended stands the one that holds its duties today.
    """
    copied: dict[int, Measure] = {}
    for measure in source.measures.all():
        copied[measure.pk] = measure
        measure.pk, measure.version, measure._state.adding = None, target, True
    Measure.objects.bulk_create(copied.values())
    carried = Measure.bases.through
    carried._default_manager.bulk_create(
        carried(measure_id=copied[measure_id].pk, legalbasis_id=basis_id)
        for measure_id, basis_id in carried._default_manager.filter(measure__in=copied).values_list(
            "measure", "legalbasis"
        )
    )
    holders = current_holders(clock.today())
    parts: dict[tuple[int, int], MeasureResponsibility] = {}
    # Of two predecessors' roles the heir has the greater: APPLIES comes last, and stays.
    for part in MeasureResponsibility.objects.filter(measure__in=copied).order_by("-role"):
        if part.unit_id in holders:
            part.pk, part.measure_id, part.unit_id = None, copied[part.measure_id].pk, holders[part.unit_id]
            parts[part.measure_id, part.unit_id] = part
    MeasureResponsibility.objects.bulk_create(parts.values())


def _open_receipts(version: MemorandumVersion) -> None:
    today = clock.today()
    due = receipt_due(today, work_calendar())
    circulation = version.moves.filter(name="circulate").latest("pk")
    units = set[int]().union(*answering_units(version.measures.all(), today).values())
    units |= set(version.memorandum.lead_units.all().active(today).values_list("pk", flat=True))
    MemorandumReceipt.objects.bulk_create(
        MemorandumReceipt(circulation=circulation, unit_id=unit_id, due_on=due.on, due_is_provisional=due.provisional)
        for unit_id in units
    )
    tell_staff(
        events.MEMORANDUM_CIRCULATED,
        units=units,
        link=reverse("memorandum", args=[version.memorandum.number, version.number]),
        about=f"circulation {circulation.pk}",
        memorandum=str(version.memorandum),
        version=version.number,
        day=due.on,
    )


def _require_publishable(version: MemorandumVersion) -> None:
    measures = version.measures.all()
    if not measures.exists():
        raise DomainError("no_measures", _("This version has no measures yet. Add at least one."))
    _require_none(
        measures.filter(bases=None),
        "measure_without_basis",
        _("These measures have no legal basis yet: %(names)s. Add one to each."),
    )
    _require_none(
        measures.filter(responsibilities=None, by_all_units=False),
        "measure_without_unit",
        _("Nobody applies these measures yet: %(names)s. Name the units of each."),
    )
    if unlawful := unlawful_parts(measures):
        named = (f"{part.unit}（{part.unit.get_kind_display()}）：{part.measure}" for part in unlawful)
        raise DomainError(
            "measure_not_for_this_kind",
            _(
                "Units of their kind do not apply such measures: %(names)s. Take them out, or name the law that says "
                "otherwise."
            )
            % {"names": listed_apart(named)},
            measures=sorted({part.measure.code for part in unlawful}),
        )


def _require_none(lacking: QuerySet[Measure], code: str, message: str | Promise) -> None:
    if found := list(lacking):
        raise DomainError(
            code,
            str(message) % {"names": listed_apart(f"{measure.clause} {measure.content}" for measure in found)},
            measures=[measure.code for measure in found],
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
