from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.errors import NotAllowed


class CreditAdminConfig(AdminConfig):
    default_site = "jinan_credit.oversight.admin_site.CreditAdminSite"


class CreditAdminSite(AdminSite):
    """Reference data, kept by the coordinator; accounts, kept by the security administrator.

    Its home shows the coordinator's figures.
    """

    site_header = _("Jinan Credit administration")
    site_title = _("Jinan Credit")
    index_title = _("Figures and reference data")
    site_url = "/workbench/"

    def get_urls(self) -> list[Any]:
        """Without the jump to any row of any table: no row has a page of its own that it knows."""
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        actor: Any = getattr(request, "actor", None)
        return actor is not None and bool({Act.KEEP_CATALOGUE, Act.KEEP_ACCOUNTS} & actor.acts)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {**_figures(request), **(extra_context or {})})

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The one page on which a person chooses his password."""
        return redirect("account_change_password")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one sign-in for all pages, with its limits and second factor."""
        if request.user.is_authenticated:
            raise NotAllowed("act_not_allowed", _("Your role does not include the administration."))
        from django.contrib.auth.views import redirect_to_login

        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


def _figures(request: HttpRequest) -> dict[str, Any]:
    """The last ninety days, for whoever oversees; the other administrators have no figures."""
    from django.http import QueryDict

    from jinan_credit.oversight.filters import ScopeForm
    from jinan_credit.oversight.selectors.figures import task_figures
    from jinan_credit.oversight.snapshot import one_snapshot

    actor: Any = request.actor  # type: ignore[attr-defined]
    scope = ScopeForm(QueryDict(), actor).scope
    if scope is None or not actor.may(Act.OVERSEE):
        return {"figures": None}
    urls = {name: scope.rows_url(name) for name in ("signed", "fed_back", "overdue", "released")}
    with one_snapshot():
        return {"figures": task_figures(scope).total, "urls": urls, "scope": scope}
