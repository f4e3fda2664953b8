import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from jinan_credit.accounts import history
from jinan_credit.accounts.models.unit import Unit
from jinan_credit.kernel.classification import Classified


@history.track(exclude=["client_secret"])
class ApiClient(AbstractApplication):
    """A unit's own business system. One client belongs to one unit; OAuth 2.0 client credentials."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="api_clients", verbose_name=_("unit"))
    scopes = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("scopes"))
    is_active = models.BooleanField(_("active"), default=True)

    classified = Classified(
        internal="id unit scopes is_active client_id user redirect_uris post_logout_redirect_uris client_type "
        "authorization_grant_type client_secret hash_client_secret name skip_authorization created updated "
        "algorithm allowed_origins registration_source cimd_expires_at"
    )

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name or self.client_id

    def is_usable(self, request: object) -> bool:
        return self.is_active
