from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts import history
from jinan_credit.accounts.models import MoveRecord, StaffMessage, Unit
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.exchange.rules import LONGEST_ERROR, LONGEST_OFFICE_HOLD
from jinan_credit.kernel.classification import Classified


class OfficeHookQuerySet(models.QuerySet["OfficeHook"]):
    def due(self, at: datetime) -> "OfficeHookQuerySet":
        """Active, nobody's turn and none to be waited for, and something to be sent.

        One that waits longer than any may was put off while the clock ran ahead.
        """
        waiting = OfficeDelivery.objects.waiting().filter(hook=OuterRef("pk"))
        in_time = Q(next_attempt_at__lte=at) | Q(next_attempt_at__gt=at + timedelta(seconds=LONGEST_OFFICE_HOLD))
        return self.filter(in_time, Exists(waiting), state=EndpointState.ACTIVE)


@history.track(gone=True, exclude=["failures", "next_attempt_at", "fence", "last_error", "last_taken_at"])
class OfficeHook(models.Model):
    """The address of a unit's office system, to which the unit's messages are sent.

    Whoever sends to it has its turn until `next_attempt_at`; `fence` grows with every turn, and an old one decides
    nothing.
    """

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="office_hook", verbose_name=_("unit"))
    url = models.CharField(_("address"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=EndpointState, default=EndpointState.ACTIVE)
    pause_reason = models.CharField(_("why it is paused"), max_length=500, blank=True)
    is_gone = models.BooleanField(_("the receiver says it is gone"), default=False)
    verified_at = models.DateTimeField(pgettext_lazy("an address", "verified at"))
    ca_certificates = models.TextField(_("certificate authorities"), blank=True)
    failures = models.PositiveIntegerField(_("failures running"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    fence = models.BigIntegerField(default=0)
    last_error = models.CharField(_("last error"), max_length=LONGEST_ERROR, blank=True)
    last_taken_at = models.DateTimeField(_("last message taken at"), null=True)

    objects = OfficeHookQuerySet.as_manager()

    classified = Classified(
        internal="id unit url state pause_reason is_gone verified_at ca_certificates failures next_attempt_at fence "
        "last_error last_taken_at"
    )

    class Meta:
        ordering = ["unit"]
        verbose_name = _("address of an office system")
        verbose_name_plural = _("addresses of office systems")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=EndpointState.PAUSED) & ~Q(pause_reason="")
                | Q(state=EndpointState.ACTIVE, pause_reason="", is_gone=False),
                name="office_hook_paused_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class OfficeHookMove(MoveRecord):
    of = models.ForeignKey(OfficeHook, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of an office system's address")
        verbose_name_plural = _("steps of office systems' addresses")


class OfficeHookKeyQuerySet(models.QuerySet["OfficeHookKey"]):
    def live(self, at: datetime) -> "OfficeHookKeyQuerySet":
        return self.filter(live_from__lte=at).filter(Q(live_to=None) | Q(live_to__gt=at))


class OfficeHookKey(models.Model):
    """A secret that signs what is sent. While two are live each message carries two signatures."""

    hook = models.ForeignKey(OfficeHook, models.PROTECT, related_name="keys", verbose_name=_("office system"))
    sealed_secret = models.TextField(_("secret (sealed)"))
    live_from = models.DateTimeField(_("signs from"))
    live_to = models.DateTimeField(_("signs until"), null=True)

    objects = OfficeHookKeyQuerySet.as_manager()

    classified = Classified(internal="id hook sealed_secret live_from live_to")

    class Meta:
        ordering = ["-live_from", "-id"]
        verbose_name = _("signing key of an office system")
        verbose_name_plural = _("signing keys of office systems")
        constraints = [
            models.CheckConstraint(
                condition=Q(live_to=None) | Q(live_to__gte=F("live_from")), name="office_key_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hook_id}: {self.live_from:%Y-%m-%d %H:%M}"


class OfficeDeliveryQuerySet(models.QuerySet["OfficeDelivery"]):
    def waiting(self) -> "OfficeDeliveryQuerySet":
        return self.filter(taken_at=None)


class OfficeDelivery(models.Model):
    """A message that a unit's office system has taken, or is to take: it waits for as long as that needs."""

    hook = models.ForeignKey(OfficeHook, models.PROTECT, related_name="deliveries", db_index=False)
    message = models.ForeignKey(StaffMessage, models.CASCADE, related_name="deliveries", verbose_name=_("message"))
    attempts = models.PositiveIntegerField(pgettext_lazy("how many", "attempts"), default=0)
    taken_at = models.DateTimeField(_("taken at"), null=True)

    objects = OfficeDeliveryQuerySet.as_manager()

    classified = Classified(internal="id hook message attempts taken_at")

    class Meta:
        ordering = ["id"]
        verbose_name = _("message to an office system")
        verbose_name_plural = _("messages to office systems")
        constraints = [
            models.UniqueConstraint(fields=["hook", "message"], name="office_system_gets_a_message_once"),
        ]
        indexes = [
            models.Index(fields=["hook", "attempts", "id"], condition=Q(taken_at=None), name="office_delivery_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.hook_id}: {self.message_id}"
