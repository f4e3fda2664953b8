from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import ApiClient, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from lists.enums import Disclosure, DishonestyClass, DocumentType, EntryState, ImportStatus, RowOutcome, SubjectKind
from lists.models.credit_list import CreditList

LATELY = timedelta(days=7)


class ListImportQuerySet(models.QuerySet["ListImport"]):
    def visible_to(self, actor: Actor) -> "ListImportQuerySet":
        """The unit's own imports."""
        return self if actor.is_system else self.filter(unit=actor.unit) if actor.unit else self.none()

    def handed_in_by(self, actor: Actor) -> "ListImportQuerySet":
        """Those of the unit, and what its own system handed in for another while it is a source of the list."""
        if actor.client is None:
            return self.visible_to(actor)
        sourced = CreditList.objects.filter(sources=actor.client.unit).values("pk")
        return self.filter(
            Q(unit=actor.client.unit) | Q(made_by_client__unit=actor.client.unit, credit_list__in=sourced)
        )

    def to_submit(self, unit: Unit | None) -> "ListImportQuerySet":
        """The unit's imports with drafts that wait to be submitted. Found from the drafts, by their index."""
        from lists.models.entry import Entry

        drafts = Entry.objects.filter(unit=unit, state=EntryState.DRAFT, from_import__isnull=False).order_by()
        return self.filter(unit=unit, status=ImportStatus.IMPORTED, pk__in=drafts.values("from_import"))

    def with_something_wrong(self) -> "ListImportQuerySet":
        """Looked at or imported, with rows that were left out: a copy of the file says which and why."""
        is_wrong = Q(error_count__gt=0) | Q(left_out_count__gt=0)
        return self.filter(is_wrong, status__in=[ImportStatus.CHECKED, ImportStatus.IMPORTED]).exclude(file="")

    def refused_lately(self) -> "ListImportQuerySet":
        return self.filter(status=ImportStatus.REFUSED, made_at__gt=clock.now() - LATELY)


