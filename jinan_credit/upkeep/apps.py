from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    name = "jinan_credit.upkeep"
    label = "upkeep"
    verbose_name = _("Upkeep")

    def ready(self) -> None:
        from jinan_credit.upkeep import checks  # noqa: F401
