from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.enums import EndpointState, MessageKind, Settlement, Via
from jinan_credit.exchange.rules import LONGEST_ERROR, Position
from jinan_credit.kernel.classification import Classified
from lists.models import CreditList, Publication

TROUBLED = Q(failures__gt=0) | Q(is_slow=True)


class CursorQuerySet(models.QuerySet["Cursor"]):
    def visible_to(self, actor: Actor) -> "CursorQuerySet":
        """One's own unit's cursors; the coordinator sees all."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        return self.filter(unit=actor.unit) if actor.unit else self.none()

    def current(self) -> "CursorQuerySet":
        """Of lists that (still) concern the unit."""
        return self.filter(ended_at=None)

    def behind(self) -> "CursorQuerySet":
        """Not at the head of the list, or of an epoch that is over."""
        return self.current().filter(~Q(epoch=F("credit_list__head__epoch")) | Q(seq__lt=F("credit_list__head__seq")))

    def failing(self) -> "CursorQuerySet":
        return self.current().filter(via=Via.PUSH, failures__gt=0)

    def troubled(self) -> "CursorQuerySet":
        """Failed last time, or answered slowly: sent to apart from the others."""
        return self.filter(TROUBLED)

    def untroubled(self) -> "CursorQuerySet":
        return self.filter(failures=0, is_slow=False)

    def owing(self) -> "CursorQuerySet":
        """Something is still to be said: changes, or that the list has ended for the unit."""
        is_behind = ~Q(epoch=F("credit_list__head__epoch")) | Q(seq__lt=F("credit_list__head__seq"))
        return self.filter(Q(ended_at=None) & is_behind | Q(ended_at__isnull=False, told_ended_at=None))

    def due(self, at: datetime) -> "CursorQuerySet":
        """What a sender may take up now: its address active, not held and within reach, nobody else's lease on it."""
        return (
            self.owing()
            .filter(via=Via.PUSH, next_attempt_at__lte=at, unit__endpoint__state=EndpointState.ACTIVE)
            .filter(Q(lease_until=None) | Q(lease_until__lte=at))
            .filter(Q(unit__endpoint__held_until=None) | Q(unit__endpoint__held_until__lte=at))
            .filter(Q(unit__endpoint__probe_at=None) | Q(unit__endpoint__probe_at__lte=at))
        )

    def with_lag(self) -> "CursorQuerySet":
        """Adds `head_epoch`, `head_seq` and `behind_since`: when the first change not yet taken was made."""
        first_missing = Publication.objects.filter(
            credit_list=OuterRef("credit_list"), last_seq__gt=OuterRef("seq")
        ).order_by("last_seq")
        return self.annotate(
            head_epoch=F("credit_list__head__epoch"),
            head_seq=F("credit_list__head__seq"),
            behind_since=Subquery(first_missing.values("published_at")[:1]),
        )


