from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObjectionsConfig(AppConfig):
    name = "objections"
    label = "objections"
    verbose_name = _("Objections and tip-offs")

    def ready(self) -> None:
        from catalog.models import CalendarDay, RuleProfile
        from jinan_credit.accounts.deadlines import add_due_sources
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.models import Unit
        from jinan_credit.accounts.services.messages import add_contact_source
        from jinan_credit.accounts.touches import add_touches
        from jinan_credit.accounts.workbench import add_counters, add_menu_item
        from lists.panels import entry_panels
        from lists.services.export_sources import add_source
        from objections import (  # noqa: F401
            deadlines,
            events,
            handlers,
            objection_files,
            panels,
            touches,
            workbench,
        )
        from objections.services.reporters import CONTACT_SOURCE, contact_of_reporter

        add_menu_item(_("Objections"), url_name="objections", icon="scale", act=Act.SEE_WORKBENCH, order=80)
        for act in (Act.VERIFY_TIP_OFFS, Act.SEE_REPORTERS):
            add_menu_item(_("Tip-offs"), url_name="tip_offs", icon="message-report", act=act, order=85, is_rare=True)
        add_counters(workbench.counters)
        add_touches(Unit, touches.of_unit)
        add_touches(RuleProfile, touches.of_rules)
        add_touches(CalendarDay, touches.of_day)
        add_counters(workbench.tip_off_counters)
        add_due_sources(*deadlines.SOURCES)
        add_contact_source(CONTACT_SOURCE, contact_of_reporter)
        entry_panels.add(panels.entry_panel)
        add_source(objection_files.CODE, objection_files.SOURCE)
