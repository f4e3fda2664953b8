from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "jinan_credit.accounts"
    label = "accounts"
    verbose_name = _("Units and accounts")

    def ready(self) -> None:
        from jinan_credit.accounts import checks  # noqa: F401
