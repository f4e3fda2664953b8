import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import ApiClient, MoveRecord, Unit
from jinan_credit.kernel.classification import Classified
from lists.enums import DocumentType
from lists.models import CreditList, Entry
from sanctions.enums import MatchedAs, PartyKind, PortfolioState, Standing


class PortfolioQuerySet(models.QuerySet["Portfolio"]):
    def visible_to(self, actor: Actor) -> "PortfolioQuerySet":
        """One's own unit's, and those that ended with a unit that it succeeded; the audit role sees who keeps how many
        parties for what purpose, not whom."""
        if actor.is_system or actor.may(Act.SEE_AUDIT):
            return self
        return self.filter(unit__in=actor.units)

    def kept(self) -> "PortfolioQuerySet":
        return self.filter(state=PortfolioState.KEPT)


@history.track()
class Portfolio(models.Model):
    """A named set of parties that a unit watches in its own business: it is told when one enters or leaves a list."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="portfolios", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=100)
    purpose = models.CharField(pgettext_lazy("of a portfolio", "purpose"), max_length=300)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    state = models.CharField(_("state"), max_length=5, choices=PortfolioState, default=PortfolioState.KEPT)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("API client")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = PortfolioQuerySet.as_manager()

    classified = Classified(internal="id unit name purpose legal_basis state made_at made_by made_by_client ended_at")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")
        constraints = [
            models.CheckConstraint(
                condition=Q(made_by__isnull=False, made_by_client=None) | Q(made_by=None, made_by_client__isnull=False),
                name="portfolio_is_made_by_a_person_or_a_client",
            ),
            models.CheckConstraint(
                condition=Q(state=PortfolioState.KEPT, ended_at=None)
                | Q(state=PortfolioState.ENDED, ended_at__isnull=False),
                name="portfolio_ended_names_the_time",
            ),
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(state="KEPT"), name="portfolio_has_a_name_of_its_own"
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name

    @property
    def is_kept(self) -> bool:
        return self.state == PortfolioState.KEPT


class PortfolioMove(MoveRecord):
    of = models.ForeignKey(Portfolio, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a portfolio")
        verbose_name_plural = _("steps of portfolios")


class PortfolioPartyQuerySet(models.QuerySet["PortfolioParty"]):
    def visible_to(self, actor: Actor) -> "PortfolioPartyQuerySet":
        """One's own unit's only: whom a unit watches concerns nobody else."""
        return self if actor.is_system else self.filter(portfolio__unit__in=actor.units)

    def watched(self) -> "PortfolioPartyQuerySet":
        return self.filter(dropped_at=None)


class PortfolioParty(models.Model):
    """A party that a portfolio holds, or held until `dropped_at`; by its identifier, for a name tells nothing."""

    portfolio = models.ForeignKey(
        Portfolio, models.PROTECT, related_name="parties", verbose_name=_("portfolio"), db_constraint=False
    )
    kind = models.CharField(_("kind of party"), max_length=12, choices=PartyKind)
    name = models.CharField(_("name as given"), max_length=200, blank=True)
    code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    document_type = models.CharField(_("document type"), max_length=10, choices=DocumentType, blank=True)
    sealed_number = models.TextField(_("document number (sealed)"), blank=True)
    masked_number = models.CharField(_("document number (masked)"), max_length=30, blank=True)
    number_index = models.CharField(_("blind index"), max_length=64, blank=True)
    reference = models.CharField(_("the unit's own reference"), max_length=100, blank=True)
    kept_at = models.DateTimeField(_("kept since"))
    dropped_at = models.DateTimeField(_("kept until"), null=True)

    objects = PortfolioPartyQuerySet.as_manager()

    classified = Classified(
        internal="id portfolio kind code document_type reference kept_at dropped_at",
        personal="name sealed_number masked_number number_index",
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("party of a portfolio")
        verbose_name_plural = _("parties of portfolios")
        indexes = [
            models.Index(fields=["code"], condition=Q(dropped_at=None) & ~Q(code=""), name="kept_party_by_code"),
            models.Index(
                fields=["number_index"],
                condition=Q(dropped_at=None) & ~Q(number_index=""),
                name="kept_party_by_number",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "code", "number_index"],
                condition=Q(dropped_at=None),
                name="portfolio_keeps_a_party_once",
            ),
            models.CheckConstraint(
                condition=~Q(code="") | ~Q(number_index="") | Q(dropped_at__isnull=False),
                name="kept_party_has_an_identifier",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.identifier

    @property
    def identifier(self) -> str:
        return self.code or self.masked_number


class PortfolioPosition(models.Model):
    """Up to where in the feed of a list a portfolio has been compared. What lies behind it has been told."""

    portfolio = models.ForeignKey(Portfolio, models.PROTECT, related_name="positions", db_index=False)
    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="+")
    seq = models.BigIntegerField(_("position"))

    classified = Classified(internal="id portfolio credit_list seq")

    class Meta:
        verbose_name = _("position of a portfolio")
        verbose_name_plural = _("positions of portfolios")
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "credit_list"], name="portfolio_has_one_position_in_a_list"),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio_id} {self.credit_list_id}: {self.seq}"


class PortfolioChangeQuerySet(models.QuerySet["PortfolioChange"]):
    def visible_to(self, actor: Actor) -> "PortfolioChangeQuerySet":
        return self if actor.is_system else self.filter(party__portfolio__unit__in=actor.units)

    def news(self) -> "PortfolioChangeQuerySet":
        """What came after the party was kept; what was found then is no news."""
        return self.exclude(standing=Standing.FOUND)

    def unseen(self) -> "PortfolioChangeQuerySet":
        return self.news().filter(seen_at=None)


class PortfolioChange(models.Model):
    """A kept party entered a list or left it: told once, at that version of the entry. The last one is its standing."""

    party = models.ForeignKey(
        PortfolioParty, models.PROTECT, related_name="changes", db_index=False, db_constraint=False
    )
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", db_constraint=False)
    version = models.PositiveIntegerField(_("version of the entry"))
    standing = models.CharField(_("what happened"), max_length=7, choices=Standing)
    matched_as = models.CharField(_("found as"), max_length=14, choices=MatchedAs)
    reason = models.CharField(_("reason"), max_length=30, blank=True)
    told_at = models.DateTimeField(_("told at"))
    seen_at = models.DateTimeField(_("seen at"), null=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("seen by"), db_index=False
    )

    objects = PortfolioChangeQuerySet.as_manager()

    classified = Classified(internal="id party entry version standing matched_as reason told_at seen_at seen_by")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("change of a kept party")
        verbose_name_plural = _("changes of kept parties")
        indexes = [
            models.Index(
                fields=["id"], condition=Q(seen_at=None) & ~Q(standing="FOUND"), name="portfolio_change_unseen"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["party", "entry", "version"], name="portfolio_change_is_told_once"),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by=None) | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="portfolio_change_seen_names_time_and_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_standing_display()}"
