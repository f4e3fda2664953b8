from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.models.cursor import Cursor
from jinan_credit.exchange.rules import LONGEST_ERROR
from jinan_credit.kernel.classification import Classified

NEWS_FOR = timedelta(days=1)
"""An alert that ended longer ago is no news: a mail server that comes back after a week sends no old ones."""


class WatchMark(models.Model):
    """When it was last looked which units stay behind. One row; whoever looks holds its lock."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField(_("last look"))

    classified = Classified(internal="id at")

    class Meta:
        verbose_name = _("last look at the copies")
        verbose_name_plural = _("last looks at the copies")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="watch_mark_is_one_row")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class Backlog(models.Model):
    """A pushed cursor that the last look found behind, and from when on what it misses has been waiting.

    Not the age of the oldest missing change: a cursor that is new, or was set back, misses changes of years, and
    waits only since then.
    """

    cursor = models.OneToOneField(Cursor, models.CASCADE, primary_key=True, verbose_name=_("position"))
    waiting_from = models.DateTimeField(_("waiting from"))

    classified = Classified(internal="cursor waiting_from")

    class Meta:
        verbose_name = _("backlog")
        verbose_name_plural = _("backlogs")

    def __str__(self) -> str:
        return f"{self.cursor_id}: {self.waiting_from:%Y-%m-%d %H:%M:%S}"


class DeliveryAlertQuerySet(models.QuerySet["DeliveryAlert"]):
    def visible_to(self, actor: Actor) -> "DeliveryAlertQuerySet":
        """One's own unit's alerts; the coordinator sees all."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        return self.filter(unit=actor.unit) if actor.unit else self.none()

    def open(self) -> "DeliveryAlertQuerySet":
        return self.filter(ended_at=None)

    def gravest(self) -> "DeliveryAlertQuerySet":
        """Of each unit the open alert of the highest level."""
        return self.open().select_related("unit").order_by("unit_id", "-level").distinct("unit_id")

    def to_mail(self, at: datetime, again_after: timedelta) -> "DeliveryAlertQuerySet":
        """Of which nobody was told, and that nobody tried to mail within the last `again_after`."""
        return self.filter(
            Q(ended_at=None) | Q(ended_at__gt=at - NEWS_FOR),
            Q(mail_tried_at=None) | Q(mail_tried_at__lte=at - again_after) | Q(mail_tried_at__gt=at + again_after),
            mailed_at=None,
        )

    def in_turn(self) -> "DeliveryAlertQuerySet":
        """Locked in one order, so that two who change alerts never wait for each other."""
        return self.select_for_update(of=("self",)).order_by("pk")


class DeliveryAlert(models.Model):
    """A unit's copy stayed behind for longer than a level allows. Once for each level and spell.

    Raised and ended by the watch alone; `lists`, `changes_behind` and `error` are those of the moment it was raised.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="delivery_alerts", verbose_name=_("unit"))
    level = models.PositiveIntegerField(_("behind for more than (minutes)"))
    behind_from = models.DateTimeField(_("behind since"))
    raised_at = models.DateTimeField(_("raised at"))
    lists = models.PositiveIntegerField(_("lists behind"))
    changes_behind = models.BigIntegerField(_("changes behind"))
    error = models.CharField(_("last error"), max_length=LONGEST_ERROR, blank=True)
    mail_tried_at = models.DateTimeField(_("mail last tried"), null=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True)
    ended_at = models.DateTimeField(_("ended: the unit has caught up"), null=True)

    objects = DeliveryAlertQuerySet.as_manager()

    classified = Classified(
        internal="id unit level behind_from raised_at lists changes_behind error mail_tried_at mailed_at ended_at"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("delivery alert")
        verbose_name_plural = _("delivery alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "level"], condition=Q(ended_at=None), name="delivery_alert_is_open_once_a_level"
            ),
            models.CheckConstraint(
                condition=Q(raised_at__gte=F("behind_from")), name="delivery_alert_comes_after_the_delay"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("raised_at")), name="delivery_alert_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.level}"

    @property
    def length(self) -> str:
        """The level in words: 15 minutes, 4 hours."""
        if self.level % 60:
            return ngettext("%(minutes)d minute", "%(minutes)d minutes", self.level) % {"minutes": self.level}
        return ngettext("%(hours)d hour", "%(hours)d hours", self.level // 60) % {"hours": self.level // 60}
