"""The production shape: https only, secrets from files."""

from jinan_credit.settings import environment
from jinan_credit.settings.base import *
from jinan_credit.settings.base import MIDDLEWARE

ALLOWED_HOSTS = environment.required_hosts()
SITE_IS_LOCAL = False
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^-/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
MIDDLEWARE = ["jinan_credit.accounts.middleware.ProxyAddressMiddleware", *MIDDLEWARE]
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # the proxy's own: its line and ours can be laid side by side
