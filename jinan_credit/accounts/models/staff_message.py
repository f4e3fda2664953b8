from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.events import event_kind, event_kinds
from jinan_credit.accounts.models.unit import Unit
from jinan_credit.kernel.classification import Classified

if TYPE_CHECKING:
    from jinan_credit.accounts.actors import Actor


class StaffMessageQuerySet(models.QuerySet["StaffMessage"]):
    def visible_to(self, actor: "Actor") -> "StaffMessageQuerySet":
        """What one's own unit is told, of that what one's roles have to do with."""
        if actor.unit is None:
            return self.none()
        return self.filter(unit=actor.unit).for_acts(actor.acts)

    def for_acts(self, acts: frozenset[str]) -> "StaffMessageQuerySet":
        return self.filter(kind__in=[kind.code for kind in event_kinds() if kind.act in acts])

    def urgent(self) -> "StaffMessageQuerySet":
        return self.filter(kind__in=[kind.code for kind in event_kinds() if kind.is_urgent])

    def unread_by(self, user: Any) -> "StaffMessageQuerySet":
        return self.filter(~Exists(StaffReading.objects.filter(message=OuterRef("pk"), user=user)))

    def read_by_nobody(self) -> "StaffMessageQuerySet":
        return self.filter(~Exists(StaffReading.objects.filter(message=OuterRef("pk"))))

    def with_reading_of(self, user: Any) -> "StaffMessageQuerySet":
        """Adds `is_read`."""
        return self.annotate(is_read=Exists(StaffReading.objects.filter(message=OuterRef("pk"), user=user)))


class StaffMessage(models.Model):
    """消息: what one unit is told of one event. Whoever of it reads it marks it for himself.

    `values` are those of the words of its kind, and never about a natural person. `about` says what was told, so that
    it is told to a unit once. Until it was mailed at once, or given up, `mail_at` says when that is tried next.
    """

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="staff_messages", verbose_name=_("unit"), db_index=False
    )
    kind = models.CharField(_("event"), max_length=40)
    about = models.CharField(_("about"), max_length=80)
    values = models.JSONField(_("values of its words"), encoder=DjangoJSONEncoder)
    link = models.CharField(_("address on the site"), max_length=300)
    told_at = models.DateTimeField(_("told at"))
    mail_at = models.DateTimeField(_("mail tried next at"), null=True)
    mail_attempts = models.PositiveSmallIntegerField(_("attempts to mail"), default=0)
    mailed_at = models.DateTimeField(_("mailed at"), null=True)

    objects = StaffMessageQuerySet.as_manager()

    classified = Classified(internal="id unit kind about values link told_at mail_at mail_attempts mailed_at")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("message to staff")
        verbose_name_plural = _("messages to staff")
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "about"], name="unit_is_told_of_an_event_once"),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="staff_message_by_unit"),
            models.Index(fields=["told_at"], name="staff_message_by_time"),
            models.Index(fields=["mail_at"], condition=Q(mail_at__isnull=False), name="staff_message_to_mail"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        kind = event_kind(self.kind)
        return str(kind.name) if kind else self.kind

    @property
    def words(self) -> str:
        """Nothing where its kind was given up, or says since what the message has no value for: the title stays."""
        kind = event_kind(self.kind)
        try:
            return kind.says(self.values) if kind else ""
        except KeyError:
            return ""

    @property
    def is_urgent(self) -> bool:
        kind = event_kind(self.kind)
        return kind is not None and kind.is_urgent

    @property
    def address(self) -> str:
        """As it can be followed from a mail or another system."""
        return f"{settings.SITE_ADDRESS}{self.link}"


class StaffReading(models.Model):
    """A person has read a message."""

    message = models.ForeignKey(StaffMessage, models.CASCADE, related_name="readings", verbose_name=_("message"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user"))
    read_at = models.DateTimeField(_("read at"))

    classified = Classified(internal="id message user read_at")

    class Meta:
        verbose_name = _("reading of a message")
        verbose_name_plural = _("readings of messages")
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="message_is_read_once_by_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.user_id}"
