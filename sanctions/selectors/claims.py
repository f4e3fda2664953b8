"""Who has taken a task on, and who acts for whom."""

from collections.abc import Container

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import RoleGrant, User
from jinan_credit.accounts.roles import roles_with
from jinan_credit.kernel import clock
from sanctions.models import Substitution, UnitTask
from sanctions.models.substitution import SubstitutionQuerySet


def holders(actor: Actor) -> frozenset[int]:
    """Whose claims this person may act on: his own, and those of whom he substitutes for today. One query."""
    if actor.user is None:
        return frozenset()
    today = Substitution.objects.in_force(clock.today()).filter(substitute=actor.user, unit=actor.unit)
    return frozenset({actor.user.pk, *today.values_list("absent", flat=True)})


def claim_in_the_way(task: UnitTask, actor: Actor, claims: Container[int]) -> str:
    """Why this person may not act on the task; empty when he may. A claim orders the work of people, not machines."""
    if actor.user is None or task.claimed_by is None or task.claimed_by_id in claims:
        return ""
    return _("%(officer)s has taken this task on. Take it over first.") % {"officer": task.claimed_by}


def officers_of(actor: Actor) -> QuerySet[User]:
    """The people of the unit who may sign, feed back and confirm, by name."""
    granted = RoleGrant.objects.filter(role__in=roles_with(Act.SIGN_TASKS))
    officers = User.objects.filter(is_active=True, unit=actor.unit, pk__in=granted.values("user"))
    return officers.order_by("display_name", "username") if actor.unit else officers.none()


def substitutions(actor: Actor) -> SubstitutionQuerySet:
    """Those of the unit that are in force or to come."""
    return (
        Substitution.objects.visible_to(actor).not_over(clock.today()).select_related("absent", "substitute", "made_by")
    )
