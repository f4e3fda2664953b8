import secrets

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.classification import Classified
from repair.models.application import RepairApplication


def random_path(evidence: "RepairEvidence", file_name: str) -> str:
    """Never the name the file came with; `file_name` only gives the extension that the content called for."""
    return f"repairs/{secrets.token_hex(16)}.{file_name.rpartition('.')[2]}"


class RepairEvidenceQuerySet(models.QuerySet["RepairEvidence"]):
    def visible_to(self, actor: Actor) -> "RepairEvidenceQuerySet":
        return self.filter(application__in=RepairApplication.objects.visible_to(actor))


class RepairEvidence(models.Model):
    """A document handed in with a repair application, made harmless before it was kept."""

    application = models.ForeignKey(
        RepairApplication, models.PROTECT, related_name="evidence", verbose_name=_("repair application")
    )
    file = models.FileField(_("file"), upload_to=random_path)
    content_type = models.CharField(_("kind of file"), max_length=20)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )

    objects = RepairEvidenceQuerySet.as_manager()

    classified = Classified(internal="id application content_type size sha256 added_at added_by", personal="file")

    class Meta:
        ordering = ["id"]
        verbose_name = _("document of a repair")
        verbose_name_plural = _("documents of repairs")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.download_name

    @property
    def download_name(self) -> str:
        return f"{self.application.receipt_number}-{self.pk}.{str(self.file).rpartition('.')[2]}"
