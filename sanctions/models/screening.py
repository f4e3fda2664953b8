import secrets
import threading
import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import ApiClient, MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from lists.enums import DocumentType
from lists.models import Entry
from sanctions.enums import HitState, Match, MatchedAs, PartyKind, ScreeningResult, ScreeningState, UnknownReason


class _Moments:
    """Fractions of a millisecond, as many as the twelve bits behind it count; no two of a process are the same."""

    A_MILLISECOND = 4096

    def __init__(self) -> None:
        self._last, self._one_at_a_time = 0, threading.Lock()

    def next(self) -> int:
        moment = int(clock.now().timestamp() * 1000 * self.A_MILLISECOND)
        with self._one_at_a_time:
            if moment <= self._last < moment + self.A_MILLISECOND:
                moment = self._last + 1
            self._last = moment
        return moment


_moments = _Moments()


def new_screening_id() -> uuid.UUID:
    """A uuid (version 7), known before the row is written so that the receipt can name it. Those of a process are in
    the order in which they were made: the parties of one matter stand as they were given."""
    milliseconds, fraction = divmod(_moments.next(), _Moments.A_MILLISECOND)
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | secrets.randbits(62))


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def visible_to(self, actor: Actor) -> "ScreeningQuerySet":
        """One's own unit's only: whom a unit looked up concerns nobody else but who has succeeded it."""
        if actor.is_system:
            return self
        return self.filter(unit__in=actor.units)

    def of_consortium(self, member: "Screening") -> "ScreeningQuerySet":
        """A screening and those of the other parties that take part in the same matter together, the first first."""
        first = member.consortium_id or member.pk
        return self.filter(Q(pk=first) | Q(consortium=first)).order_by("pk")


