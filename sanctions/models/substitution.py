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
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def visible_to(self, actor: Actor) -> "SubstitutionQuerySet":
        """One's own unit's only."""
        if actor.is_system:
            return self
        return self.filter(unit=actor.unit) if actor.unit else self.none()

    def not_over(self, on: date) -> "SubstitutionQuerySet":
        """In force on that day or later."""
        return self.filter(ended_at=None, valid_to__gte=on)

    def in_force(self, on: date) -> "SubstitutionQuerySet":
        return self.not_over(on).filter(valid_from__lte=on)


@history.track()
class Substitution(models.Model):
    """代办: from day to day one officer acts on the tasks that another of his unit has taken on. It gives no right."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="substitutions", verbose_name=_("unit"))
    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="substitutions", verbose_name=_("who is absent")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="substitutes_for", verbose_name=_("substitute")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("named by"))
    made_at = models.DateTimeField(_("named at"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = SubstitutionQuerySet.as_manager()

    classified = Classified(internal="id unit absent substitute valid_from valid_to made_by made_at ended_by ended_at")

    class Meta:
        ordering = ["valid_from", "id"]
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="nobody_is_his_own_substitute"),
            models.CheckConstraint(
                condition=Q(valid_from__lte=F("valid_to")), name="substitution_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="substitution_ended_names_time_and_person",
            ),
            ExclusionConstraint(
                name="nobody_has_two_substitutes_on_a_day",
                expressions=[
                    ("absent", RangeOperators.EQUAL),
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
                condition=Q(ended_at=None),
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.absent} → {self.substitute}"
