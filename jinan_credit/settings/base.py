"""Everything that holds everywhere. What differs stands in local.py, production.py and test.py."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pghistory
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from pgtrigger.core import Statement

from jinan_credit.settings import environment, logs
from jinan_credit.settings.environment import ROOT

ENVIRONMENT = environment.read(require_hosts=False)

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
            "builtins": ["jinan_credit.accounts.templatetags.components"],
        },
    }
]
FORM_RENDERER = "jinan_credit.accounts.forms.CreditFormRenderer"
DJANGO_TABLES2_TEMPLATE = "_components/table.html"
FILTERS_EMPTY_CHOICE_LABEL = _("All")

# The public site's foot -------------------------------------------------------------------------------------

SITE = ENVIRONMENT.site
SITE_ADDRESS = ENVIRONMENT.site_address  # in mails and in messages to the units' office systems

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

# Sign-in ----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SINGLE_SIGN_ON = ENVIRONMENT.single_sign_on  # empty: there is none
PASSWORD_RULES = ENVIRONMENT.password_rules
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "jinan_credit.accounts.passwords.LengthValidator"},
    {"NAME": "jinan_credit.accounts.passwords.ClassesValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "jinan_credit.accounts.passwords.RememberedValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workbench"
ACCOUNT_ADAPTER = "jinan_credit.accounts.adapter.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# django-axes counts wrong passwords, by user and address; accounts.rate counts wrong codes, by user.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": None}
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_IPWARE_PROXY_COUNT = 0
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
MFA_ADAPTER = "jinan_credit.accounts.adapter.SealedSecondFactors"
MFA_FORMS = {
    "authenticate": "jinan_credit.accounts.second_factor_forms.SignInCodeForm",
    "reauthenticate": "jinan_credit.accounts.second_factor_forms.ConfirmCodeForm",
    "activate_totp": "jinan_credit.accounts.second_factor_forms.FirstCodeForm",
    "add_webauthn": "jinan_credit.accounts.second_factor_forms.NewKeyForm",
    "edit_webauthn": "jinan_credit.accounts.second_factor_forms.KeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Jinan Credit"
SECOND_FACTOR_ROLES = (
    ["COORDINATOR", "SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDIT_ADMIN"]
    if ENVIRONMENT.second_factor_roles is None
    else ENVIRONMENT.second_factor_roles
)
ACCOUNT_REAUTHENTICATION_TIMEOUT = ENVIRONMENT.reauthentication_minutes * 60
SESSION_IDLE_SECONDS = ENVIRONMENT.session_idle_minutes * 60
SESSION_LONGEST_SECONDS = ENVIRONMENT.session_hours * 3600
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS + 24 * 3600  # who comes back later is told that his session has ended
SESSION_ENGINE = "jinan_credit.accounts.sealed_sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True

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

# REST -------------------------------------------------------------------------------------------------------

OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.ApiClient"
OAUTH2_PROVIDER = {
    "SCOPES": {
        "feed": "Follow the lists that concern the unit",
        "screening": "Screen parties",
        "feedback": "Sign, feed back, confirm release",
        "entries:read": "Read the unit's own entries",
        "entries:write": "Import drafts for review",
        "cases": "Report cases",
    },
    "SCOPES_BACKEND_CLASS": "jinan_credit.accounts.api.scopes.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "PKCE_REQUIRED": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["jinan_credit.accounts.api.authentication.ClientAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["jinan_credit.accounts.api.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["jinan_credit.accounts.api.throttling.ClientThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["jinan_credit.accounts.api.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "jinan_credit.accounts.api.negotiation.OneFormat",
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "jinan_credit.accounts.api.errors.handle",
    "DEFAULT_PAGINATION_CLASS": "jinan_credit.accounts.api.paging.KeysetPagination",
    "DEFAULT_VERSION": "v1",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Jinan Credit",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "POSTPROCESSING_HOOKS": [
        "drf_standardized_errors.openapi_hooks.postprocess_schema_enums",
        "jinan_credit.accounts.api.schema_refusals.document_refusals",
    ],
    "ENUM_NAME_OVERRIDES": {
        "TaskKindEnum": "sanctions.enums.TaskKind.values",
        "TaskStateEnum": "sanctions.enums.TaskState.values",
        "VersionStateEnum": "catalog.enums.VersionState.values",
        "ScreeningResultEnum": "sanctions.api.serializers.SCREENING_RESULTS",
        "RowResultEnum": "sanctions.api.serializers.ROW_RESULTS",
    },
}

# Push and jobs ----------------------------------------------------------------------------------------------

PUSH_ALLOWED_NETWORKS = ENVIRONMENT.push_allowed_networks
PUSH_DEADLINE_SECONDS = 10.0

CELERY_BROKER_URL = ENVIRONMENT.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A dead broker must not hold up a publication: the nudge is given up fast, the sweep finds the cursor.
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "jobs"
CELERY_TASK_ROUTES = {
    "jinan_credit.exchange.tasks.push": {"queue": "push"},
    "jinan_credit.exchange.tasks.push_failing": {"queue": "push-failing"},
    "jinan_credit.exchange.tasks.mail_alerts": {"queue": "jobs"},
    "jinan_credit.exchange.tasks.mail_staff": {"queue": "jobs"},
    "jinan_credit.exchange.tasks.send_to_offices": {"queue": "push-failing"},
    "jinan_credit.exchange.tasks.*": {"queue": "sweep"},
    "lists.tasks.purge": {"queue": "purge"},  # deletes history, so its worker is the owner
    "jinan_credit.oversight.tasks.seal_history": {"queue": "seal"},  # its worker holds the key
    "jinan_credit.oversight.tasks.verify_history": {"queue": "seal"},
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "jinan_credit.celery:SteadyScheduler"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "sweep-cursors": {"task": "jinan_credit.exchange.tasks.sweep", "schedule": 5.0},
    "watch-copies": {"task": "jinan_credit.exchange.tasks.watch", "schedule": 60.0},
    "mail-alerts": {"task": "jinan_credit.exchange.tasks.mail_alerts", "schedule": 60.0},
    "mail-staff": {"task": "jinan_credit.exchange.tasks.mail_staff", "schedule": 30.0},
    "send-to-offices": {"task": "jinan_credit.exchange.tasks.send_to_offices", "schedule": 10.0},
    "send-messages": {"task": "jinan_credit.accounts.tasks.send_messages", "schedule": 30.0},
    "carry-out-successions": {"task": "jinan_credit.accounts.tasks.carry_out_successions", "schedule": 60.0},
    "repeat-successions": {"task": "jinan_credit.accounts.tasks.repeat_successions", "schedule": crontab(minute=50)},
    "sweep-jobs": {"task": "lists.tasks.sweep_imports", "schedule": 10.0},
    "index-names": {"task": "lists.tasks.index_names", "schedule": 10.0},
    "sweep-exports": {"task": "lists.tasks.sweep_exports", "schedule": 10.0},
    "sweep-notices": {"task": "lists.tasks.sweep_notices", "schedule": 30.0},
    "sweep-batches": {"task": "sanctions.tasks.sweep_batches", "schedule": 10.0},
    "tell-portfolios": {"task": "sanctions.tasks.tell_portfolios", "schedule": 10.0},
    "review-portfolios": {"task": "sanctions.tasks.review_portfolios", "schedule": crontab(hour=4, minute=30)},
    "expire-entries": {"task": "lists.tasks.expire", "schedule": 600.0},
    "open-periodic-feedback": {"task": "sanctions.tasks.open_periodic_feedback", "schedule": 3600.0},
    "settle-due-dates": {"task": "sanctions.tasks.settle_due_dates", "schedule": crontab(hour=0, minute=30)},
    "days-of-objections": {"task": "objections.tasks.keep_days", "schedule": crontab(minute=10)},
    "days-of-repairs": {"task": "repair.tasks.keep_days", "schedule": crontab(minute=15)},
    "keep-figures": {"task": "jinan_credit.oversight.tasks.keep_figures", "schedule": 30.0},
    "count-quality": {"task": "jinan_credit.oversight.tasks.count_quality", "schedule": crontab(minute=40)},
    "renew-statistics": {"task": "jinan_credit.portal.tasks.renew_statistics", "schedule": crontab(minute="*/2")},
    "days-of-supervision": {"task": "jinan_credit.oversight.tasks.keep_days", "schedule": crontab(minute=20)},
    "seal-history": {"task": "jinan_credit.oversight.tasks.seal_history", "schedule": crontab(minute=5)},
    "watch-history": {"task": "jinan_credit.oversight.tasks.watch_history", "schedule": crontab(minute="*/10")},
    "verify-newest-history": {
        "task": "jinan_credit.oversight.tasks.verify_history",
        "schedule": crontab(hour=2, minute=40),
        "kwargs": {"newest_only": True},
    },
    "verify-history": {
        "task": "jinan_credit.oversight.tasks.verify_history",
        "schedule": crontab(hour=1, minute=15, day_of_week="sunday"),
    },
    "purge-entries": {"task": "lists.tasks.purge", "schedule": crontab(hour=3, minute=30)},
}

# Mail -------------------------------------------------------------------------------------------------------

EMAIL_HOST: str = ENVIRONMENT.mail.get("EMAIL_HOST", "")  # empty: nothing is mailed
EMAIL_PORT: int = ENVIRONMENT.mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER: str = ENVIRONMENT.mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD: str = ENVIRONMENT.mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS: bool = ENVIRONMENT.mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = ENVIRONMENT.mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from

MESSAGE_CHANNELS = ["jinan_credit.accounts.channels.EmailChannel", "jinan_credit.accounts.channels.SmsGateway"]
SMS_GATEWAY_URL = ENVIRONMENT.sms_gateway_url  # empty: nobody gets a short message
SMS_GATEWAY_KEY = ENVIRONMENT.sms_gateway_key

# Logs -------------------------------------------------------------------------------------------------------

DJANGO_STRUCTLOG_CELERY_ENABLED = False
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOGGING = logs.config(ENVIRONMENT.log_level)
