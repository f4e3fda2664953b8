from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "lists"
    label = "lists"
    verbose_name = _("Lists")

    def ready(self) -> None:
        from lists import handlers  # noqa: F401
