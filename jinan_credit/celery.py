"""Celery carries nudges and jobs; what must not be lost is a row in PostgreSQL (architecture: the feed)."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init
from kombu.transport import redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinan_credit.settings.production")

app = Celery("jinan_credit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class _SteadyQoS(redis.QoS):
    """A message whose acknowledgement Redis did not take leaves its place in the worker all the same.

    Else a Redis that froze would cost the worker a place for ever, and with it all its work: it takes no more than it
    has places. The message itself comes again after the visibility timeout.
    """

    def ack(self, delivery_tag: str) -> None:
        self._quick_ack(delivery_tag)
        super().ack(delivery_tag)


redis.Channel.QoS = _SteadyQoS


@worker_process_init.connect
def _set_aside_what_is_loaded(**_kwargs: Any) -> None:
    """It stays, so that no job need search it for garbage."""
    gc.freeze()
