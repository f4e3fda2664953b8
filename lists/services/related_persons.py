"""相关责任人: the related persons of an entry, as at listing."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jinan_credit.kernel import crypto, masking
from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.identifiers import is_citizen_number, normalise_code
from lists.enums import DocumentType, PersonRole
from lists.models import Entry, RelatedPerson


def set_representative(entry: Entry, name: str) -> None:
    """The legal representative as at listing: one person or none."""
    known = entry.related_persons.filter(role=PersonRole.LEGAL_REPRESENTATIVE)
    if name and known.filter(name=name).exists():
        return
    known.delete()
    if name:
        RelatedPerson.objects.create(entry=entry, role=PersonRole.LEGAL_REPRESENTATIVE, name=name)


def set_related_persons(entry: Entry, persons: Iterable[Mapping[str, Any]]) -> None:
    """Replace the related persons. Each: role, name; may be given: document_type and number, or `id` of a known one.

    A known person without a number keeps the one he has. Refusals: `value_not_valid` (field `related_persons`).
    """
    known = {person.pk: person for person in entry.related_persons.all()}
    wanted = [_person(entry, values, known) for values in persons]
    RelatedPerson.objects.filter(pk__in=known.keys() - {person.pk for person in wanted}).delete()
    for person in wanted:
        person.save()


def _person(entry: Entry, values: Mapping[str, Any], known: Mapping[int, RelatedPerson]) -> RelatedPerson:
    person = known.get(values.get("id") or 0) or RelatedPerson(entry=entry)
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
    if document_type == DocumentType.CITIZEN and not is_citizen_number(number):  # GB 11643
        raise _refusal(
            _("A citizen number: 18 characters with a date that exists and the right check digit (GB 11643).")
        )
    person.document_type = document_type
    person.sealed_number = crypto.seal(number)
    person.masked_number = masking.mask_document_number(number)
    person.number_index = crypto.blind_index(document_type, number)


def _refusal(words: str) -> InvalidInput:
    return InvalidInput("value_not_valid", words, field="related_persons")
