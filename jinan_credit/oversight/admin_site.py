from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act


class CreditAdminConfig(AdminConfig):
    default_site = "jinan_credit.oversight.admin_site.CreditAdminSite"


class CreditAdminSite(AdminSite):
    """Reference data, kept by the coordinator and the administrators. Its home shows the coordinator's figures."""

    site_header = _("Jinan Credit administration")
    site_title = _("Jinan Credit")
    index_title = _("Figures and reference data")

    def has_permission(self, request: HttpRequest) -> bool:
        actor: Any = getattr(request, "actor", None)
        return actor is not None and bool({Act.KEEP_CATALOGUE, Act.KEEP_ACCOUNTS, Act.KEEP_SYSTEM} & actor.acts)
