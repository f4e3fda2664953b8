from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    label = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from catalog import deadlines, events, handlers, touches, workbench  # noqa: F401
        from jinan_credit.accounts.deadlines import add_due_sources
        from jinan_credit.accounts.workbench import add_counters, add_menu_item

        add_counters(workbench.counters)
        add_due_sources(*deadlines.SOURCES)
        from catalog.models import CalendarDay, Division
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.models import Unit
        from jinan_credit.accounts.touches import add_touches

        add_touches(Unit, touches.of_unit)
        add_touches(Division, touches.of_division)
        add_touches(CalendarDay, touches.of_day)
        tasks, catalogue = _("Key tasks"), _("Information catalogue")
        add_menu_item(tasks, url_name="key_tasks", icon="flag", act=Act.SEE_WORKBENCH, order=75, is_rare=True)
        add_menu_item(
            catalogue, url_name="catalog_editions", icon="books", act=Act.SEE_WORKBENCH, order=76, is_rare=True
        )
