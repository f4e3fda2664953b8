from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ExchangeConfig(AppConfig):
    name = "jinan_credit.exchange"
    label = "exchange"
    verbose_name = _("Exchange")

    def ready(self) -> None:
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.models import Unit
        from jinan_credit.accounts.panels import ways_panels
        from jinan_credit.accounts.touches import add_touches
        from jinan_credit.accounts.workbench import add_counters, add_menu_item
        from jinan_credit.exchange import events, handlers, metrics, panels, touches  # noqa: F401

        add_menu_item(_("Push"), url_name="push", icon="broadcast", act=Act.SEE_PUSH, order=70, is_rare=True)
        files = pgettext_lazy("files of changes", "Downloads")
        add_menu_item(files, url_name="downloads", icon="file-download", act=Act.SIGN_TASKS, order=71, is_rare=True)
        add_counters(panels.counters)
        ways_panels.add(panels.office_system)
        add_touches(Unit, touches.of_unit)
