from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "lists"
    label = "lists"
    verbose_name = _("Lists")

    def ready(self) -> None:
        from catalog.models import CalendarDay, RuleProfile
        from catalog.panels import catalogue_panels, memorandum_panels
        from jinan_credit.accounts.deadlines import add_due_sources
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.models import Unit
        from jinan_credit.accounts.touches import add_touches
        from jinan_credit.accounts.workbench import add_counters, add_menu_item
        from lists import deadlines, events, handlers, publication_files, touches, workbench  # noqa: F401
        from lists.panels import publication_panels
        from lists.services.export_sources import add_source
        from lists.views import catalogue
        from lists.views.matrix import lists_panel
        from lists.views.notices import publication_panel

        add_menu_item(_("Entries"), url_name="entries", icon="list-details", act=Act.SEE_WORKBENCH, order=10)
        add_menu_item(_("Imports"), url_name="imports", icon="file-import", act=Act.DRAFT_ENTRIES, order=20)
        add_menu_item(_("Review"), url_name="review", icon="list-check", act=Act.PUBLISH_ENTRIES, order=25)
        add_menu_item(_("Publications"), url_name="publications", icon="speakerphone", act=Act.SEE_WORKBENCH, order=30)
        add_menu_item(
            _("Notices"), url_name="notices", icon="mail-forward", act=Act.SEE_WORKBENCH, order=35, is_rare=True
        )
        add_menu_item(
            _("Nominations"), url_name="nominations", icon="award", act=Act.SEE_WORKBENCH, order=36, is_rare=True
        )
        promises = _("Promises")
        for act in (Act.KEEP_PROMISES, Act.OVERSEE):
            add_menu_item(promises, url_name="credit_promises", icon="heart-handshake", act=act, order=37, is_rare=True)
        publication_panels.add(publication_panel)
        memorandum_panels.add(lists_panel)
        catalogue_panels.add(catalogue.lists_panel)
        add_menu_item(_("Measures"), url_name="matrix", icon="table", act=Act.KEEP_CATALOGUE, order=70)
        add_menu_item(_("Lists"), url_name="credit_lists", icon="list-details", act=Act.KEEP_CATALOGUE, order=80)
        add_counters(workbench.counters)
        add_due_sources(*deadlines.SOURCES)
        add_touches(Unit, touches.of_unit)
        add_touches(RuleProfile, touches.of_rules)
        add_source(publication_files.CODE, publication_files.SOURCE)
        add_touches(CalendarDay, touches.of_day)