@history.track_replaced()
class Screening(models.Model):
    """核查: a unit checks a party in its own business. Kept even when nothing is found.

    References to what is never deleted bear no foreign key check: see ADR 9.
    """

    id = models.UUIDField(primary_key=True, default=new_screening_id, editable=False)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="screenings", verbose_name=_("unit"), db_index=False, db_constraint=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("officer"),
        db_index=False,
        db_constraint=False,
    )
    by_client = models.ForeignKey(
        ApiClient,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("API client"),
        db_index=False,
        db_constraint=False,
    )
    screened_at = models.DateTimeField(_("screened at"))
    party_kind = models.CharField(_("kind of party"), max_length=12, choices=PartyKind)
    party_name = models.CharField(_("name as typed"), max_length=200, blank=True)
    party_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    document_type = models.CharField(_("document type"), max_length=10, choices=DocumentType, blank=True)
    sealed_number = models.TextField(_("document number (sealed)"), blank=True)
    masked_number = models.CharField(_("document number (masked)"), max_length=30, blank=True)
    number_index = models.CharField(_("blind index"), max_length=64, blank=True)
    matter_code = models.CharField(_("matter code"), max_length=100, blank=True)
    matter_name = models.CharField(_("matter"), max_length=200)
    matter_reference = models.CharField(_("reference"), max_length=100, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300)
    consortium = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="partners",
        verbose_name=_("first member of the consortium"),
        db_index=False,
    )
    as_of = models.DateField(_("as of"), null=True)
    known_at = models.DateTimeField(_("as known at"), null=True)
    positions = models.JSONField(_("positions of the lists"), default=dict)
    result = models.CharField(_("result"), max_length=7, choices=ScreeningResult)
    unknown_reason = models.CharField(_("why it cannot tell"), max_length=12, choices=UnknownReason, blank=True)
    suggestions = models.JSONField(_("entries with a like name"), default=list, db_default=[])
    receipt = models.TextField(_("receipt"))
    state = models.CharField(_("state"), max_length=6, choices=ScreeningState, default=ScreeningState.OPEN)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
        db_index=False,
        db_constraint=False,
    )
    closed_by_client = models.ForeignKey(
        ApiClient,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by client"),
        db_index=False,
        db_constraint=False,
    )

    objects = ScreeningQuerySet.as_manager()

    classified = Classified(
        internal="id unit by by_client screened_at party_kind party_code document_type matter_code matter_name "
        "matter_reference purpose consortium as_of known_at positions result unknown_reason receipt state closed_at "
        "closed_by closed_by_client",
        personal="party_name sealed_number masked_number number_index suggestions",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        indexes = [
            models.Index(fields=["unit", "-id"], name="screening_by_unit"),
            models.Index(fields=["screened_at", "id"], name="screening_by_time_and_id"),
            models.Index(fields=["by", "-id"], condition=Q(by__isnull=False), name="screening_by_officer"),
            models.Index(
                fields=["consortium"], condition=Q(consortium__isnull=False), name="screening_of_a_consortium"
            ),
            GinIndex(
                fields=["suggestions"],
                opclasses=["jsonb_path_ops"],
                condition=~Q(suggestions=[]),
                name="screening_by_suggested_entry",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, by_client=None) | Q(by=None, by_client__isnull=False),
                name="screening_is_by_a_person_or_a_client",
            ),
            models.CheckConstraint(
                condition=Q(state=ScreeningState.OPEN, closed_at=None, closed_by=None, closed_by_client=None)
                | Q(state=ScreeningState.CLOSED, closed_at__isnull=False)
                & (Q(closed_by__isnull=False) | Q(closed_by_client__isnull=False)),
                name="screening_closed_names_time_and_person",
            ),
            models.CheckConstraint(
                condition=Q(result=ScreeningResult.UNKNOWN) & ~Q(unknown_reason="")
                | ~Q(result=ScreeningResult.UNKNOWN) & Q(unknown_reason=""),
                name="screening_that_cannot_tell_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(result=ScreeningResult.CLEAR)
                | ~Q(party_code="")
                | ~Q(number_index="")
                | Q(purpose=""),  # emptied: a purpose is asked for, and none stays
                name="screening_by_name_alone_is_never_clear",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="is_closed_when_every_hit_is_answered",
                operation=pgtrigger.UpdateOf("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'CLOSED'"),
                func="""
                    IF EXISTS (SELECT FROM sanctions_hit WHERE screening_id = NEW.id AND state = 'OPEN') THEN
                        RAISE EXCEPTION 'a screening with an open hit is not closed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_name or self.identifier} ({self.matter_name})"

    @property
    def identifier(self) -> str:
        return self.party_code or self.masked_number

    @property
    def officer(self) -> str:
        return str(self.by or self.by_client)


class ScreeningMove(MoveRecord):
    of = models.ForeignKey(Screening, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a screening")
        verbose_name_plural = _("steps of screenings")


class HitQuerySet(models.QuerySet["Hit"]):
    def visible_to(self, actor: Actor) -> "HitQuerySet":
        if actor.is_system:
            return self
        return self.filter(screening__unit__in=actor.units)

    def open(self) -> "HitQuerySet":
        return self.filter(state=HitState.OPEN)


@history.track()
class Hit(models.Model):
    """命中: an entry found by a screening. It prompts; an officer decides (PIPL art. 24)."""

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="hits", verbose_name=_("screening"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="hits", verbose_name=_("entry"))
    entry_version = models.PositiveIntegerField(_("version of the entry"))
    match = models.CharField(_("match"), max_length=10, choices=Match, default=Match.IDENTIFIER)
    matched_as = models.CharField(_("found as"), max_length=14, choices=MatchedAs, default=MatchedAs.SUBJECT)
    score = models.FloatField(_("score"), default=1.0)
    state = models.CharField(_("state"), max_length=8, choices=HitState, default=HitState.OPEN)

    objects = HitQuerySet.as_manager()

    classified = Classified(internal="id screening entry entry_version match matched_as score state")

    class Meta:
        ordering = ["id"]
        verbose_name = _("hit")
        verbose_name_plural = _("hits")
        indexes = [models.Index(fields=["screening"], condition=Q(state=HitState.OPEN), name="hit_open")]
        constraints = [
            models.UniqueConstraint(fields=["screening", "entry"], name="screening_finds_an_entry_once"),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.screening}: {self.entry}"


class HitMove(MoveRecord):
    of = models.ForeignKey(Hit, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a hit")
        verbose_name_plural = _("steps of hits")


class NotSamePartyQuerySet(models.QuerySet["NotSameParty"]):
    def visible_to(self, actor: Actor) -> "NotSamePartyQuerySet":
        if actor.is_system:
            return self
        return self.filter(screening__unit__in=actor.units)

    def valid(self) -> "NotSamePartyQuerySet":
        return self.filter(withdrawn_at=None)


@history.track()
class NotSameParty(models.Model):
    """A unit's judgement that a listed party with a like name is another one. Remembered, never a clearance.

    The name stands with the screening in which it was judged, and goes with it.
    """

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="judgements", verbose_name=_("screening"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("entry"))
    reason = models.CharField(_("reason"), max_length=300)
    judged_at = models.DateTimeField(_("judged at"))
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("judged by")
    )
    judged_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("judged by client")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by client")
    )
    withdraw_reason = models.CharField(_("reason of the withdrawal"), max_length=300, blank=True)

    objects = NotSamePartyQuerySet.as_manager()

    classified = Classified(
        internal="id screening entry judged_at judged_by judged_by_client withdrawn_at withdrawn_by "
        "withdrawn_by_client",
        personal="reason withdraw_reason",
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("judgement that a party is another one")
        verbose_name_plural = _("judgements that a party is another one")
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "entry"], condition=Q(withdrawn_at=None), name="suggestion_is_judged_once"
            ),
            models.CheckConstraint(
                condition=Q(judged_by__isnull=False, judged_by_client=None)
                | Q(judged_by=None, judged_by_client__isnull=False),
                name="judgement_is_by_a_person_or_a_client",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_by_client=None, withdraw_reason="")
                | Q(withdrawn_at__isnull=False)
                & (Q(withdrawn_by__isnull=False) | Q(withdrawn_by_client__isnull=False))
                & ~Q(withdraw_reason=""),
                name="judgement_withdrawn_names_time_person_and_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.screening}: {self.entry}"

    @property
    def officer(self) -> str:
        return str(self.judged_by or self.judged_by_client)
