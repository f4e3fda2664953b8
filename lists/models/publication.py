import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from lists.enums import ChangeOp, PublicationKind
from lists.models.credit_list import CreditList

GIVES_NOTICE = (PublicationKind.LISTING, PublicationKind.CORRECTION, PublicationKind.REMOVAL)
"""The party is told by the unit. A mark changes nothing for him; a stay is told by the court that ordered it."""


class PublicationQuerySet(models.QuerySet["Publication"]):
    def owing_notices(self) -> "PublicationQuerySet":
        """Published, but not every party's notice is issued yet."""
        return self.filter(kind__in=GIVES_NOTICE, notices_issued__lt=F("count"))

    def visible_to(self, actor: Actor) -> "PublicationQuerySet":
        """One's own unit's publications; the coordinator sees all."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        return self.filter(credit_list__initiating_units=actor.unit) if actor.unit else self.none()


class Publication(models.Model):
    """发布批次: one legal act of publishing 1 to 100,000 entry changes of one list.

    Made by one person and approved by another; an act of the system (expiry, a mark) names neither.
    """

    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="publications", verbose_name=_("list"))
    kind = models.CharField(_("kind"), max_length=12, choices=PublicationKind)
    change_reason = models.CharField(_("reason code"), max_length=30)
    reason = models.TextField(_("reason"), blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="publications", verbose_name=_("unit"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    published_at = models.DateTimeField(_("published at"))
    count = models.PositiveIntegerField(_("changes"), default=0)
    first_seq = models.BigIntegerField(_("first position"), null=True)
    last_seq = models.BigIntegerField(_("last position"), null=True)
    notices_issued = models.PositiveIntegerField(_("changes whose notice is issued"), default=0, db_default=0)

    objects = PublicationQuerySet.as_manager()

    classified = Classified(
        internal="id credit_list kind change_reason reason unit made_by approved_by published_at count "
        "first_seq last_seq notices_issued"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.CheckConstraint(
                condition=Q(made_by=None) | Q(approved_by=None) | ~Q(made_by=F("approved_by")),
                name="publication_is_approved_by_another_person",
            ),
            models.UniqueConstraint(fields=["credit_list", "first_seq"], name="publication_has_a_place_in_the_feed"),
        ]
        indexes = [
            models.Index(fields=["credit_list", "last_seq"], name="publication_by_last_position"),
            models.Index(fields=["published_at"], name="publication_by_time"),
            models.Index(
                fields=["id"],
                condition=Q(kind__in=GIVES_NOTICE, notices_issued__lt=F("count")),
                name="publication_owes_notices",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.credit_list.code}〔{clock.local_day(self.published_at).year}〕{self.pk}号"


class ChangeManager(models.Manager["Change"]):
    def get_queryset(self) -> "ChangeQuerySet":
        return ChangeQuerySet(self.model, using=self._db).annotate(seq=F("publication__first_seq") + F("ordinal") - 1)

    def between(self, credit_list_id: int, after: int, up_to: int) -> "ChangeQuerySet":
        """The changes of a list with after < seq <= up_to, in the order of the feed. Both ends bound the look-up."""
        return (
            self.get_queryset()
            .filter(
                publication__credit_list_id=credit_list_id,
                publication__last_seq__gt=after,
                publication__first_seq__lte=up_to,
                ordinal__gt=after - F("publication__first_seq") + 1,
                ordinal__lte=up_to - F("publication__first_seq") + 1,
            )
            .order_by("publication__first_seq", "ordinal")
        )


class ChangeQuerySet(models.QuerySet["Change"]):
    def last_up_to(self, floor: int) -> "ChangeQuerySet":
        """Without those that a later version of the same entry had replaced by then; `floor` ends a publication."""
        later = Change.objects.filter(
            entry=OuterRef("entry"), version__gt=OuterRef("version"), publication__last_seq__lte=floor
        )
        return self.exclude(Exists(later))


class Change(models.Model):
    """变更: one entry's full state after a publication; the unit of the feed.

    `seq`, its position in the feed of its list, follows from the publication's first position: the changes are
    written before the head of the feed is locked (ADR 0009). `body` is what readers get as `entry`, with every
    document number still sealed; None for a removal.
    """

    pk = models.CompositePrimaryKey("publication_id", "ordinal")
    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="changes", db_index=False, db_constraint=False
    )
    ordinal = models.PositiveIntegerField()
    op = models.CharField(max_length=6, choices=ChangeOp)
    entry = models.ForeignKey(
        "lists.Entry", models.PROTECT, related_name="changes", db_index=False, db_constraint=False
    )
    version = models.PositiveIntegerField()
    changed_at = models.DateTimeField()
    reason = models.CharField(max_length=30)
    body = models.JSONField(null=True)

    objects = ChangeManager()

    classified = Classified(internal="publication ordinal op entry version changed_at reason", personal="body")

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            models.UniqueConstraint(fields=["entry", "version"], name="entry_has_each_version_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.publication_id}:{self.ordinal}"