class Cursor(models.Model):
    """How far one unit's copy of one list is. The only thing that publishing costs a unit: one row a list.

    Whoever sends for it holds the lease; `fence` grows with every change of hands, and a sender whose fence is
    old cannot move the cursor.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cursors", verbose_name=_("unit"))
    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="cursors", verbose_name=_("list"))
    via = models.CharField(_("method"), max_length=4, choices=Via)
    epoch = models.CharField(_("epoch"), max_length=8)
    seq = models.BigIntegerField(_("position"), default=0)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(_("failures running"), default=0)
    is_slow = models.BooleanField(_("answered slowly last time"), default=False, db_default=False)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True)
    last_acked_at = models.DateTimeField(_("last acknowledged"), null=True)
    last_error = models.CharField(_("last error"), max_length=LONGEST_ERROR, blank=True)
    batch_limit = models.PositiveSmallIntegerField(_("changes a batch"), null=True)
    rewound_to = models.CharField(max_length=30, blank=True)
    replayed_under = models.BigIntegerField(default=0, db_default=0)
    sent_again = models.PositiveIntegerField(_("times that it was sent again"), default=0, db_default=0)
    ended_at = models.DateTimeField(_("ended: the list no longer concerns the unit"), null=True)
    told_ended_at = models.DateTimeField(_("the unit's system knows that it ended"), null=True)

    objects = CursorQuerySet.as_manager()

    classified = Classified(
        internal="id unit credit_list via epoch seq lease_until fence failures is_slow next_attempt_at "
        "last_attempt_at last_acked_at last_error batch_limit rewound_to replayed_under sent_again ended_at "
        "told_ended_at"
    )

    class Meta:
        ordering = ["unit", "credit_list"]
        verbose_name = _("position of a unit")
        verbose_name_plural = _("positions of units")
        constraints = [
            models.UniqueConstraint(fields=["credit_list", "unit"], name="cursor_is_one_a_unit_and_list"),
            models.CheckConstraint(condition=Q(seq__gte=0), name="cursor_is_not_negative"),
            models.CheckConstraint(
                condition=Q(told_ended_at=None) | Q(ended_at__isnull=False), name="cursor_is_told_what_has_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.credit_list_id} {self.position}"

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.seq)


TAKEN = Q(status__range=(200, 299))


class PushAttemptQuerySet(models.QuerySet["PushAttempt"]):
    def not_taken(self) -> "PushAttemptQuerySet":
        return self.exclude(TAKEN)


class PushAttempt(models.Model):
    """One message sent and what came of it.

    One that failed is kept for a month. One that was taken is the record of which changes went to which unit, full
    document numbers included: it is kept as long as access logs are.
    """

    id = models.BigAutoField(primary_key=True)
    cursor = models.ForeignKey(Cursor, models.CASCADE, related_name="attempts", verbose_name=_("position"))
    kind = models.CharField(_("message"), max_length=20, choices=MessageKind)
    epoch = models.CharField(_("epoch"), max_length=8)
    from_seq = models.BigIntegerField(_("from"))
    to_seq = models.BigIntegerField(_("to"))
    status = models.PositiveSmallIntegerField(_("HTTP status"))
    ms = models.PositiveIntegerField(_("milliseconds"))
    size = models.PositiveIntegerField(_("bytes"))
    at = models.DateTimeField(_("at"), db_index=True)
    error = models.CharField(_("error"), max_length=LONGEST_ERROR, blank=True)

    objects = PushAttemptQuerySet.as_manager()

    classified = Classified(internal="id cursor kind epoch from_seq to_seq status ms size at error")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        indexes = [
            models.Index(fields=["cursor", "-id"], name="attempt_by_cursor"),
            models.Index(fields=["at"], condition=~TAKEN, name="attempt_not_taken_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.cursor_id}: {self.epoch}:{self.from_seq}-{self.to_seq} {self.status}"


class ParkedChangeQuerySet(models.QuerySet["ParkedChange"]):
    def visible_to(self, actor: Actor) -> "ParkedChangeQuerySet":
        """One's own unit's; the coordinator sees all."""
        return self.filter(cursor__in=Cursor.objects.visible_to(actor))

    def unsettled(self) -> "ParkedChangeQuerySet":
        return self.filter(settlement="")


class ParkedChange(models.Model):
    """A change that a receiver rejected (422). Kept for a person: the position went on without it.

    Settled when the receiver takes it after all, or when a person says why it needs no more.
    """

    cursor = models.ForeignKey(Cursor, models.CASCADE, related_name="parked", verbose_name=_("position"))
    epoch = models.CharField(_("epoch"), max_length=8)
    seq = models.BigIntegerField(_("change"))
    code = models.CharField(_("code"), max_length=100, blank=True)
    message = models.CharField(_("what the receiver said"), max_length=LONGEST_ERROR, blank=True)
    at = models.DateTimeField(_("at"))
    settlement = models.CharField(_("settlement"), max_length=10, choices=Settlement, blank=True, db_default="")
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    settled_reason = models.CharField(_("reason"), max_length=500, blank=True, db_default="")

    objects = ParkedChangeQuerySet.as_manager()

    classified = Classified(
        internal="id cursor epoch seq code at settlement settled_at settled_by settled_reason", personal="message"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("rejected change")
        verbose_name_plural = _("rejected changes")
        constraints = [
            models.UniqueConstraint(fields=["cursor", "epoch", "seq"], name="parked_change_is_kept_once"),
            models.CheckConstraint(
                condition=Q(settlement="", settled_at=None, settled_by=None, settled_reason="")
                | Q(settlement=Settlement.TAKEN, settled_at__isnull=False, settled_by=None)
                | Q(settlement=Settlement.BY_HAND, settled_at__isnull=False, settled_by__isnull=False)
                & ~Q(settled_reason=""),
                name="parked_change_is_settled_by_someone_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cursor_id}: {self.epoch}:{self.seq}"


class SweepMark(models.Model):
    """When a worker last looked for cursors that are behind. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField(_("last sweep"))
    tidied_at = models.DateTimeField(_("old attempts deleted"), null=True)

    classified = Classified(internal="id at tidied_at")

    class Meta:
        verbose_name = _("last sweep")
        verbose_name_plural = _("last sweeps")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sweep_mark_is_one_row")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
