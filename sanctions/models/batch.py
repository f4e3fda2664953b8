import pgtrigger
from django.conf import settings
from django.contrib.postgres.aggregates import StringAgg
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import ApiClient, Unit
from jinan_credit.accounts.models.lease import unheld
from jinan_credit.kernel.classification import Classified
from lists.enums import DocumentType
from sanctions.enums import BatchStatus, BatchUse, PartyKind, RowResult, UnknownReason
from sanctions.models.portfolio import Portfolio
from sanctions.models.screening import Hit, Screening

MOST_COPIES = 5
"""Attempts to write the file with the results, before it is given up."""


class ScreeningBatchQuerySet(models.QuerySet["ScreeningBatch"]):
    def visible_to(self, actor: Actor) -> "ScreeningBatchQuerySet":
        """One's own unit's; the audit role sees who looked up how many parties for what purpose, not whom."""
        if actor.is_system or actor.may(Act.SEE_AUDIT):
            return self
        return self.filter(unit__in=actor.units)

    def owing_a_copy(self) -> "ScreeningBatchQuerySet":
        """Screened for a person, who has not got the file with the results yet."""
        return self.filter(status=BatchStatus.DONE, by__isnull=False, copy="").exclude(file="")

    def copy_to_write(self) -> "ScreeningBatchQuerySet":
        return self.owing_a_copy().filter(attempts__lt=MOST_COPIES)

    def copy_given_up(self) -> "ScreeningBatchQuerySet":
        """Begun as often as it may be, and nobody is at it."""
        return self.owing_a_copy().filter(unheld(), attempts__gte=MOST_COPIES)


