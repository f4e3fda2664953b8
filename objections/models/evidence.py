from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import KeptDocument
from jinan_credit.accounts.models.kept_document import random_path
from jinan_credit.kernel.classification import Classified
from objections.enums import DocumentPurpose
from objections.models.help_request import HelpRequest
from objections.models.objection import Objection
from objections.models.tip_off import TipOff

__all__ = ["ObjectionEvidence", "TipOffEvidence", "random_path"]  # the migrations name the last one here


class ObjectionEvidenceQuerySet(models.QuerySet["ObjectionEvidence"]):
    def visible_to(self, actor: Actor) -> "ObjectionEvidenceQuerySet":
        """All of one's own unit's objections; of another unit's only what one's own answered with."""
        own = Q(objection__in=Objection.objects.visible_to(actor).order_by().values("pk"))
        answered = Q(help_request__in=HelpRequest.objects.asked_of(actor).order_by().values("pk"))
        return self.filter(own | answered)


class ObjectionEvidence(KeptDocument):
    """A document of an objection, from the applicant or a unit."""

    folder = "objections"

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="evidence", verbose_name=_("objection"))
    purpose = models.CharField(
        pgettext_lazy("of evidence", "purpose"),
        max_length=20,
        choices=DocumentPurpose,
        default=DocumentPurpose.APPLICANT,
    )
    help_request = models.ForeignKey(
        HelpRequest, models.PROTECT, null=True, related_name="documents", verbose_name=_("request for help")
    )

    objects = ObjectionEvidenceQuerySet.as_manager()

    classified = Classified(
        internal="id objection purpose help_request content_type size sha256 added_at added_by", personal="file"
    )

    class Meta(KeptDocument.Meta):
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
    def download_stem(self) -> str:
        return self.objection.receipt_number


class TipOffEvidenceQuerySet(models.QuerySet["TipOffEvidence"]):
    def visible_to(self, actor: Actor) -> "TipOffEvidenceQuerySet":
        return self.filter(tip_off__in=TipOff.objects.visible_to(actor))


class TipOffEvidence(KeptDocument):
    folder = "tip-offs"

    tip_off = models.ForeignKey(TipOff, models.PROTECT, related_name="evidence", verbose_name=_("tip-off"))

    objects = TipOffEvidenceQuerySet.as_manager()

    classified = Classified(internal="id tip_off content_type size sha256 added_at added_by", personal="file")

    class Meta(KeptDocument.Meta):
        verbose_name = _("document of a tip-off")
        verbose_name_plural = _("documents of tip-offs")

    @property
    def download_stem(self) -> str:
        return self.tip_off.receipt_number
