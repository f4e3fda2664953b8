from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "jinan_credit.oversight"
    label = "oversight"
    verbose_name = _("Oversight")

    def ready(self) -> None:
        from catalog.models import RuleProfile
        from jinan_credit.accounts.deadlines import add_due_sources
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.models import Unit
        from jinan_credit.accounts.touches import add_touches
        from jinan_credit.accounts.workbench import add_counters, add_menu_item
        from jinan_credit.oversight import deadlines, events, handlers, panels, row_files, touches, workbench  # noqa: F401
        from lists.services.export_sources import add_source
        from sanctions.inbox_panels import inbox_panels

        item: dict[str, Any] = {"url_name": "oversight", "icon": "chart-bar", "order": 90}
        add_menu_item(_("Figures"), **item, act=Act.SEE_WORKBENCH, others=("supervision",))
        add_menu_item(_("Oversight"), **item, act=Act.OVERSEE, others=("supervision", "push"))
        add_counters(workbench.counters)
        add_due_sources(*deadlines.SOURCES)
        add_touches(Unit, touches.of_unit)
        add_touches(RuleProfile, touches.of_rules)
        for code, source in row_files.SOURCES.items():
            add_source(code, source)
        add_counters(workbench.supervision_counters)
        inbox_panels.add(panels.supervision)
