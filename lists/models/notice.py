import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified
from lists.enums import NoticeKind
from lists.models.entry import Entry
from lists.models.publication import Publication


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> "NoticeQuerySet":
        """One's own unit's notices; all for oversight."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        return self.filter(unit=actor.unit) if actor.unit else self.none()


@pghistory.track(exclude=["content"])
class Notice(models.Model):
    """告知书: a document served on the listed party, as it was issued. What it said is never changed."""

    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="notices", verbose_name=_("entry"))
    version = models.PositiveIntegerField(_("version of the entry"), default=0)
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, related_name="notices", verbose_name=_("publication")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="notices", verbose_name=_("issuing unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial"))
    issued_on = models.DateField(_("issued on"))
    content = models.JSONField(_("content"))
    verification_code = models.CharField(_("verification code"), max_length=16, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    served_on = models.DateField(_("served on"), null=True)
    served_how = models.CharField(_("how it was served"), max_length=200, blank=True)
    served_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("service recorded by")
    )

    objects = NoticeQuerySet.as_manager()

    classified = Classified(
        public="unit year serial issued_on verification_code",
        internal="id kind entry version publication made_by served_on served_how served_by",
        personal="content",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "serial"], name="notice_number_is_unique"),
            models.UniqueConstraint(
                fields=["entry", "publication"],
                condition=Q(publication__isnull=False),
                name="publication_gives_one_notice_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(served_on=None, served_by=None) | Q(served_on__isnull=False, served_by__isnull=False),
                name="notice_service_has_a_person_and_a_day",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.unit.name}信告〔{self.year}〕{self.serial}号"


class NoticeSerial(models.Model):
    """The last number that a unit gave in a year; its row lock makes the numbers gapless."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    classified = Classified(internal="id unit year last")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="notice_serial_counts_a_unit_and_year")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year}: {self.last}"
