"""Cases that came to the coordinator: one message a unit that let days pass, however many they are."""

from collections import Counter
from collections.abc import Sequence
from uuid import uuid4

from django.urls import reverse

from jinan_credit.accounts.enums import Act, EscalationStep
from jinan_credit.accounts.models import EscalationRecord, Unit
from jinan_credit.accounts.services.staff_messages import Told, tell_each, units_with
from jinan_credit.oversight import events
from jinan_credit.oversight.models import SupervisionEscalation


def tell_coordinators(*, records: Sequence[EscalationRecord]) -> None:
    """By the system, with the escalations themselves, all of one kind; `of` is the case, with the unit that owes."""
    counts = Counter(
        record.of.unit_id  # type: ignore[attr-defined]
        for record in records
        if record.step == EscalationStep.COORDINATOR
    )
    if not counts:
        return
    names = dict(Unit.objects.filter(pk__in=counts).values_list("pk", "name"))
    kind, link = events.CASES_ESCALATED, reverse("escalated_cases")
    if isinstance(records[0], SupervisionEscalation):
        kind, link = events.SUPERVISION_ESCALATED, f"{reverse('supervision')}?escalated=yes"
    about, coordinators = uuid4().hex[:8], units_with(Act.OVERSEE)
    tell_each(
        kind,
        [
            Told(coordinator, link, f"{about} {unit}", {"unit": names[unit], "count": count})
            for unit, count in counts.items()
            for coordinator in coordinators
        ],
    )
