"""推荐: recommended for a red list by a unit, an association or the media; the initiating unit decides (P §二(一))."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import files_or_nothing, keep_file
from jinan_credit.accounts.moves import make_move, require_move, write_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock, crypto, masking
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.uploads import CleanFile
from lists import events
from lists.enums import DocumentKind, ListKind, NominatorKind, SubjectKind
from lists.models import CreditList, Entry, EntryQuerySet, Nomination, NominationMove, Subject, black_entries_of
from lists.services.documents import add_document
from lists.services.entries import draft_entry
from lists.workflow import NOMINATION


@dataclass(frozen=True)
class Doubt:
    """What speaks against a nomination; it cannot be accepted while it does."""

    code: str
    why: str | Promise


BLACK_LISTED = Doubt("black_listed", gettext_lazy("The party is on a black list and cannot be listed as trustworthy."))
CEASED = Doubt("subject_ceased", gettext_lazy("The subject has ceased to exist, or has died. It cannot be listed."))
LISTED = Doubt("already_listed", gettext_lazy("The party is on this list already."))


@files_or_nothing()
def nominate(
    *, credit_list: CreditList, values: Mapping[str, Any], by: Actor, document: CleanFile | None = None
) -> Nomination:
    """Recommend a party for a red list.

    `values`: nominator_kind, nominator (the association's or medium's name; a unit recommends as itself), kind, name,
    code or (document_type, number), merits. Refusals: `act_not_allowed`, `person_needed`, `not_a_red_list`,
    `nominator_missing`, `merits_missing`, `nomination_open` (the party is nominated for this list already).
    """
    by.require(Act.DRAFT_ENTRIES)
    if by.user is None or by.unit is None:
        raise NotAllowed("person_needed", _("Only a person of a unit nominates."))
    if credit_list.kind != ListKind.RED:
        raise InvalidInput("not_a_red_list", _("One is nominated for a red list only."), field="credit_list")
    if not values["merits"].strip():
        raise InvalidInput("merits_missing", _("Say why the party deserves it."), field="merits")
    nomination = Nomination(
        credit_list=credit_list,
        nominator_kind=values["nominator_kind"],
        nominator=_nominator(values, by),
        name=values["name"],
        merits=values["merits"].strip(),
        unit=by.unit,
        proposed_by=by.user,
        proposed_at=clock.now(),
        **_subject_fields(values),
    )
    if document is not None:
        keep_file(nomination.file, document)
        nomination.content_type = document.content_type
    try:
        with transaction.atomic():
            nomination.save(force_insert=True)
    except IntegrityError as error:
        if "nominated_once_at_a_time" not in str(error):
            raise
        raise DomainError(
            "nomination_open", _("This party is nominated for this list already, and waits for the decision.")
        ) from error
    write_move(NominationMove, nomination, "nominate", from_state="", to_state=nomination.state, by=by, reason="")
    tell_staff(
        events.NOMINATION_TO_DECIDE,
        units=credit_list.initiating_units.all(),
        link=reverse("nomination", args=[nomination.pk]),
        list=credit_list.name,
    )
    return nomination


@files_or_nothing()
def accept_nomination(*, nomination: Nomination, values: Mapping[str, Any], by: Actor) -> Entry:
    """Draft an entry of the nominated party. Whether it is published, the reviewer decides.

    `values`: basis, document_number, document_on, decided_on, grounds, and the rest of `draft_entry` but the subject.
    Refusals: `nomination_not_found` (its list is not one's unit's), `move_not_open`, `act_not_allowed`, `own_work`
    (rule 4), `black_listed` (rule 3), `subject_ceased`, `already_listed`, and those of `draft_entry`.
    """
    nomination = _lock(nomination, by)
    move = require_move(NOMINATION, "accept", state=nomination.state, by=by, made_by=[nomination.proposed_by_id])
    for doubt in doubts_about(nomination):
        raise DomainError(doubt.code, doubt.why)
    entry = draft_entry(credit_list=nomination.credit_list, values={**values, **_subject_values(nomination)}, by=by)
    if nomination.file:
        with nomination.file.open() as kept:
            file = CleanFile(kept.read(), nomination.content_type, PurePath(str(kept.name)).suffix[1:])
        title = _("Nomination by %(who)s") % {"who": nomination.nominator}
        add_document(entry=entry, file=file, kind=DocumentKind.EVIDENCE, title=title, by=by)
    nomination.entry = entry
    _decide(nomination, move.name, by, "")
    return entry


@transaction.atomic
def decline_nomination(*, nomination: Nomination, by: Actor, reason: str) -> Nomination:
    """Refusals: `nomination_not_found`, `move_not_open`, `act_not_allowed`, `own_work` (rule 4), `reason_missing`."""
    nomination = _lock(nomination, by)
    _decide(nomination, "decline", by, reason)
    return nomination


def doubts_about(nomination: Nomination, viewer: Actor = SYSTEM) -> list[Doubt]:
    """What speaks against a nomination today, as far as this viewer may know it: nominating is no way to look somebody
    up on lists that do not concern one's unit. At most four queries.
    """
    subject = _subject_of(nomination)
    if subject is None:
        return []
    on_lists = Entry.objects.in_force().filter(subject=subject)
    return [
        doubt
        for doubt, holds in (
            (BLACK_LISTED, _is_seen(black_entries_of(subject.pk), viewer)),
            (CEASED, subject.ceased_on is not None),
            (LISTED, _is_seen(on_lists.filter(credit_list=nomination.credit_list), viewer)),
        )
        if holds
    ]


def _is_seen(entries: EntryQuerySet, viewer: Actor) -> bool:
    public = Entry.objects.public().filter(pk__in=entries.values("pk"))
    return entries.visible_to(viewer).exists() or (not viewer.is_system and public.exists())


def _subject_of(nomination: Nomination) -> Subject | None:
    if nomination.is_person:
        return Subject.objects.filter(number_index=nomination.number_index).first()
    return Subject.objects.with_code(nomination.code).first()


def _nominator(values: Mapping[str, Any], by: Actor) -> str:
    if values["nominator_kind"] == NominatorKind.UNIT:
        return str(by.unit)
    name = values.get("nominator", "").strip()
    if not name:
        raise InvalidInput("nominator_missing", _("Name the association or the medium."), field="nominator")
    return str(name)


def _subject_fields(values: Mapping[str, Any]) -> dict[str, str]:
    if values["kind"] != SubjectKind.NATURAL_PERSON:
        return {"kind": values["kind"], "code": values["code"]}
    of_type, number = values["document_type"], values["number"]
    return {
        "kind": values["kind"],
        "document_type": of_type,
        "sealed_number": crypto.seal(number),
        "masked_number": masking.mask_document_number(number),
        "number_index": crypto.blind_index(of_type, number),
    }


def _subject_values(nomination: Nomination) -> dict[str, str]:
    """What `draft_entry` needs to know of the subject."""
    return {
        "kind": nomination.kind,
        "name": nomination.name,
        "code": nomination.code,
        "document_type": nomination.document_type,
        "number": crypto.unseal(nomination.sealed_number),
    }


def _lock(nomination: Nomination, by: Actor) -> Nomination:
    locked = (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("credit_list")
        .filter(pk=nomination.pk, credit_list__in=CreditList.objects.initiated_by(by.unit).values("pk"))
        .first()
    )
    if locked is None:
        raise NotFound("nomination_not_found", _("There is no such nomination."))
    return locked


def _decide(nomination: Nomination, name: str, by: Actor, reason: str) -> None:
    nomination.decided_by, nomination.decided_at = by.user, clock.now()
    made_by = [nomination.proposed_by_id]
    make_move(NominationMove, nomination, NOMINATION, name, by=by, reason=reason, made_by=made_by)
    link, name_of_list = reverse("nomination", args=[nomination.pk]), nomination.credit_list.name
    tell_staff(events.NOMINATION_DECIDED, units=[nomination.unit_id], link=link, list=name_of_list)
