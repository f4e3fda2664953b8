"""Tabler's icons by name. The sprite has 2 MB; a page carries only the few drawings that it shows."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString

SPRITE = "icons/tabler-sprite.svg"
_SYMBOL = re.compile(r'<symbol id="tabler-([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
_FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
_SVG = (
    '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>'
)


@cache
def drawn(name: str) -> SafeString:
    """The SVG of an icon. A name that the sprite does not know is an error on a workstation, a blank elsewhere."""
    drawing = _drawings().get(name)
    if drawing is None and settings.SITE_IS_LOCAL:
        raise LookupError(f"Tabler has no icon {name!r}.")
    return SafeString(_SVG.format(drawing or ""))


@cache
def _drawings() -> dict[str, str]:
    """Read once a process."""
    sprite = Path(finders.find(SPRITE) or Path(str(settings.STATIC_ROOT)) / SPRITE).read_text(encoding="utf-8")
    return {name: drawing.replace(_FRAME, "") for name, drawing in _SYMBOL.findall(sprite)}
