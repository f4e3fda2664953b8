import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import ApiClient, Unit
from jinan_credit.kernel.classification import Classified
from lists.enums import Disclosure, DishonestyClass, DocumentType, ImportStatus, SubjectKind
from lists.models.credit_list import CreditList


class ListImportQuerySet(models.QuerySet["ListImport"]):
    def visible_to(self, actor: Actor) -> "ListImportQuerySet":
        """The unit's own imports."""
        return self if actor.is_system else self.filter(unit=actor.unit) if actor.unit else self.none()


@pghistory.track()
class ListImport(models.Model):
    """A file on its way to becoming drafts. Nothing durable comes of it before the confirmation."""

    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="imports", verbose_name=_("list"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="imports", verbose_name=_("unit"))
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus, default=ImportStatus.CHECKING)
    file = models.FileField(_("file"), upload_to="imports/")
    file_name = models.CharField(_("file name"), max_length=200)
    file_hash = models.CharField(_("SHA-256 of the file"), max_length=64)
    file_size = models.PositiveIntegerField(_("size in bytes"))
    refusal = models.TextField(_("why the file was refused"), blank=True)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    error_count = models.PositiveIntegerField(_("rows with errors"), default=0)
    same_count = models.PositiveIntegerField(_("rows already known"), default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_by_client = models.ForeignKey(ApiClient, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    imported_at = models.DateTimeField(_("imported at"), null=True)
    leased_until = models.DateTimeField(null=True)
    progress = models.PositiveIntegerField(_("rows done"), default=0)

    objects = ListImportQuerySet.as_manager()

    classified = Classified(
        internal="id credit_list unit status file_name file_hash file_size refusal row_count error_count same_count "
        "made_by made_by_client made_at imported_at leased_until progress",
        personal="file",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(fields=["id"], condition=Q(status__in=["CHECKING", "IMPORTING"]), name="import_under_way")
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def good_count(self) -> int:
        return self.row_count - self.error_count - self.same_count

    @property
    def is_under_way(self) -> bool:
        return self.status in (ImportStatus.CHECKING, ImportStatus.IMPORTING)


class ImportRow(models.Model):
    """A row of the file as understood, with what is wrong with it. Emptied when the import has ended."""

    of = models.ForeignKey(ListImport, models.CASCADE, related_name="rows", db_index=False)
    row = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=SubjectKind, blank=True)
    name = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=18, null=True)
    document_type = models.CharField(max_length=10, choices=DocumentType, blank=True)
    sealed_number = models.TextField(blank=True)
    masked_number = models.CharField(max_length=30, blank=True)
    number_index = models.CharField(max_length=64, null=True)
    representative = models.CharField(max_length=100, blank=True)
    basis = models.CharField(max_length=500, blank=True)
    document_number = models.CharField(max_length=100, blank=True)
    document_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    term_from = models.DateField(null=True)
    term_to = models.DateField(null=True)
    grounds = models.CharField(max_length=500, blank=True)
    facts = models.TextField(blank=True)
    dishonesty_class = models.CharField(max_length=10, choices=DishonestyClass, blank=True)
    disclosure = models.CharField(max_length=10, choices=Disclosure, blank=True)
    errors = models.JSONField(null=True)
    is_known = models.BooleanField(default=False)

    classified = Classified(
        internal="id of row kind code basis document_number document_on decided_on term_from term_to dishonesty_class "
        "disclosure errors is_known",
        personal="name document_type sealed_number masked_number number_index representative grounds facts",
    )

    class Meta:
        ordering = ["of", "row"]
        constraints = [models.UniqueConstraint(fields=["of", "row"], name="import_row_is_read_once")]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.row}"
