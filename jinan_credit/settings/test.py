"""Tests: the local settings on a database of their own; passwords hash fast, limits stay on."""

from jinan_credit.settings.local import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
