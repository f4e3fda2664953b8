"""Reads of portfolios: the parties kept, on which lists they stand, what was told of them."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.errors import NotFound
from sanctions.enums import Standing
from sanctions.models import Portfolio, PortfolioChange, PortfolioParty
from sanctions.models.portfolio import PortfolioChangeQuerySet, PortfolioPartyQuerySet, PortfolioQuerySet


def portfolios_list(actor: Actor) -> PortfolioQuerySet:
    """The portfolios this actor may see, with the number of parties and of changes that nobody has seen."""
    parties = PortfolioParty.objects.watched().filter(portfolio=OuterRef("pk")).order_by()
    unseen = PortfolioChange.objects.unseen().filter(party__portfolio=OuterRef("pk")).order_by()
    return (
        Portfolio.objects.visible_to(actor)
        .select_related("unit", "made_by", "made_by_client")
        .annotate(party_count=_counted(parties.values("portfolio")), unseen=_counted(unseen.values("party__portfolio")))
    )


def portfolio_for(pk: Any, actor: Actor) -> Portfolio:
    """`not_found` when this actor may not see it."""
    found = portfolios_list(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def own_portfolio(pk: Any, actor: Actor) -> Portfolio:
    """`not_found` when it is another unit's, also for those who may see that it is."""
    portfolio = portfolio_for(pk, actor)
    if portfolio.unit_id not in actor.units:
        raise NotFound
    return portfolio


def parties_of(portfolio: Portfolio) -> PortfolioPartyQuerySet:
    """The parties kept now; `listed`: on how many entries they stand."""
    later = PortfolioChange.objects.filter(
        party=OuterRef("party"), entry=OuterRef("entry"), version__gt=OuterRef("version")
    )
    standing = PortfolioChange.objects.filter(~Exists(later), party=OuterRef("pk")).exclude(standing=Standing.LEFT)
    return portfolio.parties.watched().annotate(listed=_counted(standing.order_by().values("party")))


def changes_seen_by(actor: Actor) -> PortfolioChangeQuerySet:
    """The news of the unit's parties, with what a line shows; the newest first."""
    return (
        PortfolioChange.objects.visible_to(actor)
        .news()
        .select_related("party__portfolio", "entry__credit_list", "seen_by")
    )


def unseen_changes(actor: Actor) -> int:
    return changes_seen_by(actor).unseen().count()


def _counted(rows: Any) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)
