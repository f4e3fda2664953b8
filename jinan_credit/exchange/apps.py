from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "jinan_credit.exchange"
    label = "exchange"
    verbose_name = _("Exchange")

    def ready(self) -> None:
        from jinan_credit.exchange import handlers  # noqa: F401
