"""诚信故事、政策法规, as the coordinator keeps them (P §五(二))."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.enums import ArticleKind
from catalog.models import Article

PER_PAGE = 20


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """All that are published, or those of one kind."""
    shown = Article.objects.published()
    kind = request.GET.get("kind", "")
    if kind in ArticleKind.values:
        shown = shown.filter(kind=kind)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/articles.html", {"page": page, "kinds": ArticleKind.choices, "kind": kind})


@require_safe
def article(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "portal/article.html", {"article": get_object_or_404(Article.objects.published(), pk=pk)})
