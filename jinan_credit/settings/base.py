"""Everything that holds everywhere: here the site itself, beside it sign-in, REST, jobs and messages.

What differs stands in local.py, production.py and test.py.
"""

from pathlib import Path
from typing import Any

import pghistory
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from pgtrigger.core import Statement

from jinan_credit.settings import logs
from jinan_credit.settings.environment import ROOT, given
from jinan_credit.settings.jobs import *
from jinan_credit.settings.messages import *
from jinan_credit.settings.rest import *
from jinan_credit.settings.sign_in import *

ENVIRONMENT = given()

SECRET_KEY = ENVIRONMENT.secret_key
FIELD_KEYS = ENVIRONMENT.field_keys
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
ROOT_URLCONF = "jinan_credit.urls"
WSGI_APPLICATION = "jinan_credit.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "oauth2_provider",
    "rest_framework",
    "drf_standardized_errors",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
    "jinan_credit.accounts",
    "catalog",
    "lists",
    "jinan_credit.exchange",
    "sanctions",
    "objections",
    "repair",
    "jinan_credit.portal",
    "jinan_credit.oversight",
    "jinan_credit.upkeep",
    "jinan_credit.oversight.admin_site.CreditAdminConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "jinan_credit.accounts.middleware.ShortWayMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "jinan_credit.accounts.middleware.WithoutNulMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jinan_credit.accounts.session_middleware.SessionLifeMiddleware",
    "jinan_credit.accounts.middleware.ActorMiddleware",
    "jinan_credit.accounts.session_middleware.DutyMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "jinan_credit.accounts.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "jinan_credit.accounts.workbench.navigation",
                "jinan_credit.portal.site.foot",
            ],
            "builtins": [
                f"jinan_credit.accounts.templatetags.{components}"  # `/components/` shows them all
                for components in ("signs", "values", "requests", "pages", "filters", "forms", "workflows")
            ],
        },
    }
]
FORM_RENDERER = "jinan_credit.accounts.forms.CreditFormRenderer"
DJANGO_TABLES2_TEMPLATE = "_components/table.html"
FILTERS_EMPTY_CHOICE_LABEL = _("All")

# The public site's foot -------------------------------------------------------------------------------------

SITE = ENVIRONMENT.site
SITE_ADDRESS = ENVIRONMENT.site_address  # in mails and in messages to the units' office systems
STAFF_ADDRESS = ENVIRONMENT.staff_address  # where public pages send the staff; none: they do not name it

# Data -------------------------------------------------------------------------------------------------------

DATABASE_IS_POOLED = ENVIRONMENT.is_pooled
_DATABASE: dict[str, Any] = {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    # On solid state disks a page at random costs as one in a row: else counts walk the table, not the index.
    "OPTIONS": {"application_name": "jinan-credit", "options": "-c random_page_cost=1.1 -c jit=off"},
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": {**ENVIRONMENT.database, **_DATABASE, "TEST": {"TEMPLATE": "template0"}}
}
if ENVIRONMENT.is_pooled:
    # A pooler hands on no settings and gives the next transaction another connection (docs/operations.md).
    DATABASES["default"] |= {"OPTIONS": {"application_name": "jinan-credit"}, "DISABLE_SERVER_SIDE_CURSORS": True}
if ENVIRONMENT.replica:
    DATABASES["replica"] = {**ENVIRONMENT.replica, **_DATABASE, "TEST": {"MIRROR": "default"}}
    # Whoever reads there must not wait for one that hangs: he asks the primary.
    DATABASES["replica"]["OPTIONS"] = {**_DATABASE["OPTIONS"], "connect_timeout": 2, "tcp_user_timeout": 5000}
DATABASE_ROUTERS = ["jinan_credit.accounts.replica.ReplicaRouter"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENVIRONMENT.redis_url}}
REDIS_URL = ENVIRONMENT.redis_url
MEDIA_ROOT = ENVIRONMENT.media_root
API_CALLS_PER_MINUTE = ENVIRONMENT.api_calls_per_minute
DATABASE_ROLE = ENVIRONMENT.database_role  # that of the programs; empty: they work as the owner
SEALS_FOLDER = ENVIRONMENT.seals_folder  # outside of the database and of the media; none: history is not sealed
SEAL_KEY = ENVIRONMENT.seal_key
SEAL_HASH = ENVIRONMENT.seal_hash
UPLOAD_BYTES_PER_ADDRESS = ENVIRONMENT.upload_bytes_per_address  # from the public forms, a day
UPLOAD_BYTES_PER_CASE = ENVIRONMENT.upload_bytes_per_case
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

PGHISTORY_LEVEL = Statement
# History is read by its object: nine more indexes a row would cost a third of every bulk load.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_APPEND_ONLY = True
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = True

# Language and time ------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Static files -----------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = ROOT / "static_collected"
STATICFILES_DIRS = [
    ROOT / "static",
    ("tabler", ROOT / "node_modules/@tabler/core/dist"),
    ("icons", ROOT / "node_modules/@tabler/icons-sprite/dist"),
    ("echarts", ROOT / "node_modules/echarts/dist"),
]
STORAGES = {
    "default": {"BACKEND": "jinan_credit.accounts.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

# Headers ----------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "report-uri": ["/policy-reports/"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "fullscreen", "accelerometer")
}

# Logs -------------------------------------------------------------------------------------------------------

DJANGO_STRUCTLOG_CELERY_ENABLED = False
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOGGING = logs.config(ENVIRONMENT.log_level)
