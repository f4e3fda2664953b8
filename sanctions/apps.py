from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SanctionsConfig(AppConfig):
    name = "sanctions"
    label = "sanctions"
    verbose_name = _("Joint rewards and sanctions")

    def ready(self) -> None:
        from catalog.models import CalendarDay, RuleProfile
        from jinan_credit.accounts.deadlines import add_due_sources
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.models import Unit
        from jinan_credit.accounts.touches import add_touches
        from jinan_credit.accounts.workbench import add_counters, add_menu_item
        from lists.panels import entry_panels, publication_panels
        from lists.services.export_sources import add_source
        from sanctions import (  # noqa: F401
            deadlines,
            events,
            execution_files,
            handlers,
            panels,
            screening_files,
            task_files,
            touches,
        )

        add_menu_item(_("Inbox"), url_name="tasks", icon="inbox", act=Act.SIGN_TASKS, order=40)
        add_menu_item(
            _("Screening"),
            url_name="screen",
            icon="user-search",
            act=Act.SCREEN_PARTIES,
            order=50,
            others=("screenings", "batches", "portfolios"),
        )
        add_menu_item(_("Executions"), url_name="executions", icon="gavel", act=Act.SEE_WORKBENCH, order=60)
        add_menu_item(_("Cases"), url_name="cases", icon="news", act=Act.SEE_WORKBENCH, order=65, is_rare=True)
        add_menu_item(_("Cases"), url_name="cases", icon="news", act=Act.SEE_AUDIT, order=65, is_rare=True)
        add_menu_item(_("Batches of parties"), url_name="batches", icon="files", act=Act.SEE_AUDIT, order=96)
        add_menu_item(_("Portfolios"), url_name="portfolios", icon="eye-search", act=Act.SEE_AUDIT, order=97)
        add_counters(panels.counters)
        add_touches(Unit, touches.of_unit)
        add_touches(RuleProfile, touches.of_rules)
        add_touches(CalendarDay, touches.of_day)
        add_counters(panels.case_counters)
        add_due_sources(*deadlines.SOURCES)
        publication_panels.add(panels.responses)
        entry_panels.add(panels.unit_tasks)
        entry_panels.add(panels.executions)
        for files in (task_files, screening_files, execution_files):
            add_source(files.CODE, files.SOURCE)
