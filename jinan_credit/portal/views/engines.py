"""What search engines are told: which pages there are to read, and that no party is among them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jinan_credit.portal.site import STATIC_PAGES

KEPT_OUT = ("/?*q=", "/public/entries/", "/public/lists/*/", "/public/promises/", "/public/bulletins/")
NOT_PUBLIC = ("/accounts/", "/admin/", "/api/", "/i18n/", "/o/", "/workbench/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Pages that name parties are left out besides their own `noindex`: some engines read only this."""
    kept_out = "".join(f"Disallow: {path}\n" for path in (*KEPT_OUT, *NOT_PUBLIC))
    text = f"User-agent: *\n{kept_out}\nSitemap: {request.build_absolute_uri(reverse('sitemap'))}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    addresses = [request.build_absolute_uri(reverse(name)) for name in STATIC_PAGES]
    return render(request, "portal/sitemap.xml", {"addresses": addresses}, content_type="application/xml")
