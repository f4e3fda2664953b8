from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    name = "jinan_credit.upkeep"
    label = "upkeep"
    verbose_name = _("Upkeep")

    def ready(self) -> None:
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.workbench import add_menu_item
        from jinan_credit.upkeep import checks  # noqa: F401

        add_menu_item(_("Running state"), url_name="system", icon="server", act=Act.KEEP_SYSTEM, order=10)
