import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import MoveRecord, Unit
from jinan_credit.kernel.classification import Classified
from sanctions.enums import BulletinState

NUMBERED = (BulletinState.ISSUED, BulletinState.WITHDRAWN)


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, actor: Actor) -> "BulletinQuerySet":
        """All to the coordinator and the audit; to everybody in the units those that bear a number."""
        if actor.is_system or actor.may(Act.CIRCULATE_CASES) or actor.may(Act.SEE_AUDIT):
            return self
        return self.filter(state__in=NUMBERED) if actor.may(Act.SEE_WORKBENCH) else self.none()

    def public(self) -> "BulletinQuerySet":
        """What any passer-by may know of; a withdrawn one by its number alone."""
        return self.filter(state__in=NUMBERED, is_public=True)


@history.track()
class Bulletin(models.Model):
    """通报: adopted cases and the coordinator's own words, circulated to the units (P §五(三)).

    Numbers have no gaps in a year; what was issued is never changed, and stays under its number when it is withdrawn.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="bulletins", verbose_name=_("issuing unit"))
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    serial = models.PositiveIntegerField(_("serial"), null=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=BulletinState, default=BulletinState.DRAFT)
    is_public = models.BooleanField(_("also on the public site"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"), db_index=False
    )
    made_at = models.DateTimeField(_("made at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("issued by"),
        db_index=False,
    )
    issued_at = models.DateTimeField(_("issued at"), null=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)

    objects = BulletinQuerySet.as_manager()

    classified = Classified(
        public="unit year serial title text issued_at withdrawn_on",
        internal="id state is_public made_by made_at issued_by",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="bulletin_number_is_unique"),
            models.CheckConstraint(
                condition=Q(
                    state__in=NUMBERED,
                    year__isnull=False,
                    serial__isnull=False,
                    issued_by__isnull=False,
                    issued_at__isnull=False,
                )
                | ~Q(state__in=NUMBERED) & Q(year=None, serial=None, issued_by=None, issued_at=None, is_public=False),
                name="bulletin_issued_has_number_person_and_time",
            ),
            models.CheckConstraint(
                condition=Q(state=BulletinState.WITHDRAWN, withdrawn_on__isnull=False)
                | ~Q(state=BulletinState.WITHDRAWN) & Q(withdrawn_on=None),
                name="bulletin_withdrawn_has_its_day",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="says_what_it_said",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.issued_at IS NOT NULL AND "
                    "(OLD.unit_id, OLD.year, OLD.serial, OLD.title, OLD.text, OLD.is_public, OLD.issued_at) "
                    "IS DISTINCT FROM "
                    "(NEW.unit_id, NEW.year, NEW.serial, NEW.title, NEW.text, NEW.is_public, NEW.issued_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def number(self) -> str:
        """案例通报〔2026〕3号; nothing before it is issued."""
        return f"案例通报〔{self.year}〕{self.serial}号" if self.serial else ""


class BulletinMove(MoveRecord):
    of = models.ForeignKey(Bulletin, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a bulletin")
        verbose_name_plural = _("steps of bulletins")
