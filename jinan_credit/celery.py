"""Celery carries nudges and jobs; what must not be lost is a row in PostgreSQL (architecture: the feed)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinan_credit.settings.production")

app = Celery("jinan_credit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
