from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import KeptDocument
from jinan_credit.accounts.models.kept_document import random_path
from jinan_credit.kernel.classification import Classified
from repair.models.application import RepairApplication

__all__ = ["RepairEvidence", "random_path"]  # the migrations name the last one here


class RepairEvidenceQuerySet(models.QuerySet["RepairEvidence"]):
    def visible_to(self, actor: Actor) -> "RepairEvidenceQuerySet":
        return self.filter(application__in=RepairApplication.objects.visible_to(actor))


class RepairEvidence(KeptDocument):
    folder = "repairs"

    application = models.ForeignKey(
        RepairApplication, models.PROTECT, related_name="evidence", verbose_name=_("repair application")
    )

    objects = RepairEvidenceQuerySet.as_manager()

    classified = Classified(internal="id application content_type size sha256 added_at added_by", personal="file")

    class Meta(KeptDocument.Meta):
        verbose_name = _("document of a repair")
        verbose_name_plural = _("documents of repairs")

    @property
    def download_stem(self) -> str:
        return self.application.receipt_number