@history.track(exclude=["progress", "work_total", "attempts", "leased_until", "error_kinds"])
class ListImport(models.Model):
    """A file on its way to becoming drafts. Nothing durable comes of it before the confirmation.

    `refusal` is what the reader of the file answered, {"refused": code, …}: `words_of_refusal` says it.
    """

    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="imports", verbose_name=_("list"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="imports", verbose_name=_("unit"))
    source = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="sourced_imports", verbose_name=_("data source")
    )
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus, default=ImportStatus.CHECKING)
    file = models.FileField(_("file"), upload_to="imports/")
    file_name = models.CharField(_("file name"), max_length=200)
    file_hash = models.CharField(_("SHA-256 of the file"), max_length=64)
    file_size = models.PositiveIntegerField(_("size in bytes"))
    sheet_name = models.CharField(_("sheet"), max_length=100, blank=True)
    refusal = models.JSONField(_("why the file was refused"), default=dict)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    error_count = models.PositiveIntegerField(_("rows with errors"), default=0)
    same_count = models.PositiveIntegerField(_("rows already known"), default=0)
    changed_count = models.PositiveIntegerField(_("rows that differ from their entry"), default=0)
    error_kinds = models.JSONField(_("errors by kind"), default=list)
    left_out_count = models.PositiveIntegerField(_("rows overtaken since the check"), default=0)
    with_changes = models.BooleanField(
        _("changed rows too"), default=False, help_text=_("Rows that differ from their entry revise or correct it.")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_by_client = models.ForeignKey(ApiClient, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_by_client = models.ForeignKey(ApiClient, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    imported_at = models.DateTimeField(_("imported at"), null=True)
    reversed_at = models.DateTimeField(_("undone at"), null=True)
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("undone by")
    )
    reversed_why = models.CharField(_("why it was undone"), max_length=500, blank=True)
    reversal = models.JSONField(_("what undoing did"), null=True)
    attempts = models.PositiveSmallIntegerField(_("times a worker began this step"), default=0)
    leased_until = models.DateTimeField(null=True)
    progress = models.PositiveIntegerField(_("rows done"), default=0)
    work_total = models.PositiveIntegerField(_("rows to be done in this step"), default=0)

    objects = ListImportQuerySet.as_manager()

    classified = Classified(
        internal="id credit_list unit source status file_name file_hash file_size sheet_name refusal row_count "
        "error_count error_kinds same_count changed_count left_out_count with_changes made_by made_by_client made_at "
        "confirmed_by confirmed_by_client confirmed_at imported_at attempts "
        "reversed_at reversed_by reversed_why reversal leased_until progress work_total",
        personal="file",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]
        indexes = [
            models.Index(fields=["id"], condition=Q(status__in=["CHECKING", "IMPORTING"]), name="import_under_way")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reversed_at=None, reversed_by=None, reversed_why="")
                | Q(reversed_at__isnull=False, reversed_by__isnull=False) & ~Q(reversed_why=""),
                name="import_reversal_has_a_person_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None, confirmed_by_client=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                | Q(confirmed_at__isnull=False, confirmed_by_client__isnull=False),
                name="import_confirmation_has_somebody_and_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_of_another_system(self) -> bool:
        """A source's own system handed it in: of what is known it may change only what came from there."""
        return self.made_by_client is not None and self.made_by_client.unit_id != self.unit_id

    @property
    def new_count(self) -> int:
        """Rows that become drafts, or became."""
        return self.row_count - self.error_count - self.same_count - self.changed_count

    @property
    def refusal_code(self) -> str:
        return str(self.refusal.get("refused", ""))

    @property
    def is_under_way(self) -> bool:
        return self.status in (ImportStatus.CHECKING, ImportStatus.IMPORTING)

    @property
    def is_reversible(self) -> bool:
        return self.status == ImportStatus.IMPORTED and self.reversed_at is None

    @property
    def percent(self) -> int | None:
        """How far the present step is; None while nobody knows how long it is."""
        return min(100, 100 * self.progress // self.work_total) if self.work_total else None


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def new(self) -> "ImportRowQuerySet":
        return self.filter(outcome=RowOutcome.NEW)

    def changed(self) -> "ImportRowQuerySet":
        return self.filter(outcome=RowOutcome.CHANGED)

    def same(self) -> "ImportRowQuerySet":
        return self.filter(outcome=RowOutcome.SAME)

    def wrong(self) -> "ImportRowQuerySet":
        return self.filter(outcome=RowOutcome.WRONG)

    def left_out(self) -> "ImportRowQuerySet":
        return self.filter(outcome=RowOutcome.LEFT_OUT)

    def with_errors(self) -> "ImportRowQuerySet":
        return self.filter(errors__isnull=False)


@dataclass(frozen=True)
class Difference:
    """One value in which a row differs from the entry that it names, ready to be shown."""

    field: str
    label: str
    old: Any
    new: Any


class ImportRow(models.Model):
    """A row of the file as understood, with what is wrong with it. When the import has ended, rows left out stay, and
    changed ones that were taken: a reversal needs them, and keeps those whose entry it could not set back.

    `differences` says {field of the entry: [old, new]} where the row names an entry that is known already; `unsaid`
    names the fields that the rules gave because the file says nothing: of a known entry they stay.
    """

    of = models.ForeignKey(ListImport, models.CASCADE, related_name="rows", db_index=False, db_constraint=False)
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=RowOutcome, default=RowOutcome.NEW)
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
    unsaid = models.CharField(max_length=30, blank=True)
    errors = models.JSONField(null=True)
    entry = models.ForeignKey(
        "lists.Entry", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    differences = models.JSONField(null=True)

    objects = ImportRowQuerySet.as_manager()

    classified = Classified(
        internal="id of row outcome kind code basis document_number document_on decided_on term_from term_to "
        "dishonesty_class disclosure unsaid errors entry",
        personal="name document_type sealed_number masked_number number_index representative grounds facts differences",
    )

    class Meta:
        ordering = ["of", "row"]
        indexes = [models.Index(fields=["entry"], condition=Q(entry__isnull=False), name="import_row_by_known_entry")]
        constraints = [models.UniqueConstraint(fields=["of", "row"], name="import_row_is_read_once")]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.row}"

    def shown_differences(self) -> list[Difference]:
        """Old and new values as people read them."""
        from lists.models.entry import Entry

        shown = []
        for name, (old, new) in (self.differences or {}).items():
            if name == "representative":
                shown.append(Difference(name, str(_("Legal representative")), old, new))
                continue
            field = Entry._meta.get_field(name)
            words = dict(getattr(field, "choices", None) or ())
            old, new = (
                parse_date(value) if isinstance(field, models.DateField) and value else words.get(value, value)
                for value in (old, new)
            )
            shown.append(Difference(name, str(field.verbose_name), old, new))  # type: ignore[union-attr]
        return shown
