"""Taking a part of the audit away: who did, what and why is a row of the audit itself."""

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.oversight.models import AuditExport


def record_export(*, page: str, filters: str, reason: str, by: Actor) -> AuditExport:
    """Before the first row is written. Refusals: `act_not_allowed`, `reason_missing`."""
    by.require(Act.SEE_AUDIT)
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    assert by.user is not None
    return AuditExport.objects.create(
        page=page, filters=filters[:1000], reason=reason.strip(), by=by.user, unit=by.unit, at=clock.now()
    )
