import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel import crypto
from jinan_credit.kernel.classification import Classified
from lists.enums import DocumentType, SubjectKind


class SubjectQuerySet(models.QuerySet["Subject"]):
    def with_document(self, document_type: str, number: str) -> "SubjectQuerySet":
        """Found by the blind index; the number itself is never compared in clear."""
        return self.filter(number_index=crypto.blind_index(document_type, number))


@pghistory.track()
class Subject(models.Model):
    """信用主体: a legal person, other organisation or sole trader by USCC, a natural person by document."""

    kind = models.CharField(_("kind"), max_length=20, choices=SubjectKind)
    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True)
    document_type = models.CharField(_("document type"), max_length=10, choices=DocumentType, blank=True)
    sealed_number = models.TextField(_("document number (sealed)"), blank=True)
    masked_number = models.CharField(_("document number (masked)"), max_length=30, blank=True)
    number_index = models.CharField(_("blind index"), max_length=64, null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = SubjectQuerySet.as_manager()

    classified = Classified(
        public="kind code",
        internal="id created_at",
        personal="name document_type sealed_number masked_number number_index",
    )

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        indexes = [GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="subject_name_trigrams")]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="code_names_one_subject"),
            models.UniqueConstraint(fields=["number_index"], name="document_names_one_subject"),
            models.CheckConstraint(
                condition=Q(kind=SubjectKind.NATURAL_PERSON, number_index__isnull=False)
                | (~Q(kind=SubjectKind.NATURAL_PERSON) & Q(code__isnull=False)),
                name="subject_has_the_identifier_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_person(self) -> bool:
        return self.kind == SubjectKind.NATURAL_PERSON

    @property
    def identifier(self) -> str:
        """What staff see: the USCC, or the masked document number."""
        return self.code or self.masked_number
