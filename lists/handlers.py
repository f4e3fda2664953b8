from typing import Any

from django.dispatch import receiver

from catalog.services.reference_rows import Report
from catalog.signals import reference_loaded
from lists.services.load_lists import load_lists


@receiver(reference_loaded)
def load_lists_with_the_catalogue(report: Report, **kwargs: Any) -> None:
    load_lists(report)
