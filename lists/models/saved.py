import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import RuleProfile
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.models.lease import unheld
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from lists.enums import ExportFormat, ExportStatus
from lists.models.list_import import ListImport


class SavedFilter(models.Model):
    """Filters of a page that a person keeps under a name. `page`: the name of its address."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters", verbose_name=_("owner")
    )
    page = models.CharField(_("page"), max_length=50, default="entries", db_default="entries")
    name = models.CharField(_("name"), max_length=50)
    query = models.CharField(_("filters"), max_length=2000)
    made_at = models.DateTimeField(_("made at"))

    classified = Classified(internal="id owner page name made_at", personal="query")

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_filter_has_its_own_name_on_its_page")
        ]

    def __str__(self) -> str:
        return self.name


class EntryExportQuerySet(models.QuerySet["EntryExport"]):
    def visible_to(self, actor: Actor) -> "EntryExportQuerySet":
        """Only who asked for an export may fetch it, as long as he is in that unit and has the roles that he had."""
        if actor.user is None:
            return self.none()
        return self.filter(made_by=actor.user, unit=actor.unit, roles__contained_by=sorted(actor.user.roles))

    def free(self) -> "EntryExportQuerySet":
        """Jobs that no worker holds: new ones, and those whose worker died."""
        return self.filter(unheld(), status__in=[ExportStatus.WAITING, ExportStatus.RUNNING])

    def run_out(self) -> "EntryExportQuerySet":
        return self.filter(status=ExportStatus.READY, expires_at__lt=clock.now())


@history.track(exclude=["progress", "leased_until"])
class EntryExport(models.Model):
    """Rows of a page written to a file in the background, names and numbers of persons masked; its link expires.

    `source`: of which page (`lists.services.export_sources`). `copy_of`: instead, the file of that import with a column
    of what is wrong, its numbers in full as they were given.
    The row stays: who took what away, why, and how often the file was fetched.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="exports", verbose_name=_("unit"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    roles = ArrayField(
        models.CharField(max_length=20),
        default=list,
        db_default=[],
        verbose_name=_("roles with which it was asked for"),
    )
    source = models.CharField(_("rows of"), max_length=20, default="entries")
    query = models.CharField(_("filters"), max_length=2000, blank=True)
    filters = models.CharField(_("filters in words"), max_length=1000, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    copy_of = models.ForeignKey(ListImport, models.PROTECT, null=True, related_name="copies", verbose_name=_("import"))
    language = models.CharField(_("language"), max_length=10, default=settings.LANGUAGE_CODE)
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat, default=ExportFormat.XLSX)
    status = models.CharField(_("status"), max_length=10, choices=ExportStatus, default=ExportStatus.WAITING)
    failure = models.CharField(_("why it failed"), max_length=300, blank=True)
    rules = models.ForeignKey(RuleProfile, models.PROTECT, related_name="+", verbose_name=_("rules"))
    file = models.FileField(_("file"), upload_to="exports/", blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    row_count = models.PositiveIntegerField(_("rows"), null=True)
    progress = models.PositiveIntegerField(_("rows done"), default=0)
    attempts = models.PositiveSmallIntegerField(pgettext_lazy("how many", "attempts"), default=0)
    leased_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(_("link expires at"), null=True)
    downloads = models.PositiveIntegerField(_("downloads"), default=0)

    objects = EntryExportQuerySet.as_manager()

    classified = Classified(
        internal="id unit made_by made_at roles source reason copy_of language format status failure rules sha256 "
        "row_count progress attempts leased_until expires_at downloads",
        personal="query filters file",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.status in (ExportStatus.WAITING, ExportStatus.RUNNING)


class ExportedEntries(models.Model):
    """Of which entries lines stand in the file of an export: told to whoever answers for a leak. Never changed."""

    export = models.OneToOneField(EntryExport, models.PROTECT, related_name="held", verbose_name=_("export"))
    entries = ArrayField(models.UUIDField(), verbose_name=_("entries"))

    classified = Classified(internal="id export entries")

    class Meta:
        verbose_name = _("entries of an export")
        verbose_name_plural = _("entries of exports")
        triggers = [pgtrigger.Protect(name="is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete)]


class NumberSearch(models.Model):
    """Someone looked for a person by a document number, and why (PIPL art. 51; kept as queries of persons are).

    A number is never in an address: the page of the entries found names this row, and only its maker may use it.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=500)
    number_index = models.CharField(_("blind index"), max_length=64)
    masked_number = models.CharField(_("document number (masked)"), max_length=30)
    found = models.PositiveIntegerField(_("entries found"))

    classified = Classified(internal="id by unit at reason found", personal="number_index masked_number")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("search by number")
        verbose_name_plural = _("searches by number")
        indexes = [models.Index(fields=["at", "id"], name="number_search_by_time")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.masked_number
