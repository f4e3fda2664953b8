import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.models import MoveRecord
from jinan_credit.kernel.classification import Classified
from objections.enums import ExtensionState
from objections.models.objection import Objection


@history.track()
class Extension(models.Model):
    """延期: more time for an objection, asked by who examines and approved by another; once a case."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="extensions", verbose_name=_("objection"))
    due_before_on = models.DateField(_("decision was due on"))
    asked_until = models.DateField(_("new last day"))
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=20, choices=ExtensionState, default=ExtensionState.ASKED)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )

    classified = Classified(
        internal="id objection due_before_on asked_until state asked_at asked_by decided_at decided_by",
        personal="reason",
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("extension of an objection")
        verbose_name_plural = _("extensions of objections")
        constraints = [
            models.UniqueConstraint(fields=["objection"], name="objection_is_extended_once"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="extension_is_decided_by_another_person",  # rule 4
            ),
            models.CheckConstraint(
                condition=Q(state__in=["APPROVED", "DECLINED"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(state__in=["ASKED", "LAPSED"], decided_by=None, decided_at=None),
                name="extension_decided_has_person_and_time",
            ),
            models.CheckConstraint(
                condition=Q(asked_until__gt=F("due_before_on")), name="extension_ends_later_than_before"
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.objection}: {self.asked_until}"


class ExtensionMove(MoveRecord):
    of = models.ForeignKey(Extension, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at", personal="reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of an extension")
        verbose_name_plural = _("steps of extensions")
