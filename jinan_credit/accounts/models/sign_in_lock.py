from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models.unit import Unit
from jinan_credit.kernel.classification import Classified


class SignInLockQuerySet(models.QuerySet["SignInLock"]):
    def running(self, now: datetime) -> "SignInLockQuerySet":
        return self.filter(ends_at__gt=now, at__lte=now + settings.AXES_COOLOFF_TIME, lift=None)


class SignInLock(models.Model):
    """Too many wrong passwords for a name from one address. Of the address its network is kept, of a name that nobody
    bears nothing. Never changed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="sign_in_locks", verbose_name=_("user")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    network = models.CharField(_("network"), max_length=50)
    at = models.DateTimeField(_("at"))
    ends_at = models.DateTimeField(_("until"))

    objects = SignInLockQuerySet.as_manager()

    classified = Classified(internal="id user unit network at ends_at")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("lock of sign-in")
        verbose_name_plural = _("locks of sign-in")
        triggers = [pgtrigger.Protect(name="is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("at")), name="sign_in_lock_lasts_a_while"),
        ]


class SignInLockLift(models.Model):
    """The security administrator ended a lock before its time, and why. Never changed."""

    lock = models.OneToOneField(SignInLock, models.PROTECT, related_name="lift", verbose_name=_("lock of sign-in"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=500)

    classified = Classified(internal="id lock by unit at reason")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("lifted lock of sign-in")
        verbose_name_plural = _("lifted locks of sign-in")
        triggers = [pgtrigger.Protect(name="is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="lifted_lock_has_a_reason")]
