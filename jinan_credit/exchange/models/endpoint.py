from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import MoveRecord, Unit
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.kernel.classification import Classified


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def visible_to(self, actor: Actor) -> "EndpointQuerySet":
        """One's own unit's endpoint; the coordinator sees all."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        return self.filter(unit=actor.unit) if actor.unit else self.none()

    def due(self, at: datetime) -> "EndpointQuerySet":
        """Neither asked to wait nor out of reach until later."""
        return self.filter(Q(held_until=None) | Q(held_until__lte=at), Q(probe_at=None) | Q(probe_at__lte=at))


@history.track(gone=True, exclude=["unreachable", "probe_at", "held_until", "sealed_client_key"])
class Endpoint(models.Model):
    """The address to which the changes of every list that concerns a unit are pushed."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="endpoint", verbose_name=_("unit"))
    url = models.CharField(_("address"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=EndpointState, default=EndpointState.ACTIVE)
    pause_reason = models.CharField(_("why it is paused"), max_length=500, blank=True)
    is_gone = models.BooleanField(_("the receiver says it is gone"), default=False)
    auto_sign = models.BooleanField(
        _("sign automatically"),
        default=False,
        help_text=_("What the machine has acknowledged counts as signed by the unit."),
    )
    wants_gzip = models.BooleanField(_("compress"), default=False)
    verified_at = models.DateTimeField(pgettext_lazy("an address", "verified at"))
    held_until = models.DateTimeField(_("asked to wait until"), null=True)
    most_per_minute = models.PositiveSmallIntegerField(_("messages a minute, at most"), null=True, blank=True)
    unreachable = models.PositiveIntegerField(_("attempts without an answer running"), default=0, db_default=0)
    probe_at = models.DateTimeField(_("not reached: tried again at"), null=True)
    ca_certificates = models.TextField(_("certificate authorities"), blank=True, db_default="")
    client_certificate = models.TextField(_("client certificate"), blank=True, db_default="")
    sealed_client_key = models.TextField(_("key of the client certificate (sealed)"), blank=True, db_default="")

    objects = EndpointQuerySet.as_manager()

    classified = Classified(
        internal="id unit url state pause_reason is_gone auto_sign wants_gzip verified_at held_until most_per_minute "
        "unreachable probe_at ca_certificates client_certificate sealed_client_key"
    )

    class Meta:
        ordering = ["unit"]
        verbose_name = _("push address")
        verbose_name_plural = _("push addresses")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=EndpointState.PAUSED) & ~Q(pause_reason="")
                | Q(state=EndpointState.ACTIVE, pause_reason="", is_gone=False),
                name="endpoint_paused_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(client_certificate="", sealed_client_key="")
                | ~Q(client_certificate="") & ~Q(sealed_client_key=""),
                name="endpoint_certificate_has_its_key",
            ),
            models.CheckConstraint(
                condition=Q(most_per_minute=None) | Q(most_per_minute__gt=0), name="endpoint_may_send_something"
            ),
        ]

    def __str__(self) -> str:
        return self.url


class EndpointMove(MoveRecord):
    of = models.ForeignKey(Endpoint, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a push address")
        verbose_name_plural = _("steps of push addresses")


class EndpointKeyQuerySet(models.QuerySet["EndpointKey"]):
    def live(self, at: object) -> "EndpointKeyQuerySet":
        return self.filter(live_from__lte=at).filter(Q(live_to=None) | Q(live_to__gt=at))


class EndpointKey(models.Model):
    """A secret that signs what is pushed. While two are live each message carries two signatures."""

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="keys", verbose_name=_("push address"))
    sealed_secret = models.TextField(_("secret (sealed)"))
    live_from = models.DateTimeField(_("signs from"))
    live_to = models.DateTimeField(_("signs until"), null=True)

    objects = EndpointKeyQuerySet.as_manager()

    classified = Classified(internal="id endpoint sealed_secret live_from live_to")

    class Meta:
        ordering = ["-live_from", "-id"]
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(live_to=None) | Q(live_to__gte=F("live_from")), name="endpoint_key_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint_id}: {self.live_from:%Y-%m-%d %H:%M}"
