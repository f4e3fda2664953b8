"""相关责任人: the related persons of an entry, as at listing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jinan_credit.kernel import crypto, masking
from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.identifiers import normalise_code
from lists.enums import DocumentType, PersonRole
from lists.models import Entry, RelatedPerson

_STORED = ("id", "role", "name", "document_type", "sealed_number", "masked_number", "number_index")
_SAID = ("role", "name", "document_type", "number_index")


def set_representative(entry: Entry, name: str) -> None:
    """The legal representative as at listing: one person or none."""
    known = entry.related_persons.filter(role=PersonRole.LEGAL_REPRESENTATIVE)
    if name and known.filter(name=name).exists():
        return
    known.delete()
    if name:
        RelatedPerson.objects.create(entry=entry, role=PersonRole.LEGAL_REPRESENTATIVE, name=name)


def set_related_persons(entry: Entry, persons: Iterable[Mapping[str, Any]]) -> None:
    """Replace the related persons, given as for `sealed_persons`, with its refusals."""
    put_persons(entry, sealed_persons(entry, persons))


def sealed_persons(entry: Entry, persons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The persons as they are stored, and as a proposal keeps them: checked, every number sealed.

    Each is given by role and name; may be given: document_type and number, or `id` of a known one. A known person
    without a number keeps the one he has. Refusals: `value_not_valid` (field `related_persons`).
    """
    known = {person.pk: person for person in entry.related_persons.all()}
    return [stored(_person(entry, values, known)) for values in persons]


def put_persons(entry: Entry, persons: Sequence[Mapping[str, Any]]) -> None:
    """Replace the related persons by what `sealed_persons` gave. Whoever is not among them stays in the history."""
    entry.related_persons.exclude(pk__in=[one["id"] for one in persons if one["id"]]).delete()
    for one in persons:
        RelatedPerson(entry=entry, **one).save()


def changed_persons(
    entry: Entry, persons: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    """What `sealed_persons` gave beside what the entry has: (old, new), None for one who comes or goes.

    Refusals: `value_not_valid` when a person is among them whom the entry does not have any more.
    """
    old: dict[int, Mapping[str, Any]] = {person.pk: stored(person) for person in entry.related_persons.all()}
    new = {one["id"]: one for one in persons if one["id"]}
    if new.keys() - old.keys():
        raise _refusal(_("Meanwhile the related persons were changed. Look again."))
    pairs = [*((one, new.get(pk)) for pk, one in old.items()), *((None, one) for one in persons if not one["id"])]
    return [(before, after) for before, after in pairs if _said(before) != _said(after)]


def stored(person: RelatedPerson) -> dict[str, Any]:
    """A person of the entry as `sealed_persons` would give him unchanged."""
    return {name: getattr(person, name) for name in _STORED}


def _said(person: Mapping[str, Any] | None) -> list[Any]:
    """The same number is sealed into another text each time; its blind index stays."""
    return [person[name] for name in _SAID] if person else []


def _person(entry: Entry, values: Mapping[str, Any], known: dict[int, RelatedPerson]) -> RelatedPerson:
    person = known.pop(values.get("id") or 0, None) or RelatedPerson(entry=entry)
    person.role, person.name = values["role"], values["name"]
    number = normalise_code(values.get("number") or "")
    if number or not values.get("document_type"):
        _set_number(person, values.get("document_type") or "", number, keeps=person.pk is not None)
    elif values["document_type"] != person.document_type:
        raise _refusal(_("Give the number of the document."))
    try:
        person.clean_fields(exclude=["entry"])
    except ValidationError as error:
        raise _refusal(" ".join(error.messages)) from error
    return person


def _set_number(person: RelatedPerson, document_type: str, number: str, *, keeps: bool) -> None:
    if not number:
        if not keeps:
            person.document_type = ""
        return
    if document_type not in DocumentType.values:
        raise _refusal(_("Give the type of the document."))
    if fault := DocumentType(document_type).fault_of(number):
        raise _refusal(fault)
    person.document_type = document_type
    person.sealed_number = crypto.seal(number)
    person.masked_number = masking.mask_document_number(number)
    person.number_index = crypto.blind_index(document_type, number)


def _refusal(words: str) -> InvalidInput:
    return InvalidInput("value_not_valid", words, field="related_persons")
