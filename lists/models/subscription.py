from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from lists.models.credit_list import CreditList


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def valid(self, on: date) -> "SubscriptionQuerySet":
        """The first and the last day count."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))

    def not_over(self, on: date) -> "SubscriptionQuerySet":
        """Valid, or still to begin."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on))


@history.track()
class Subscription(models.Model):
    """A unit follows a list without answering for a measure: another platform, another city (P §四(五)).

    It gets the list as a cooperating unit does, and no tasks.
    """

    credit_list = models.ForeignKey(
        CreditList, models.PROTECT, related_name="subscriptions", verbose_name=_("list"), db_index=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="subscriptions", verbose_name=_("unit"))
    basis = models.CharField(_("legal basis"), max_length=300)
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_why = models.CharField(_("why it was ended"), max_length=500, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    classified = Classified(
        internal="id credit_list unit basis valid_from valid_to made_by made_at ended_by ended_at ended_why"
    )

    class Meta:
        ordering = ["credit_list", "-valid_from", "-id"]
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="subscription_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, valid_to__isnull=False) & ~Q(ended_why=""),
                name="subscription_ended_names_person_and_reason",
            ),
            ExclusionConstraint(
                name="unit_subscribes_to_a_list_once_on_a_day",
                expressions=[
                    ("credit_list", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.unit} → {self.credit_list}"

    @property
    def is_over(self) -> bool:
        return self.valid_to is not None and self.valid_to < clock.today()
