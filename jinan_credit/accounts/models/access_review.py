import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.classification import Classified


class AccessReview(models.Model):
    """The security administrator went through all accounts: when, what stood there, what came of it. Never changed."""

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))
    account_count = models.PositiveIntegerField(_("accounts"))
    unused_count = models.PositiveIntegerField(_("unused"))
    without_factor_count = models.PositiveIntegerField(_("without a second factor"))
    note = models.TextField(_("note"), max_length=2000)

    classified = Classified(internal="id made_by made_at account_count unused_count without_factor_count note")

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("access review")
        verbose_name_plural = _("access reviews")
        triggers = [pgtrigger.Protect(name="is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(condition=~models.Q(note=""), name="access_review_says_what_came_of_it"),
        ]
