from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RepairConfig(AppConfig):
    name = "repair"
    label = "repair"
    verbose_name = _("Credit repair")

    def ready(self) -> None:
        from catalog.models import CalendarDay, RuleProfile
        from jinan_credit.accounts.deadlines import add_due_sources
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.models import Unit
        from jinan_credit.accounts.touches import add_touches
        from jinan_credit.accounts.workbench import add_counters, add_menu_item
        from lists.panels import entry_panels
        from lists.services.export_sources import add_source
        from repair import deadlines, events, handlers, panels, repair_files, touches, workbench  # noqa: F401

        add_menu_item(_("Repairs"), url_name="repairs", icon="tool", act=Act.SEE_WORKBENCH, order=85)
        add_counters(workbench.counters)
        add_due_sources(*deadlines.SOURCES)

        add_touches(Unit, touches.of_unit)
        add_touches(RuleProfile, touches.of_rules)
        add_touches(CalendarDay, touches.of_day)
        entry_panels.add(panels.entry_panel)
        add_source(repair_files.CODE, repair_files.SOURCE)
