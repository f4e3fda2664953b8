"""Roles are granted and withdrawn by the security administrator, never by the person himself."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act, Role
from jinan_credit.accounts.models import RoleGrant, User
from jinan_credit.accounts.roles import ADMINISTRATORS
from jinan_credit.kernel.errors import DomainError, InvalidInput


@transaction.atomic
def grant_role(user: User, role: str, *, by: Actor) -> RoleGrant:
    """Give a person a role; one he holds already is left as it is.

    Refusals: `act_not_allowed`, `role_unknown`, `own_role`, `two_administrator_roles`.
    """
    by.require(Act.KEEP_ACCOUNTS)
    user = User.objects.select_for_update().get(pk=user.pk)
    held = {grant.role: grant for grant in user.role_grants.all()}
    if role in held:
        return held[role]
    require_grantable(user, [role], held=held, by=by)
    return RoleGrant.objects.create(user=user, role=role, granted_by=by.user)


@transaction.atomic
def revoke_role(grant: RoleGrant, *, by: Actor) -> None:
    """Take a role from a person; his next request is without it. Refusals: `act_not_allowed`, `own_role`."""
    by.require(Act.KEEP_ACCOUNTS)
    _require_another(grant.user, by)
    grant.delete()


def require_grantable(user: User, roles: Iterable[str], *, held: Iterable[str], by: Actor) -> None:
    """Refusals: `role_unknown`, `own_role`, `two_administrator_roles`."""
    for role in roles:
        if role not in Role.values:
            raise InvalidInput("role_unknown", _("There is no such role: %(role)s.") % {"role": role}, field="role")
    _require_another(user, by)
    if len({*roles, *held} & set(ADMINISTRATORS)) > 1:
        raise DomainError(
            "two_administrator_roles",
            _("The system, security and audit administrator are three different persons."),
            field="role",
        )


def _require_another(user: User, by: Actor) -> None:
    if by.user is not None and by.user.pk == user.pk:
        raise DomainError(
            "own_role", _("Nobody changes his own roles. Another administrator must do it."), field="role"
        )
