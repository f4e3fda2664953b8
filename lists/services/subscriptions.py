"""Units that follow a list without answering for a measure: the coordinator enters them, and ends it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput
from lists.models import CreditList, Subscription


@transaction.atomic
def begin_subscription(
    *,
    credit_list: CreditList,
    unit: Unit,
    basis: str,
    by: Actor,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Subscription:
    """Let a unit follow a list from a day on, today unless given, to the last day where there is one.

    From then on it is sent the list from its start, with the data that its kind may have.
    Refusals: `act_not_allowed`, `field_missing`, `unit_not_active`, `day_past`, `last_day_too_early`,
    `subscribed_already`.
    """
    by.require(Act.KEEP_CATALOGUE)
    today = clock.today()
    valid_from = valid_from or today
    if not basis.strip():
        raise InvalidInput("field_missing", _("This field is required."), field="basis")
    if not Unit.objects.active(today).filter(pk=unit.pk).exists():
        raise InvalidInput("unit_not_active", _("This unit is not active. Choose its successor."), field="unit")
    if valid_from < today:
        raise InvalidInput("day_past", _("This day is over. Choose today or a later day."), field="valid_from")
    if valid_to is not None and valid_to < valid_from:
        raise InvalidInput("last_day_too_early", _("The last day is before the first day."), field="valid_to")
    CreditList.objects.select_for_update(no_key=True).get(pk=credit_list.pk)
    others = Subscription.objects.filter(credit_list=credit_list, unit=unit).not_over(valid_from)
    if (others if valid_to is None else others.filter(valid_from__lte=valid_to)).exists():
        raise DomainError("subscribed_already", _("This unit subscribes to the list in these days."), field="unit")
    return Subscription.objects.create(
        credit_list=credit_list,
        unit=unit,
        basis=basis.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        made_by=by.user,
        made_at=clock.now(),
    )


@transaction.atomic
def end_subscription(*, subscription: Subscription, last_day: date, by: Actor, reason: str) -> Subscription:
    """Let a subscription end; `last_day` still counts. Then its system is told that the list no longer concerns
    it, and what it took away is a stale copy until it is said to be deleted (rule 12).

    Refusals: `act_not_allowed`, `reason_missing`, `subscription_over`, `day_past`, `last_day_too_early`.
    """
    by.require(Act.KEEP_CATALOGUE)
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    locked = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if locked.is_over:
        raise DomainError("subscription_over", _("This subscription is over."))
    if last_day < clock.today():
        raise InvalidInput("day_past", _("This day is over. Choose today or a later day."), field="last_day")
    if last_day < locked.valid_from:
        raise InvalidInput("last_day_too_early", _("The last day is before the first day."), field="last_day")
    locked.valid_to = last_day
    locked.ended_by, locked.ended_at, locked.ended_why = by.user, clock.now(), reason.strip()[:500]
    locked.save()
    return locked
