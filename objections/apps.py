from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObjectionsConfig(AppConfig):
    name = "objections"
    label = "objections"
    verbose_name = _("Objections")

    def ready(self) -> None:
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.workbench import add_counters, add_menu_item
        from lists.panels import entry_panels
        from objections import handlers, panels, workbench  # noqa: F401

        add_menu_item(_("Objections"), url_name="objections", icon="scale", act=Act.SEE_WORKBENCH, order=80)
        add_counters(workbench.counters)
        entry_panels.add(panels.entry_panel)
