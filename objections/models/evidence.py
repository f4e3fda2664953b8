import secrets
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.classification import Classified
from objections.enums import DocumentPurpose
from objections.models.help_request import HelpRequest
from objections.models.objection import Objection
from objections.models.tip_off import TipOff


def random_path(evidence: "Evidence", file_name: str) -> str:
    """Never the name the file came with; `file_name` only gives the extension that the content called for."""
    return f"{evidence.folder}/{secrets.token_hex(16)}.{file_name.rpartition('.')[2]}"


class Evidence(models.Model):
    """A document handed in with a case, made harmless before it was kept.

    A concrete class adds the foreign key to its case (PROTECT, related_name="evidence") and says which it is.
    """

    folder: str
    case: Any

    file = models.FileField(_("file"), upload_to=random_path)
    content_type = models.CharField(_("kind of file"), max_length=20)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        abstract = True
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.download_name

    @property
    def download_name(self) -> str:
        return f"{self.case.receipt_number}-{self.pk}.{str(self.file).rpartition('.')[2]}"


class ObjectionEvidenceQuerySet(models.QuerySet["ObjectionEvidence"]):
    def visible_to(self, actor: Actor) -> "ObjectionEvidenceQuerySet":
        """All of one's own unit's objections; of another unit's only what one's own answered with."""
        own = Q(objection__in=Objection.objects.visible_to(actor).order_by().values("pk"))
        answered = Q(help_request__in=HelpRequest.objects.asked_of(actor).order_by().values("pk"))
        return self.filter(own | answered)


class ObjectionEvidence(Evidence):
    """A document of an objection, from the applicant or a unit."""

    folder = "objections"

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="evidence", verbose_name=_("objection"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=DocumentPurpose, default=DocumentPurpose.APPLICANT)
    help_request = models.ForeignKey(
        HelpRequest, models.PROTECT, null=True, related_name="documents", verbose_name=_("request for help")
    )

    objects = ObjectionEvidenceQuerySet.as_manager()

    classified = Classified(
        internal="id objection purpose help_request content_type size sha256 added_at added_by", personal="file"
    )

    class Meta(Evidence.Meta):
        verbose_name = _("document of an objection")
        verbose_name_plural = _("documents of objections")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose=DocumentPurpose.HELP, help_request__isnull=False)
                | ~Q(purpose=DocumentPurpose.HELP) & Q(help_request=None),
                name="document_of_an_answer_names_the_request",
            )
        ]

    @property
    def case(self) -> Objection:
        return self.objection


class TipOffEvidenceQuerySet(models.QuerySet["TipOffEvidence"]):
    def visible_to(self, actor: Actor) -> "TipOffEvidenceQuerySet":
        return self.filter(tip_off__in=TipOff.objects.visible_to(actor))


class TipOffEvidence(Evidence):
    folder = "tip-offs"

    tip_off = models.ForeignKey(TipOff, models.PROTECT, related_name="evidence", verbose_name=_("tip-off"))

    objects = TipOffEvidenceQuerySet.as_manager()

    classified = Classified(internal="id tip_off content_type size sha256 added_at added_by", personal="file")

    class Meta(Evidence.Meta):
        verbose_name = _("document of a tip-off")
        verbose_name_plural = _("documents of tip-offs")

    @property
    def case(self) -> TipOff:
        return self.tip_off
