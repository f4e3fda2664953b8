from typing import Any

from oauth2_provider.scopes import SettingsScopes


class ClientScopes(SettingsScopes):
    """A client may ask for the scopes that were granted to it, and gets them all when it names none."""

    def get_available_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> Any:
        return list(application.scopes) if application is not None else super().get_available_scopes()

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> Any:
        return self.get_available_scopes(application, request)
