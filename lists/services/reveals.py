from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import InvalidInput, NotFound
from lists.models import Entry, NumberReveal, RelatedPerson


@transaction.atomic
def reveal_number(*, entry: Entry, by: Actor, reason: str, person: RelatedPerson | None = None) -> str:
    """The full document number of the entry's subject, or of one of its related persons, shown to a person with a
    reason and logged (rule 11).

    Refusals: `act_not_allowed`, `reason_missing`, `entry_not_found`, `no_number`.
    """
    by.require(Act.REVEAL_NUMBERS)
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    if not Entry.objects.visible_to(by).filter(pk=entry.pk).exists():
        raise NotFound("entry_not_found", _("There is no such entry."))
    if person is not None and person.entry_id != entry.pk:
        raise NotFound("entry_not_found", _("There is no such entry."))
    sealed = entry.subject.sealed_number if person is None else person.sealed_number
    if not sealed:
        raise InvalidInput("no_number", _("This subject has no personal document."))
    assert by.user is not None, "only people hold this act"
    NumberReveal.objects.create(
        subject=entry.subject, person=person, by=by.user, unit=by.unit, at=clock.now(), reason=reason.strip()[:500]
    )
    return crypto.unseal(sealed)
