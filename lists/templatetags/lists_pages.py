"""What stands beside the filters of every page of rows, told by the code of its source of exports."""

from typing import Any

from django import template
from django.template import Context

from lists.services.export_sources import SOURCES

register = template.Library()


@register.inclusion_tag("lists/_export_these.html", takes_context=True)
def export_these(context: Context, code: str) -> dict[str, Any]:
    """The way to a file with the rows that the filters leave."""
    return {"code": code, "query": SOURCES[code].query_of(context["request"].GET)}
