"""An officer takes a task on himself, gives it back, and is substituted for while he is away."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from sanctions.models import Substitution, UnitTask
from sanctions.selectors.claims import holders, officers_of
from sanctions.services.unit_tasks import lock_own_task


@transaction.atomic
def claim_task(*, task: UnitTask, by: Actor) -> UnitTask:
    """领办: an officer takes a task on himself, or over from another of his unit; the history keeps both.

    Refusals: `not_found`; `act_not_allowed`; `person_only` for an API client; `task_settled`; `already_claimed`.
    """
    by.require(Act.SIGN_TASKS)
    if by.user is None:
        raise NotAllowed("person_only", _("Only a person takes a task on."))
    locked = lock_own_task(task, by)
    if locked.deadline is None:
        raise DomainError("task_settled", _("Nothing is owed on this task any more, so it cannot be taken on."))
    if locked.claimed_by_id == by.user.pk:
        raise DomainError("already_claimed", _("You have taken this task on already."))
    locked.claimed_by, locked.claimed_at = by.user, clock.now()
    locked.save()
    return locked


@transaction.atomic
def give_back_task(*, task: UnitTask, by: Actor) -> UnitTask:
    """退回: the task is anybody's of the unit again. By who took it on, or his substitute.

    Refusals: `not_found`; `act_not_allowed`; `not_claimed`.
    """
    by.require(Act.SIGN_TASKS)
    locked = lock_own_task(task, by)
    if locked.claimed_by_id not in holders(by):
        raise DomainError("not_claimed", _("You have not taken this task on."))
    locked.claimed_by = locked.claimed_at = None
    locked.save()
    return locked


@transaction.atomic
def name_substitute(*, absent: User, substitute: User, valid_from: date, valid_to: date, by: Actor) -> Substitution:
    """指定代办人: from day to day the substitute acts on what the absent officer has taken on. It gives no right.

    By the absent officer himself, or by a reviewer of the unit.
    Refusals: `act_not_allowed`; `not_of_the_unit` for one who is no officer of the unit; `own_substitute`;
    `days_wrong`; `has_a_substitute` on one of the days.
    """
    by.require(Act.SIGN_TASKS)
    _require_manager(absent, by)
    officers = set(officers_of(by).values_list("pk", flat=True))
    for field, person in (("absent", absent), ("substitute", substitute)):
        if person.pk not in officers:
            raise InvalidInput("not_of_the_unit", _("This is no officer of your unit who may sign."), field=field)
    if absent.pk == substitute.pk:
        raise InvalidInput("own_substitute", _("Name another person as the substitute."), field="substitute")
    if valid_to < max(valid_from, clock.today()):
        raise InvalidInput("days_wrong", _("The last day lies before the first, or is past."), field="valid_to")
    assert by.unit is not None
    assert by.user is not None
    User.objects.select_for_update(no_key=True).get(pk=absent.pk)
    others = Substitution.objects.filter(absent=absent, ended_at=None)
    if others.filter(valid_from__lte=valid_to, valid_to__gte=valid_from).exists():
        raise DomainError(
            "has_a_substitute", _("He has a substitute on one of these days already. End that substitution first.")
        )
    return Substitution.objects.create(
        unit=by.unit,
        absent=absent,
        substitute=substitute,
        valid_from=valid_from,
        valid_to=valid_to,
        made_by=by.user,
        made_at=clock.now(),
    )


@transaction.atomic
def end_substitution(*, substitution: Substitution, by: Actor) -> Substitution:
    """The absent officer is back before the last day. By himself or by a reviewer of the unit.

    Refusals: `not_found`; `act_not_allowed`; `substitution_over`.
    """
    by.require(Act.SIGN_TASKS)
    try:
        locked = Substitution.objects.visible_to(by).select_for_update(of=("self",)).get(pk=substitution.pk)
    except Substitution.DoesNotExist:
        raise NotFound from None
    _require_manager(locked.absent, by)
    if locked.ended_at is not None or locked.valid_to < clock.today():
        raise DomainError("substitution_over", _("This substitution is over already."))
    locked.ended_by, locked.ended_at = by.user, clock.now()
    locked.save()
    return locked


def _require_manager(absent: User, by: Actor) -> None:
    if by.user is None or (by.user.pk != absent.pk and not by.may(Act.NAME_SUBSTITUTES)):
        raise NotAllowed(
            "act_not_allowed", _("A substitute is named by the absent officer himself or by a reviewer of the unit.")
        )
