"""What units carry away from here: files that a clerk takes, and what is known of the copy a unit then holds."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.models.cursor import Cursor
from jinan_credit.exchange.rules import Position
from jinan_credit.kernel.classification import Classified
from lists.enums import ExportFormat, PublicationKind
from lists.models import CreditList, Publication

TAKES_OUT = (PublicationKind.REMOVAL, PublicationKind.STAY)
"""The publications whose changes are removals."""


class DownloadQuerySet(models.QuerySet["Download"]):
    def visible_to(self, actor: Actor) -> "DownloadQuerySet":
        """One's own unit's files; nobody sees another's, the coordinator neither."""
        if actor.unit is None or not actor.may(Act.SIGN_TASKS):
            return self.none()
        return self.filter(unit=actor.unit)

    def first_taken(self) -> "DownloadQuerySet":
        """Without those that were taken once more."""
        return self.filter(again_of=None)

    def unconfirmed(self) -> "DownloadQuerySet":
        """Of the list's present epoch, and not worked in yet."""
        return self.first_taken().filter(confirmed_at=None, epoch=F("credit_list__head__epoch"))


class Download(models.Model):
    """A file of changes that a clerk took for a unit without a system: each range of a list is given once a unit."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="downloads", verbose_name=_("unit"))
    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="downloads", verbose_name=_("list"))
    epoch = models.CharField(_("epoch"), max_length=8)
    from_seq = models.BigIntegerField(_("after position"))
    to_seq = models.BigIntegerField(_("up to position"))
    change_count = models.PositiveIntegerField(_("changes"))
    removal_count = models.PositiveIntegerField(_("removals"))
    number_count = models.PositiveIntegerField(_("identity document numbers of persons"))
    file_format = models.CharField(_("format"), max_length=4, choices=ExportFormat)
    again_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="repeats", verbose_name=_("taken once more")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    at = models.DateTimeField(_("taken at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    objects = DownloadQuerySet.as_manager()

    classified = Classified(
        internal="id unit credit_list epoch from_seq to_seq change_count removal_count number_count file_format "
        "again_of reason by at confirmed_by confirmed_at"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "credit_list", "epoch", "from_seq"],
                condition=Q(again_of=None),
                name="download_gives_a_range_once_a_unit",
            ),
            models.CheckConstraint(condition=Q(to_seq__gt=F("from_seq")), name="download_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(again_of=None) | ~Q(reason=""), name="download_once_more_has_a_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, again_of=None),
                name="download_is_confirmed_by_a_person",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="tells_what_was_taken", exclude=["confirmed_at", "confirmed_by"]),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.credit_list_id} {self.end}"

    @property
    def start(self) -> Position:
        return Position(self.epoch, self.from_seq)

    @property
    def end(self) -> Position:
        return Position(self.epoch, self.to_seq)


class OfflineCopyQuerySet(models.QuerySet["OfflineCopy"]):
    def visible_to(self, actor: Actor) -> "OfflineCopyQuerySet":
        """One's own unit's copies; the coordinator sees all."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        return self.filter(unit__in=actor.units)

    def stale(self) -> "OfflineCopyQuerySet":
        """Removals not confirmed, an epoch that is over, or a list that no longer concerns the unit.

        Adds `confirmed_seq`, and `held_seq`: removals after it may still be in the copy.
        """
        cursors = Cursor.objects.filter(unit=OuterRef("unit"), credit_list=OuterRef("credit_list"))
        head = F("credit_list__head__epoch")
        in_epoch = cursors.filter(epoch=OuterRef("credit_list__head__epoch"))
        began = Case(When(epoch=head, then=F("from_seq")), default=0)
        return (
            self.exclude(Exists(cursors.filter(told_ended_at__isnull=False)))
            .annotate(ended_at=Subquery(cursors.values("ended_at")[:1]))
            .annotate(confirmed_seq=Coalesce(Subquery(in_epoch.values("seq")), 0))
            .annotate(held_seq=Greatest("confirmed_seq", began))
            .annotate(
                is_of_old_epoch=~Q(epoch=head) | Exists(cursors.exclude(epoch=OuterRef("credit_list__head__epoch")))
            )
            .filter(Q(is_of_old_epoch=True) | Q(ended_at__isnull=False) | Exists(_removals()))
        )

    def to_delete(self) -> "OfflineCopyQuerySet":
        """Stale because the list no longer concerns the unit."""
        ended = Cursor.objects.filter(unit=OuterRef("unit"), credit_list=OuterRef("credit_list"))
        return self.filter(Exists(ended.filter(ended_at__isnull=False, told_ended_at=None)))

    def with_removals(self) -> "OfflineCopyQuerySet":
        """Adds to stale copies `removal_count`, not confirmed, and `stale_since`; the longest stale first."""
        missed = Least(F("count"), F("last_seq") - OuterRef("held_seq"), output_field=models.BigIntegerField())
        count = _removals().values("credit_list").annotate(missed=Sum(missed)).values("missed")
        oldest = _removals().order_by("last_seq").values("published_at")[:1]
        return self.annotate(
            removal_count=Cast(Coalesce(Subquery(count), 0), models.BigIntegerField()),
            stale_since=Coalesce(F("ended_at"), Greatest(Subquery(oldest), F("first_at"))),
        ).order_by("stale_since", "unit__code", "credit_list__code")


def _removals() -> models.QuerySet[Publication]:
    of_list = Publication.objects.filter(credit_list=OuterRef("credit_list"), kind__in=TAKES_OUT)
    return of_list.filter(last_seq__gt=OuterRef("held_seq")).order_by()


class OfflineCopy(models.Model):
    """A unit took data of a list away, by file, snapshot or feed. One row a unit and list (domain: rule 12).

    It holds what the list said from `from_seq` to `to_seq`; whether it has followed since is the cursor's to say.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="offline_copies", verbose_name=_("unit"))
    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="offline_copies", verbose_name=_("list"))
    epoch = models.CharField(_("epoch"), max_length=8)
    from_seq = models.BigIntegerField(_("from"))
    to_seq = models.BigIntegerField(_("taken up to"))
    first_at = models.DateTimeField(_("first taken at"))
    last_at = models.DateTimeField(_("last taken at"))
    fetched_at = models.DateTimeField(_("last fetched by the unit's own system"), null=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("deleted by")
    )

    objects = OfflineCopyQuerySet.as_manager()

    classified = Classified(
        internal="id unit credit_list epoch from_seq to_seq first_at last_at fetched_at deleted_at deleted_by"
    )

    class Meta:
        ordering = ["unit", "credit_list"]
        verbose_name = _("copy taken away")
        verbose_name_plural = _("copies taken away")
        constraints = [
            models.UniqueConstraint(fields=["unit", "credit_list"], name="offline_copy_is_one_a_unit_and_list"),
            models.CheckConstraint(
                condition=Q(deleted_at=None, deleted_by=None) | Q(deleted_at__isnull=False, deleted_by__isnull=False),
                name="offline_copy_is_deleted_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.credit_list_id} {self.epoch}:{self.to_seq}"
