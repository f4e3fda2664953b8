import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified
from lists.enums import ExportState


class SavedFilter(models.Model):
    """Filters of the entries page that a person keeps under a name."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=50)
    query = models.CharField(_("filters"), max_length=2000)
    made_at = models.DateTimeField(_("made at"))

    classified = Classified(internal="id owner name made_at", personal="query")

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_has_a_name_of_its_own")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class EntryExport(models.Model):
    """Entries written to a file in the background, document numbers masked; its link expires."""

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="exports", verbose_name=_("unit"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    query = models.CharField(_("filters"), max_length=2000, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=ExportState, default=ExportState.WAITING)
    file = models.FileField(_("file"), upload_to="exports/", blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    row_count = models.PositiveIntegerField(_("rows"), null=True)
    progress = models.PositiveIntegerField(_("rows done"), default=0)
    leased_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(_("link expires at"), null=True)
    downloads = models.PositiveIntegerField(_("downloads"), default=0)

    classified = Classified(
        internal="id unit made_by made_at reason state sha256 row_count progress leased_until expires_at downloads",
        personal="query file",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        return f"{self.pk}"
