from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

PAGES = [
    "lists",
    "jinan_credit.exchange",
    "sanctions",
    "objections",
    "repair",
    "jinan_credit.oversight",
    "jinan_credit.portal",
]
REST = ["lists", "jinan_credit.exchange", "sanctions", "objections", "repair"]


def _present(modules: list[str], suffix: str) -> list[str]:
    found = []
    for module in modules:
        parent = f"{module}.{suffix}".rpartition(".")[0]
        if find_spec(parent) and find_spec(f"{module}.{suffix}"):
            found.append(f"{module}.{suffix}")
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("jinan_credit.accounts.urls")),
    *[path("", include(module)) for module in _present(PAGES, "urls")],
    path("i18n/", include("django.conf.urls.i18n")),
    path("o/", include("jinan_credit.accounts.api.urls")),
    *[path("api/v1/", include(module)) for module in _present(REST, "api.urls")],
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="layout/api_docs.html"),
        name="api_docs",
    ),
    path("admin/", admin.site.urls),
]
if not find_spec("jinan_credit.portal.urls"):
    urlpatterns.append(path("", RedirectView.as_view(pattern_name="workbench")))
