from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified


@history.track(gone=True, exclude=["password"])
class PasswordRecord(models.Model):
    """The hash of a password that a person has or had: since when, and so that it does not come back too soon.

    Who set it says its history, which holds no hash.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="password_records", verbose_name=_("user")
    )
    password = models.CharField(_("hash of the password"), max_length=128)
    set_at = models.DateTimeField(_("set at"), default=clock.now)

    classified = Classified(internal="id user password set_at")

    class Meta:
        ordering = ["-set_at", "-id"]
        verbose_name = _("password record")
        verbose_name_plural = _("password records")
