"""API clients: a unit's own system gets a name, scopes and a secret that is shown once."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model

from jinan_credit.accounts.actors import ACTS_OF_SCOPE, Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import ApiClient, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput


@transaction.atomic
def register_client(unit: Unit, name: str, scopes: Collection[str], *, by: Actor) -> tuple[ApiClient, str]:
    """Register a client of a unit for OAuth 2.0 client credentials; gives it and its secret in clear, this once.

    Refusals: `act_not_allowed`, `name_missing`, `scope_unknown`, `unit_not_active`.
    """
    by.require(Act.KEEP_ACCOUNTS)
    if not name.strip():
        raise InvalidInput("name_missing", _("Give the client a name."), field="name")
    require_scopes(scopes)
    if not Unit.objects.active(clock.today()).filter(pk=unit.pk).exists():
        raise DomainError("unit_not_active", _("This unit is not active. Choose its successor."), field="unit")
    secret = generate_client_secret()
    client = ApiClient.objects.create(
        unit=unit,
        name=name.strip(),
        scopes=sorted(set(scopes)),
        client_secret=secret,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
    )
    return client, secret


@transaction.atomic
def change_client(client: ApiClient, *, name: str, scopes: Collection[str], is_active: bool, by: Actor) -> ApiClient:
    """Rename a client, change its scopes, withdraw or restore it. Its tokens end: it must ask for new ones.

    Refusals: `act_not_allowed`, `scope_unknown`.
    """
    by.require(Act.KEEP_ACCOUNTS)
    require_scopes(scopes)
    client = ApiClient.objects.select_for_update().get(pk=client.pk)
    client.name, client.scopes, client.is_active = name.strip(), sorted(set(scopes)), is_active
    client.save(update_fields=["name", "scopes", "is_active", "updated"])
    get_access_token_model().objects.filter(application=client).delete()
    return client


def require_scopes(scopes: Collection[str]) -> None:
    """`scope_unknown` unless each is a scope of the API and there is at least one."""
    unknown = sorted(set(scopes) - set(ACTS_OF_SCOPE))
    if unknown or not scopes:
        raise InvalidInput(
            "scope_unknown",
            _("Choose from these scopes: %(scopes)s.") % {"scopes": ", ".join(ACTS_OF_SCOPE)},
            field="scopes",
        )
