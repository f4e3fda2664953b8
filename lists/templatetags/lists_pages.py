"""What stands beside the filters of every page of rows, told by the code of its source of exports."""

from typing import Any

from django import template
from django.template import Context

from lists.services.export_sources import SOURCES
from lists.services.saved_filters import saved_filters as saved_filters_of

register = template.Library()


@register.inclusion_tag("lists/_saved_filters.html", takes_context=True)
def saved_filters(context: Context, code: str) -> dict[str, Any]:
    """The reader's own filters of the page: the one applied last, and whether it was changed since. One query."""
    request, source = context["request"], SOURCES[code]
    query, kept = source.query_of(request.GET), saved_filters_of(page=source.page, by=request.actor)
    applied = next((one for one in kept if str(one.pk) == request.GET.get("saved")), None)
    return {
        "page": source.page,
        "path": request.path,
        "query": query,
        "saved_filters": kept,
        "applied": applied,
        "is_changed": applied is not None and applied.query != query,
    }


@register.inclusion_tag("lists/_export_these.html", takes_context=True)
def export_these(context: Context, code: str) -> dict[str, Any]:
    """The way to a file with the rows that the filters leave."""
    return {"code": code, "query": SOURCES[code].query_of(context["request"].GET)}
