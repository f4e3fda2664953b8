from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SanctionsConfig(AppConfig):
    name = "sanctions"
    label = "sanctions"
    verbose_name = _("Joint rewards and sanctions")

    def ready(self) -> None:
        from sanctions import handlers  # noqa: F401
