from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    label = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from catalog import workbench
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.workbench import add_counters, add_menu_item

        add_menu_item(_("Key tasks"), url_name="key_tasks", icon="target-arrow", act=Act.SEE_WORKBENCH, order=67)
        add_counters(workbench.counters)
