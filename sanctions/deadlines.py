"""What units owe for publications and periods, and by when."""

from datetime import date

from django.db.models import Case, F, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.deadlines import DueSource, Owed, owed_by_unit
from jinan_credit.accounts.enums import Act
from sanctions.enums import TaskState
from sanctions.models import UnitTask


def _feedback(until: date) -> dict[int, Owed]:
    """By the day that counts in the state in which the task is."""
    last_on = Case(When(state=TaskState.SIGNED, then=F("feedback_due_on")), default=F("due_on"))
    return owed_by_unit(UnitTask.objects.owing_feedback().annotate(last_on=last_on), until, due="last_on")


SOURCES = (
    DueSource(
        _("To sign"),
        Act.SIGN_TASKS,
        lambda: f"{reverse('tasks')}?state={TaskState.TO_SIGN}",
        lambda until: owed_by_unit(UnitTask.objects.to_sign(), until),
    ),
    DueSource(
        _("Release to confirm"),
        Act.SIGN_TASKS,
        lambda: f"{reverse('tasks')}?state={TaskState.TO_CONFIRM}",
        lambda until: owed_by_unit(UnitTask.objects.to_confirm(), until),
    ),
    DueSource(_("Feedback owed"), Act.SIGN_TASKS, lambda: f"{reverse('tasks')}?feedback=yes", _feedback),
)
