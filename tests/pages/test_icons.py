import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from jinan_credit.accounts import icons, workbench
from jinan_credit.accounts.states import LOOK_OF_STATE

TEMPLATES = Path(settings.TEMPLATES[0]["DIRS"][0])
NAMED = re.compile(r"""{% icon "([^"]+)" %}|{%[^%]* icon="([^"]+)\"""")


def names_in_templates() -> set[tuple[str, str]]:
    return {
        (path.relative_to(TEMPLATES).as_posix(), first or second)
        for path in TEMPLATES.rglob("*.html")
        for first, second in NAMED.findall(path.read_text(encoding="utf-8"))
    }


def test_templates_name_only_icons_that_exist() -> None:
    found = names_in_templates()

    assert len(found) > 50
    assert [(path, name) for path, name in sorted(found) if name not in icons._drawings()] == []


def test_states_and_menu_name_only_icons_that_exist() -> None:
    names = {look.icon for look in LOOK_OF_STATE.values()} | {item.icon for item in workbench._menu}

    assert names - icons._drawings().keys() == set()


def test_an_icon_is_drawn_in_place_and_hidden_from_screen_readers() -> None:
    drawn = icons.drawn("inbox")

    assert drawn.startswith('<svg class="icon" viewBox="0 0 24 24"')
    assert 'aria-hidden="true"' in drawn
    assert "<path" in drawn


def test_an_unknown_icon_stops_a_workstation_and_blanks_production() -> None:
    icons.drawn.cache_clear()
    with pytest.raises(LookupError, match="no-such-icon"):
        icons.drawn("no-such-icon")
    with override_settings(SITE_IS_LOCAL=False):
        assert "<path" not in icons.drawn("no-such-icon")
    icons.drawn.cache_clear()
