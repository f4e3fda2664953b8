"""A workstation: `bin/up`, `manage.py` and the tests. Plain http on loopback."""

from jinan_credit.settings import environment

environment.load_local_file()

from jinan_credit.settings.base import *  # noqa: E402
from jinan_credit.settings.base import ENVIRONMENT, MESSAGE_CHANNELS  # noqa: E402

ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts or ["127.0.0.1", "localhost", "[::1]", "testserver"]
SITE_IS_LOCAL = True
STAFF_ADDRESS = ""  # all pages are at one address
SECOND_FACTOR_ROLES = ENVIRONMENT.second_factor_roles or []
STATIC_ROOT = None  # the finders serve; nothing is collected
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
if not ENVIRONMENT.mail:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
MESSAGE_CHANNELS = [*MESSAGE_CHANNELS, "jinan_credit.accounts.channels.ConsoleChannel"]