@history.track(exclude=["progress", "work_total", "attempts", "leased_until"])
class ScreeningBatch(models.Model):
    """批量核查: up to 100,000 parties of a file looked up at once, in one matter and for one purpose.

    `refusal` is what the reader of the file answered, {"refused": code, …}: `words_of_refusal` says it.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="screening_batches", verbose_name=_("unit"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("officer")
    )
    by_client = models.ForeignKey(ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("API client"))
    made_at = models.DateTimeField(_("given at"))
    language = models.CharField(_("language"), max_length=10)
    use = models.CharField(_("what becomes of the parties"), max_length=6, choices=BatchUse, default=BatchUse.SCREEN)
    portfolio = models.ForeignKey(
        Portfolio, models.PROTECT, null=True, related_name="batches", verbose_name=_("portfolio")
    )
    matter_code = models.CharField(_("matter code"), max_length=100, blank=True)
    matter_name = models.CharField(_("matter"), max_length=200, blank=True)
    matter_reference = models.CharField(_("reference"), max_length=100, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    file = models.FileField(_("file"), upload_to="batches/")
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    file_hash = models.CharField(_("SHA-256 of the file"), max_length=64)
    file_size = models.PositiveIntegerField(_("size in bytes"))
    copy = models.FileField(_("file with the results"), upload_to="batches/", blank=True)
    status = models.CharField(_("status"), max_length=10, choices=BatchStatus, default=BatchStatus.RUNNING)
    refusal = models.JSONField(_("why the file was refused"), default=dict)
    screened_at = models.DateTimeField(_("screened at"), null=True)
    positions = models.JSONField(_("positions of the lists"), default=dict)
    row_count = models.PositiveIntegerField(_("parties"), default=0)
    clear_count = models.PositiveIntegerField(_("clear"), default=0)
    hit_count = models.PositiveIntegerField(_("parties with hits"), default=0)
    unknown_count = models.PositiveIntegerField(_("cannot tell"), default=0)
    error_count = models.PositiveIntegerField(_("wrong rows"), default=0)
    receipt = models.TextField(_("receipt"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("times a worker began it"), default=0)
    leased_until = models.DateTimeField(null=True)
    progress = models.PositiveIntegerField(_("rows done"), default=0)
    work_total = models.PositiveIntegerField(_("rows to be done"), default=0)

    objects = ScreeningBatchQuerySet.as_manager()

    classified = Classified(
        internal="id unit by by_client made_at language use portfolio matter_code matter_name matter_reference purpose "
        "file_name file_hash file_size status refusal screened_at positions row_count clear_count hit_count "
        "unknown_count error_count receipt attempts leased_until progress work_total",
        personal="file copy",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("screening batch")
        verbose_name_plural = _("screening batches")
        indexes = [
            models.Index(fields=["unit", "-id"], name="batch_by_unit"),
            models.Index(fields=["id"], condition=Q(status="RUNNING"), name="batch_under_way"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, by_client=None) | Q(by=None, by_client__isnull=False),
                name="batch_is_by_a_person_or_a_client",
            ),
            models.CheckConstraint(
                condition=Q(use=BatchUse.SCREEN, portfolio=None) | ~Q(use=BatchUse.SCREEN) & Q(portfolio__isnull=False),
                name="batch_for_a_portfolio_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(status=BatchStatus.DONE) | Q(screened_at__isnull=False),
                name="batch_done_names_the_time",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.file_name or str(self.pk)

    @property
    def officer(self) -> str:
        return str(self.by or self.by_client)

    @property
    def is_under_way(self) -> bool:
        return self.status == BatchStatus.RUNNING

    @property
    def percent(self) -> int | None:
        """How far it is; None while nobody knows how long it is."""
        return min(100, 100 * self.progress // self.work_total) if self.work_total else None


class BatchRowQuerySet(models.QuerySet["BatchRow"]):
    def visible_to(self, actor: Actor) -> "BatchRowQuerySet":
        """One's own unit's only: whom a unit looked up concerns nobody else."""
        if actor.is_system:
            return self
        return self.filter(of__unit__in=actor.units)

    def with_lists(self) -> "BatchRowQuerySet":
        """`listed`: the names of the lists on which the party was found."""
        hits = Hit.objects.filter(screening=OuterRef("screening")).order_by().values("screening")
        names = hits.annotate(
            names=StringAgg(
                "entry__credit_list__name", Value(pgettext("between the parts of a list", ", ")), distinct=True
            )
        ).values("names")
        return self.annotate(listed=Coalesce(Subquery(names), Value(""), output_field=models.TextField()))


class BatchRow(models.Model):
    """One party of a batch, as the file gave it, and what was found. A party with hits has a screening of its own.

    References to what is never deleted (a trigger refuses it there) bear no foreign key check: see ADR 9.
    """

    of = models.ForeignKey(ScreeningBatch, models.PROTECT, related_name="rows", db_index=False, db_constraint=False)
    row = models.PositiveIntegerField(_("row"))
    kind = models.CharField(_("kind of party"), max_length=12, choices=PartyKind, blank=True)
    name = models.CharField(_("name as given"), max_length=200, blank=True)
    code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    document_type = models.CharField(_("document type"), max_length=10, choices=DocumentType, blank=True)
    sealed_number = models.TextField(_("document number (sealed)"), blank=True)
    masked_number = models.CharField(_("document number (masked)"), max_length=30, blank=True)
    number_index = models.CharField(_("blind index"), max_length=64, blank=True)
    reference = models.CharField(_("the unit's own reference"), max_length=100, blank=True)
    result = models.CharField(_("result"), max_length=7, choices=RowResult)
    unknown_reason = models.CharField(_("why it cannot tell"), max_length=12, choices=UnknownReason, blank=True)
    errors = models.JSONField(_("what is wrong in the row"), null=True)
    screening = models.OneToOneField(
        Screening, models.PROTECT, null=True, related_name="batch_row", db_index=False, db_constraint=False
    )

    objects = BatchRowQuerySet.as_manager()

    classified = Classified(
        internal="id of row kind code document_type reference result unknown_reason screening",
        personal="name sealed_number masked_number number_index errors",
    )

    class Meta:
        ordering = ["of", "row"]
        verbose_name = _("party of a batch")
        verbose_name_plural = _("parties of batches")
        constraints = [
            models.UniqueConstraint(fields=["of", "row"], name="batch_row_is_read_once"),
            models.CheckConstraint(
                condition=Q(result=RowResult.HIT, screening__isnull=False)
                | ~Q(result=RowResult.HIT) & Q(screening=None),
                name="batch_row_with_hits_has_a_screening",
            ),
            models.CheckConstraint(
                condition=Q(result=RowResult.UNKNOWN) & ~Q(unknown_reason="")
                | ~Q(result=RowResult.UNKNOWN) & Q(unknown_reason=""),
                name="batch_row_that_cannot_tell_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(result=RowResult.CLEAR) | ~Q(code="") | ~Q(number_index=""),
                name="batch_row_by_name_alone_is_never_clear",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.row}"

    @property
    def identifier(self) -> str:
        return self.code or self.masked_number
