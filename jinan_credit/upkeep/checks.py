"""A database that was not restored to the end is not worked with."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from jinan_credit.upkeep.selectors import is_restore_unfinished


@register(Tags.database)
def restore_is_finished(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    if not databases or "default" not in databases or not is_restore_unfinished():
        return []
    return [
        Error(
            "A restore into this database was never finished.",
            hint="Drop it, make a new one, empty MEDIA_ROOT, and restore again (docs/recovery.md).",
            id="jinan_credit.E005",
        )
    ]
