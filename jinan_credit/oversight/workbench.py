"""The coordinator's counters: each equals the list it opens. That of failing pushes is exchange's own."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.workbench import Counter
from jinan_credit.oversight.selectors import escalated_cases
from sanctions.models import UnitTask


def counters(actor: Actor) -> list[Counter]:
    if not actor.may(Act.OVERSEE):
        return []
    overdue = UnitTask.objects.overdue().count()
    return [
        Counter(_("Overdue tasks of all units"), overdue, f"{reverse('tasks')}?unit=&overdue=yes", is_urgent=True),
        Counter(
            _("Objections and repairs escalated"), escalated_cases().count(), reverse("escalated_cases"), is_urgent=True
        ),
    ]
