import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.classification import Classified
from lists.enums import DocumentKind
from lists.models.entry import Entry


@history.track(gone=True)
class DefenceStatement(models.Model):
    """陈述申辩: what the party stated against the proposed listing, and what the unit answered."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="statements", verbose_name=_("entry"))
    received_on = models.DateField(_("received on"))
    content = models.TextField(_("statement"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    is_adopted = models.BooleanField(_("adopted"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    classified = Classified(
        internal="id entry received_on recorded_by recorded_at is_adopted answered_by answered_at",
        personal="content answer",
    )

    class Meta:
        ordering = ["received_on", "id"]
        verbose_name = _("statement and defence")
        verbose_name_plural = _("statements and defences")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, is_adopted=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, is_adopted__isnull=False) & ~Q(answer=""),
                name="statement_answer_has_a_person_a_time_and_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.received_on}"


class EntryDocumentQuerySet(models.QuerySet["EntryDocument"]):
    def visible_to(self, actor: Actor) -> "EntryDocumentQuerySet":
        """All those of one's own unit's entries, all for oversight; of others' entries what they rest on."""
        seen = self.filter(entry__in=Entry.objects.visible_to(actor))
        if actor.is_system or actor.may(Act.OVERSEE):
            return seen
        return seen.filter(Q(entry__unit=actor.unit) | Q(kind=DocumentKind.BASIS))


@history.track(gone=True)
class EntryDocument(models.Model):
    """A file that belongs to an entry, with its hash. Never replaced: another file is another document."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="documents", verbose_name=_("entry"))
    kind = models.CharField(_("kind"), max_length=10, choices=DocumentKind, default=DocumentKind.BASIS)
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(_("file"), upload_to="entries/")
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"))

    objects = EntryDocumentQuerySet.as_manager()

    classified = Classified(internal="id entry kind content_type size sha256 added_by added_at", personal="title file")

    class Meta:
        ordering = ["id"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [models.UniqueConstraint(fields=["entry", "sha256"], name="entry_has_a_document_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.title

    @property
    def download_name(self) -> str:
        return f"{self.title}.{str(self.file).rpartition('.')[2]}"
