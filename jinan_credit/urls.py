from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from jinan_credit.accounts.api.views import NoSuchCall

api_docs = SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="layout/api_docs.html")

urlpatterns: list[URLPattern | URLResolver] = [
    # the units' own systems: first, for addresses are looked up in this order, and nobody calls as often
    path("api/v1/", include("sanctions.api.urls")),
    path("api/v1/", include("jinan_credit.exchange.api.urls")),
    path("api/v1/", include("lists.api.urls")),
    path("api/v1/", include("catalog.api.urls")),
    re_path(r"^api/v1/[\s\S]*/\Z", NoSuchCall.as_view()),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", api_docs, name="api_docs"),
    path("o/", include("jinan_credit.accounts.api.urls")),
    # pages
    path("", include("jinan_credit.accounts.urls")),
    path("", include("catalog.urls")),
    path("", include("lists.urls")),
    path("", include("jinan_credit.exchange.urls")),
    path("", include("sanctions.urls")),
    path("", include("objections.urls")),
    path("", include("repair.urls")),
    path("", include("jinan_credit.portal.urls")),
    path("", include("jinan_credit.oversight.urls")),
    path("", include("jinan_credit.upkeep.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
