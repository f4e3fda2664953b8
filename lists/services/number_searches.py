from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.identifiers import normalise_code
from jinan_credit.kernel.masking import mask_document_number
from lists.enums import DocumentType
from lists.models import Entry, NumberSearch
from lists.selectors import entries_with_number


@transaction.atomic
def search_number(*, document_type: str, number: str, reason: str, by: Actor) -> NumberSearch:
    """Look for a natural person by the whole document number, with a reason; logged whether anything is found or not.

    Found are the entries that the actor may see anyway, also those that name the person as related.
    Refusals: `act_not_allowed`, `reason_missing`, `number_missing`, `number_not_valid`.
    """
    by.require(Act.SEE_WORKBENCH)
    assert by.user is not None, "only people hold this act"
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    number = normalise_code(number)
    if not number:
        raise InvalidInput("number_missing", _("Give the whole document number."), field="number")
    if fault := DocumentType(document_type).fault_of(number):
        raise InvalidInput("number_not_valid", fault, field="number")
    index = crypto.blind_index(document_type, number)
    visible = Entry.objects.visible_to(by).filter(pk__in=entries_with_number(index).values("pk"))
    return NumberSearch.objects.create(
        by=by.user,
        unit=by.unit,
        at=clock.now(),
        reason=reason.strip()[:500],
        number_index=index,
        masked_number=mask_document_number(number)[:30],
        found=visible.count(),
    )
