from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    label = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from catalog import handlers, touches, workbench  # noqa: F401
        from catalog.models import Division
        from jinan_credit.accounts.models import Unit
        from jinan_credit.accounts.touches import add_touches
        from jinan_credit.accounts.workbench import add_counters

        add_counters(workbench.counters)
        add_touches(Unit, touches.of_unit)
        add_touches(Division, touches.of_division)
