from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "jinan_credit.accounts"
    label = "accounts"
    verbose_name = _("Units and accounts")

    def ready(self) -> None:
        from jinan_credit.accounts import checks, handlers, panels  # noqa: F401
        from jinan_credit.accounts.api import schema  # noqa: F401
        from jinan_credit.accounts.enums import Act
        from jinan_credit.accounts.keeping import people_of_unit
        from jinan_credit.accounts.models import Unit
        from jinan_credit.accounts.touches import add_touches
        from jinan_credit.accounts.workbench import add_counters, add_menu_item

        add_touches(Unit, people_of_unit)

        for act in (Act.KEEP_CATALOGUE, Act.KEEP_ACCOUNTS):
            add_menu_item(_("Administration"), url_name="admin:index", icon="settings", act=act, order=200)
        add_menu_item(_("Access review"), url_name="access_review", icon="user-check", act=Act.KEEP_ACCOUNTS, order=190)
        for act in (Act.KEEP_ACCOUNTS, Act.SEE_AUDIT):
            add_menu_item(_("Permissions"), url_name="permissions", icon="key", act=act, order=98)
        add_counters(panels.counters)
