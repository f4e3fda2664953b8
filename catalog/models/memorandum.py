from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from catalog.enums import MeasureKind, VersionState
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import ApiClient, MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified


class MemorandumQuerySet(models.QuerySet["Memorandum"]):
    def public(self) -> "MemorandumQuerySet":
        """All but those that are still in preparation: no version of theirs was ever put in force."""
        return self.filter(Q(versions=None) | Q(versions__state__in=EVER_IN_FORCE)).distinct()


@history.track(gone=True)
class Memorandum(models.Model):
    """A signed cooperation document. Number 0 is the city's plan itself; 1–18 are those its annex names."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    code = models.SlugField(_("code"), max_length=32, unique=True)
    title = models.CharField(_("title"), max_length=300)
    document_number = models.CharField(_("document number"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=MeasureKind, blank=True)
    lead_units = models.ManyToManyField(Unit, related_name="+", verbose_name=_("lead units"))
    source = models.CharField(_("source"), max_length=200)

    objects = MemorandumQuerySet.as_manager()

    classified = Classified(public="id number code title document_number kind source")

    class Meta:
        ordering = ["number"]
        verbose_name = _("memorandum")
        verbose_name_plural = _("memoranda")

    def __str__(self) -> str:
        return self.title


NOT_YET_IN_FORCE = (VersionState.DRAFT, VersionState.CIRCULATED)
EVER_IN_FORCE = (VersionState.IN_FORCE, VersionState.LAPSED)
DRAFTS = (VersionState.DRAFT, VersionState.DISCARDED)


def sees_all_memoranda(actor: Actor) -> bool:
    return actor.may(Act.KEEP_CATALOGUE) or actor.may(Act.OVERSEE)


class MemorandumVersionQuerySet(models.QuerySet["MemorandumVersion"]):
    def visible_to(self, actor: Actor) -> "MemorandumVersionQuerySet":
        """Drafts and discarded ones are seen by whoever keeps the catalogue or oversees; all others by every unit."""
        return self if sees_all_memoranda(actor) else self.exclude(state__in=DRAFTS)

    def dated(self) -> "MemorandumVersionQuerySet":
        """Versions that are, were or will be in force, by their dates."""
        return self.filter(state__in=EVER_IN_FORCE)

    def in_force(self, on: date) -> "MemorandumVersionQuerySet":
        return self.dated().filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


@history.track(gone=True)
class MemorandumVersion(models.Model):
    """One text of a memorandum; a revision is a new version. Of one memorandum at most one is valid on a day."""

    memorandum = models.ForeignKey(Memorandum, models.PROTECT, related_name="versions", verbose_name=_("memorandum"))
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=12, choices=VersionState, default=VersionState.DRAFT)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = MemorandumVersionQuerySet.as_manager()

    classified = Classified(public="id memorandum number state valid_from valid_to note")

    class Meta:
        ordering = ["memorandum", "number"]
        verbose_name = _("memorandum version")
        verbose_name_plural = _("memorandum versions")
        constraints = [
            models.UniqueConstraint(fields=["memorandum", "number"], name="memorandum_version_number_is_unique"),
            models.UniqueConstraint(
                fields=["memorandum"],
                condition=Q(state__in=NOT_YET_IN_FORCE),
                name="memorandum_has_one_version_in_preparation",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=EVER_IN_FORCE) | Q(valid_from__isnull=False),
                name="memorandum_in_force_has_a_first_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="memorandum_version_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="memorandum_versions_in_force_do_not_overlap",
                expressions=[
                    ("memorandum", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=EVER_IN_FORCE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.memorandum} ({self.number})"


@history.track()
class MemorandumVersionMove(MoveRecord):
    of = models.ForeignKey(MemorandumVersion, models.PROTECT, related_name="moves", verbose_name=_("version"))

    classified = Classified(internal="id name from_state to_state by by_client unit at reason of")

    class Meta(MoveRecord.Meta):
        abstract = False
        verbose_name = _("step of a memorandum version")
        verbose_name_plural = _("steps of a memorandum version")


class MemorandumReceiptQuerySet(models.QuerySet["MemorandumReceipt"]):
    def visible_to(self, actor: Actor) -> "MemorandumReceiptQuerySet":
        """One's own unit's; all for whoever keeps the catalogue or oversees."""
        if sees_all_memoranda(actor):
            return self
        return self.filter(unit=actor.unit) if actor.unit is not None else self.none()

    def current(self) -> "MemorandumReceiptQuerySet":
        """Of versions that are not over by their dates, each by its last circulation; a draft taken back is owed no
        receipt."""
        later = MemorandumVersionMove.objects.filter(
            of=OuterRef("circulation__of"), name="circulate", pk__gt=OuterRef("circulation")
        )
        is_not_over = Q(circulation__of__valid_to=None) | Q(circulation__of__valid_to__gte=clock.today())
        known = (VersionState.CIRCULATED, *EVER_IN_FORCE)
        return self.filter(~Exists(later), is_not_over, circulation__of__state__in=known)

    def owed(self) -> "MemorandumReceiptQuerySet":
        return self.current().filter(received_at=None)


@history.track()
class MemorandumReceipt(models.Model):
    """A unit confirms, once for each circulation, that it has received a version. Owed until it does."""

    circulation = models.ForeignKey(
        MemorandumVersionMove, models.PROTECT, related_name="receipts", verbose_name=_("circulation")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memorandum_receipts", verbose_name=_("unit"))
    due_on = models.DateField(_("due on"))
    due_is_provisional = models.BooleanField(_("provisional"), default=False, db_default=False)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("received by")
    )
    received_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("API client")
    )

    objects = MemorandumReceiptQuerySet.as_manager()

    classified = Classified(
        internal="id circulation unit due_on due_is_provisional received_at received_by received_by_client"
    )

    class Meta:
        ordering = ["unit__code"]
        verbose_name = _("receipt of a memorandum version")
        verbose_name_plural = _("receipts of memorandum versions")
        constraints = [
            models.UniqueConstraint(fields=["circulation", "unit"], name="unit_receives_a_circulation_once"),
            models.CheckConstraint(
                condition=Q(received_at=None, received_by=None, received_by_client=None)
                | Q(received_at__isnull=False, received_by__isnull=False, received_by_client=None)
                | Q(received_at__isnull=False, received_by=None, received_by_client__isnull=False),
                name="memorandum_receipt_names_time_and_person",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.unit}: {self.circulation.of}"

    @property
    def officer(self) -> str:
        return str(self.received_by or self.received_by_client or "")
