"""What proves the history: which seals were set, what was lawfully erased, and what a verification found."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified
from jinan_credit.oversight.enums import AuditPage, ErasureKind, VerificationScope

_ONLY_ADDED = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Seal(models.Model):
    """That a line was written to the file of seals. The line itself is the proof; this tells of a shortened file."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("sealed at"))
    digest = models.CharField(_("digest of its line"), max_length=64)
    rows = models.PositiveBigIntegerField(_("rows sealed"))

    classified = Classified(internal="id number at digest rows")

    class Meta:
        ordering = ["-number"]
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        triggers = [_ONLY_ADDED]

    def __str__(self) -> str:
        return f"{self.number}: {self.at:%Y-%m-%d %H:%M}"


class Erasure(models.Model):
    """Rows of history that were deleted or written again: at the disclosure limit, or under a new key (ADR 0011).

    Written by a trigger of the table in the same statement, and sealed like any other history. Nobody else writes it.
    """

    table = models.CharField(_("table"), max_length=63)
    kind = models.CharField(_("kind"), max_length=10, choices=ErasureKind)
    at = models.DateTimeField(_("erased at"))
    role = models.CharField(_("role of the database"), max_length=63)
    rows = ArrayField(models.BigIntegerField(), verbose_name=_("rows"))

    classified = Classified(internal="id table kind at role rows")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        indexes = [models.Index(fields=["table", "kind"], name="erasure_by_table")]
        triggers = [_ONLY_ADDED]

    def __str__(self) -> str:
        return f"{self.table}: {len(self.rows)}"


class Verification(models.Model):
    """What came out when the history was read again and compared with the seals."""

    begun_at = models.DateTimeField(_("begun at"))
    ended_at = models.DateTimeField(_("ended at"))
    scope = models.CharField(_("scope"), max_length=10, choices=VerificationScope)
    seal_number = models.PositiveIntegerField(_("up to the seal"))
    rows = models.PositiveBigIntegerField(_("rows compared"))
    is_intact = models.BooleanField(_("intact"))
    findings = models.JSONField(pgettext_lazy("of a verification", "findings"), default=list, blank=True)

    classified = Classified(internal="id begun_at ended_at scope seal_number rows is_intact findings")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_intact=True, findings=[])
                | models.Q(models.Q(is_intact=False), ~models.Q(findings=[])),
                name="verification_names_what_is_not_intact",
            ),
        ]
        triggers = [_ONLY_ADDED]

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d %H:%M}: {self.is_intact}"


class AuditExport(models.Model):
    """Somebody took a part of the audit away as a file, and why."""

    page = models.CharField(_("page"), max_length=10, choices=AuditPage)
    filters = models.CharField(_("filters in words"), max_length=1000, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    at = models.DateTimeField(_("at"))

    classified = Classified(internal="id page filters reason by unit at")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("file of the audit")
        verbose_name_plural = _("files of the audit")
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="audit_export_has_a_reason")]
        triggers = [_ONLY_ADDED]

    def __str__(self) -> str:
        return f"{self.by}: {self.page}"
