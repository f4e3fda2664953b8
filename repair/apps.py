from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RepairConfig(AppConfig):
    name = "repair"
    label = "repair"
    verbose_name = _("Credit repair")

    def ready(self) -> None:
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.workbench import add_counters, add_menu_item
        from lists.panels import entry_panels
        from repair import handlers, panels, workbench  # noqa: F401

        add_menu_item(_("Repairs"), url_name="repairs", icon="tool", act=Act.SEE_WORKBENCH, order=85)
        add_counters(workbench.counters)
        entry_panels.add(panels.entry_panel)
