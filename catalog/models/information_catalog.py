from datetime import date, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Max, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.enums import CYCLE_DAYS, CatalogState, ItemDisclosure, ItemSharing, UpdateCycle
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import ApiClient, MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified

IN_PREPARATION = (CatalogState.DRAFT, CatalogState.REVIEWED)
EVER_ISSUED = (CatalogState.ISSUED, CatalogState.SUPERSEDED)
MAKING = ("draft", "revise")
"""The steps that make a person a maker of an edition."""


class InformationCatalogQuerySet(models.QuerySet["InformationCatalog"]):
    def visible_to(self, actor: Actor) -> "InformationCatalogQuerySet":
        """What was issued, for every unit; what is in preparation, for whoever keeps the catalogue or oversees."""
        if actor.may(Act.KEEP_CATALOGUE) or actor.may(Act.OVERSEE):
            return self
        return self.filter(state__in=EVER_ISSUED) if actor.may(Act.SEE_WORKBENCH) else self.none()

    def issued(self) -> "InformationCatalogQuerySet":
        """The one edition that holds today, if there is one."""
        return self.filter(state=CatalogState.ISSUED)


@history.track()
class InformationCatalog(models.Model):
    """公共信用信息目录, one edition of it (P §五(一)). A revision is a new edition; at most one holds at a time."""

    number = models.PositiveSmallIntegerField(_("edition"), null=True, unique=True)
    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(_("what the edition is for"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CatalogState, default=CatalogState.DRAFT)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    issued_on = models.DateField(_("issued on"), null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"), db_index=False
    )
    made_at = models.DateTimeField(_("made at"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("reviewed by"),
        db_index=False,
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)

    objects = InformationCatalogQuerySet.as_manager()

    classified = Classified(
        public="id number title document_number legal_basis issued_on",
        internal="note state made_by made_at reviewed_by reviewed_at",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("edition of the information catalogue")
        verbose_name_plural = _("editions of the information catalogue")
        constraints = [
            models.UniqueConstraint(
                Value(1), condition=Q(state__in=IN_PREPARATION), name="one_edition_is_in_preparation_at_a_time"
            ),
            models.UniqueConstraint(
                Value(1), condition=Q(state=CatalogState.ISSUED), name="one_edition_holds_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=EVER_ISSUED, number__isnull=False, issued_on__isnull=False)
                & ~Q(document_number="")
                & ~Q(legal_basis="")
                | ~Q(state__in=EVER_ISSUED) & Q(number=None, issued_on=None, document_number=""),
                name="edition_issued_has_number_day_and_basis",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
                & Q(state__in=[CatalogState.REVIEWED, *EVER_ISSUED])
                | Q(reviewed_at=None, reviewed_by=None, state__in=[CatalogState.DRAFT, CatalogState.DISCARDED]),
                name="edition_reviewed_has_a_person_and_a_time",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("made_by")),
                name="edition_is_reviewed_by_another_person",  # rule 4
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="says_what_it_said",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.issued_on IS NOT NULL AND "
                    "(OLD.number, OLD.title, OLD.document_number, OLD.legal_basis, OLD.issued_on, OLD.reviewed_by_id) "
                    "IS DISTINCT FROM "
                    "(NEW.number, NEW.title, NEW.document_number, NEW.legal_basis, NEW.issued_on, NEW.reviewed_by_id)"
                ),
            ),
            pgtrigger.Trigger(
                name="no_maker_reviews",  # rule 4: whoever wrote an item is a maker, too
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.reviewed_by_id IS NOT NULL"),
                func="""
                    IF EXISTS (
                        SELECT FROM catalog_informationcatalogmove
                        WHERE of_id = NEW.id AND name IN ('draft', 'revise') AND by_id = NEW.reviewed_by_id
                    ) THEN
                        RAISE EXCEPTION 'whoever wrote an edition does not review it';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def makers(self) -> set[int | None]:
        """Who wrote on it: they may not review it (rule 4)."""
        return {self.made_by_id, *self.moves.filter(name__in=MAKING).values_list("by_id", flat=True)}


class InformationCatalogMove(MoveRecord):
    of = models.ForeignKey(InformationCatalog, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of an edition of the information catalogue")
        verbose_name_plural = _("steps of editions of the information catalogue")


class CatalogItemQuerySet(models.QuerySet["CatalogItem"]):
    def visible_to(self, actor: Actor) -> "CatalogItemQuerySet":
        return self.filter(catalog__in=InformationCatalog.objects.visible_to(actor))

    def issued(self) -> "CatalogItemQuerySet":
        """Those of the edition that holds today."""
        return self.filter(catalog__state=CatalogState.ISSUED)

    def with_updates(self) -> "CatalogItemQuerySet":
        """Each with `updated_on`, the day of its last update, and `counted_from`, from which its cycle counts: that day
        or, before the first update, the day on which an edition with the item was first issued.

        An item is the same in all editions by its code.
        """
        updates = CatalogItemUpdate.objects.filter(item__code=OuterRef("code")).order_by()
        issues = CatalogItem.objects.filter(code=OuterRef("code"), catalog__state__in=EVER_ISSUED).order_by()
        last = updates.values("item__code").annotate(last=Max("updated_on")).values("last")
        first = issues.values("code").annotate(first=Min("catalog__issued_on")).values("first")
        return self.annotate(updated_on=Subquery(last), counted_from=Coalesce(Subquery(last), Subquery(first)))

    def late(self, on: date | None = None) -> "CatalogItemQuerySet":
        """Those of the edition that holds today whose next update is overdue."""
        day = on or clock.today()
        is_late = Q(pk__in=[])
        for cycle, days in CYCLE_DAYS.items():
            is_late |= Q(update_cycle=cycle, counted_from__lt=day - timedelta(days=days))
        return self.issued().with_updates().filter(is_late)


@history.track(gone=True)
class CatalogItem(models.Model):
    """A kind of public credit information: who provides it, what it holds, who may read it, how often it is renewed."""

    catalog = models.ForeignKey(InformationCatalog, models.PROTECT, related_name="items", verbose_name=_("edition"))
    code = models.SlugField(_("code"), max_length=80, help_text=_("The same in every edition."))
    name = models.CharField(_("name"), max_length=200)
    provider = models.ForeignKey(Unit, models.PROTECT, related_name="catalog_items", verbose_name=_("provider"))
    fields = models.JSONField(_("fields"), help_text=_("Name, type and standard of each."))
    disclosure = models.CharField(pgettext_lazy("of an item", "disclosure"), max_length=10, choices=ItemDisclosure)
    sharing = models.CharField(_("sharing"), max_length=13, choices=ItemSharing)
    sharing_condition = models.CharField(_("condition of sharing"), max_length=300, blank=True)
    update_cycle = models.CharField(_("update cycle"), max_length=11, choices=UpdateCycle)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    standards = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        verbose_name=_("standards"),
        help_text=_("By number."),
    )

    objects = CatalogItemQuerySet.as_manager()
    updated_on: date | None
    counted_from: date | None
    """Of rows read `with_updates`."""

    classified = Classified(
        public="id catalog code name provider fields disclosure sharing sharing_condition update_cycle legal_basis "
        "standards"
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("item of the information catalogue")
        verbose_name_plural = _("items of the information catalogue")
        constraints = [
            models.UniqueConstraint(fields=["catalog", "code"], name="item_code_is_unique_in_its_edition"),
            models.CheckConstraint(
                condition=~Q(sharing=ItemSharing.CONDITIONAL) | ~Q(sharing_condition=""),
                name="item_shared_on_a_condition_names_it",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="is_written_in_a_draft",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (
                        SELECT FROM catalog_informationcatalog
                        WHERE id IN (OLD.catalog_id, NEW.catalog_id) AND state <> 'DRAFT'
                    ) THEN
                        RAISE EXCEPTION 'items are written while the edition is a draft';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def due_on(self) -> date | None:
        """The last day of the next update, of an item read `with_updates`; None where no cycle runs."""
        days = CYCLE_DAYS.get(self.update_cycle)
        return self.counted_from + timedelta(days=days) if days is not None and self.counted_from else None

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()


class CatalogItemUpdate(models.Model):
    """The provider has renewed the records of an item. Rows are only added."""

    item = models.ForeignKey(CatalogItem, models.PROTECT, related_name="updates", verbose_name=_("item"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    updated_on = models.DateField(_("updated on"))
    row_count = models.PositiveIntegerField(_("number of records"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"), db_index=False
    )
    made_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("API client"), db_index=False
    )
    made_at = models.DateTimeField(_("made at"))

    classified = Classified(internal="id item unit updated_on row_count note made_by made_by_client made_at")

    class Meta:
        ordering = ["-updated_on", "-id"]
        verbose_name = _("update of an item")
        verbose_name_plural = _("updates of items")
        constraints = [
            models.CheckConstraint(
                condition=Q(made_by__isnull=False, made_by_client=None) | Q(made_by=None, made_by_client__isnull=False),
                name="item_update_is_by_a_person_or_a_client",
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.item} ({self.updated_on})"

    @property
    def officer(self) -> str:
        return str(self.made_by or self.made_by_client)
