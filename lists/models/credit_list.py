import secrets
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Memorandum
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified
from lists.enums import BlackField, Disclosure, FeedbackMode, ListKind, ListLevel, RedCategory, RequiredField


class CreditListQuerySet(models.QuerySet["CreditList"]):
    def initiated_by(self, unit: Unit | None) -> "CreditListQuerySet":
        return self.filter(initiating_units=unit) if unit else self.none()


@history.track()
class CreditList(models.Model):
    """名单. What a list is called today (严重失信主体名单) is data: `name`."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=5, choices=ListKind)
    level = models.CharField(_("level"), max_length=10, choices=ListLevel, default=ListLevel.CITY)
    is_serious = models.BooleanField(
        _("list of serious dishonesty"), default=False, help_text=_("Severe measures apply only to serious lists.")
    )
    initiating_units = models.ManyToManyField(Unit, related_name="initiated_lists", verbose_name=_("initiating units"))
    sources = models.ManyToManyField(
        Unit,
        related_name="sourced_lists",
        blank=True,
        verbose_name=_("data sources"),
        help_text=_("Other platforms and regions whose records come in as imports under their name."),
    )
    memoranda = models.ManyToManyField(Memorandum, related_name="lists", verbose_name=_("memoranda"))
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    term_profile = models.SlugField(_("term rules"), max_length=40, default="term-dishonesty")
    feedback_mode = models.CharField(_("feedback"), max_length=10, choices=FeedbackMode, default=FeedbackMode.ON_ACTION)
    disclosure = models.CharField(_("disclosure"), max_length=10, choices=Disclosure, default=Disclosure.PUBLIC)
    person_disclosure_basis = models.CharField(
        _("statutory exception for natural persons"),
        max_length=300,
        blank=True,
        help_text=_("Empty: natural persons on this list are never shown to the public."),  # SD art. 20
    )
    red_category = models.CharField(_("object category"), max_length=20, choices=RedCategory, blank=True)
    black_field = models.CharField(_("field"), max_length=20, choices=BlackField, blank=True)
    category = models.CharField(_("category or field in detail"), max_length=200, blank=True)
    notice_required = models.BooleanField(
        _("notice before listing"),
        default=False,
        help_text=_("The party is told first and may state his defence; only then is the entry reviewed."),
    )
    required_fields = ArrayField(
        models.CharField(max_length=20, choices=RequiredField),
        default=list,
        blank=True,
        verbose_name=_("fields required besides"),
    )
    repair_documents = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        verbose_name=_("documents for credit repair"),
        help_text=_("Empty: those that the rules name for all lists."),
    )
    no_repair_basis = models.CharField(
        _("law that excludes credit repair"),
        max_length=300,
        blank=True,
        help_text=_("Empty: entries of this list can be repaired."),
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = CreditListQuerySet.as_manager()

    classified = Classified(
        public="id code name kind level is_serious legal_basis term_profile feedback_mode disclosure "
        "person_disclosure_basis red_category black_field category notice_required required_fields repair_documents "
        "no_repair_basis source"
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            FeedHead.objects.get_or_create(credit_list=self)

    def is_initiated_by(self, actor: Actor) -> bool:
        return actor.unit is not None and self.initiating_units.filter(pk=actor.unit.pk).exists()


class CreditListVersion(models.Model):
    """What a list said from a day on: entries keep the version they were listed under. Never changed, never deleted."""

    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="versions", verbose_name=_("list"))
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))

    classified = Classified(public="id credit_list number content made_at", internal="reason made_by")

    class Meta:
        ordering = ["credit_list", "-number"]
        verbose_name = _("version of a list")
        verbose_name_plural = _("versions of lists")
        constraints = [
            models.UniqueConstraint(fields=["credit_list", "number"], name="list_version_number_is_unique"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.credit_list} ({self.number})"


def new_epoch() -> str:
    return secrets.token_hex(4)


class FeedHead(models.Model):
    """Where the feed of a list ends. Its row lock is the order of the feed (architecture: the feed)."""

    credit_list = models.OneToOneField(CreditList, models.PROTECT, primary_key=True, related_name="head")
    epoch = models.CharField(_("epoch"), max_length=8, default=new_epoch)
    seq = models.BigIntegerField(_("position"), default=0)
    floor = models.BigIntegerField(
        _("told whole from"),
        default=0,
        db_default=0,
        help_text=_("Up to here readers get the last version of each entry only, and start from nothing."),
    )

    purges = models.BigIntegerField(
        _("deletions"),
        default=0,
        db_default=0,
        help_text=_("Rises with every deletion of entries: what was rendered before it is not given to readers again."),
    )

    classified = Classified(internal="credit_list epoch seq floor purges")

    class Meta:
        verbose_name = _("feed head")
        verbose_name_plural = _("feed heads")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(floor__gte=0, floor__lte=models.F("seq")), name="feed_floor_is_not_above_the_head"
            ),
        ]

    def __str__(self) -> str:
        return self.cursor

    @property
    def cursor(self) -> str:
        return f"{self.epoch}:{self.seq}"
