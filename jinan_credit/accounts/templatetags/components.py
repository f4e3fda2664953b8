"""The few tags that every page uses. Built in: no `{% load %}` needed."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of Tabler's sprite, decorative: the word beside it says the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#tabler-{}"/></svg>',
        static("icons/tabler-sprite.svg"),
        name,
    )
