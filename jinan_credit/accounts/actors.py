"""Who acts: a person, a unit's API client, or the system itself. Services take it as `by=`."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import ApiClient, Unit, User
from jinan_credit.accounts.roles import acts_of
from jinan_credit.accounts.selectors import held_by
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import NotAllowed

ACTS_OF_SCOPE: dict[str, frozenset[str]] = {
    "feed": frozenset({Act.SEE_PUSH}),
    "screening": frozenset({Act.SCREEN_PARTIES}),
    "feedback": frozenset({Act.SIGN_TASKS, Act.UPDATE_CATALOGUE}),
    "entries:read": frozenset(),
    "entries:write": frozenset({Act.DRAFT_ENTRIES}),
    "cases": frozenset({Act.REPORT_CASES}),
}
"""A machine never reviews, publishes or decides."""


@dataclass(frozen=True)
class Actor:
    user: User | None = None
    client: ApiClient | None = None
    is_system: bool = False

    @cached_property
    def unit(self) -> Unit | None:
        holder = self.user or self.client
        return holder.unit if holder else None

    @cached_property
    def units(self) -> list[int]:
        """His unit, and those that it has succeeded: what these left he reads. One query, once."""
        return sorted({self.unit.pk, *held_by(self.unit.pk, clock.today())}) if self.unit is not None else []

    @cached_property
    def acts(self) -> frozenset[str]:
        if self.user is not None and self.user.is_active:
            return acts_of(self.user.roles)
        if self.client is not None and self.client.is_active:
            return frozenset().union(*(ACTS_OF_SCOPE[scope] for scope in self.client.scopes))
        return frozenset()

    def may(self, act: str) -> bool:
        return self.is_system or act in self.acts

    def require(self, act: str) -> None:
        """`act_not_allowed` unless this actor's roles or scopes hold the act."""
        if not self.may(act):
            raise NotAllowed(
                "act_not_allowed",
                _("Your role does not include this act: %(act)s.") % {"act": Act(act).label},
                act=act,
            )

    def __str__(self) -> str:
        return str(self.user or self.client or _("System"))


SYSTEM = Actor(is_system=True)


def actor_of(user: User) -> Actor:
    return Actor(user=user)
