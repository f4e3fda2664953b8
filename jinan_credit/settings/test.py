"""Tests: the local settings on a database of their own; passwords hash fast, sweeps come often, limits stay on."""

from jinan_credit.settings.local import *
from jinan_credit.settings.local import CELERY_BEAT_SCHEDULE

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BEAT_SCHEDULE |= {
    name: job | {"schedule": 2.0} for name, job in CELERY_BEAT_SCHEDULE.items() if job["schedule"] in (5.0, 10.0)
}
