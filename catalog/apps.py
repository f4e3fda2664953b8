from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    label = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from catalog import workbench
        from jinan_credit.accounts.workbench import add_counters

        add_counters(workbench.counters)
