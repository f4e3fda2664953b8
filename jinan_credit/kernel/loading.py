"""What a process does before its first request or job."""

import gc

from django.conf import settings
from django.urls import reverse
from django.utils import translation


def load_all_and_set_it_aside() -> None:
    """Load the pages with their addresses in both languages, so that no first request or job waits for it; all that is
    loaded stays, so that none need search it for garbage."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            reverse("home")
    gc.freeze()
