from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate  # noqa: TID251 - no legal act: the database's own triggers
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
        from jinan_credit.oversight import (  # noqa: F401
            deadlines,
            events,
            handlers,
            metrics,
            panels,
            row_files,
            touches,
            workbench,
        )
        from lists.services.export_sources import add_source
        from sanctions.inbox_panels import inbox_panels

        item: dict[str, Any] = {"url_name": "oversight", "icon": "chart-bar", "order": 90}
        add_menu_item(_("Figures"), **item, act=Act.SEE_WORKBENCH, others=("supervision",))
        add_menu_item(_("Oversight"), **item, act=Act.OVERSEE, others=("supervision", "push"))
        add_menu_item(_("Audit"), url_name="audit", icon="file-search", act=Act.SEE_AUDIT, order=94)
        add_counters(workbench.counters)
        add_due_sources(*deadlines.SOURCES)
        add_touches(Unit, touches.of_unit)
        add_touches(RuleProfile, touches.of_rules)
        for code, source in row_files.SOURCES.items():
            add_source(code, source)
        add_counters(workbench.supervision_counters)
        add_counters(workbench.history_counters)
        inbox_panels.add(panels.supervision)
        post_migrate.connect(_put_erasure_triggers, sender=self)


def _put_erasure_triggers(**told: Any) -> None:
    """After a migration, not after each emptying of the tables, which is announced the same way."""
    from jinan_credit.oversight.services.erasure_triggers import put_erasure_triggers

    if told.get("plan") is not None:
        put_erasure_triggers()
