"""Celery carries nudges and jobs; what must not be lost is a row in PostgreSQL (architecture: the feed)."""

import os
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler
from celery.signals import worker_process_init
from kombu.transport import redis

from jinan_credit.kernel.loading import load_all_and_set_it_aside

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


class SteadyScheduler(PersistentScheduler):
    """After the clock went back beat goes on by the new time: what it ran in the future counts as run now.

    Else it would wait until the old time comes again, and with it every sweep.
    """

    TOLERANCE = timedelta(minutes=1)

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now + self.TOLERANCE]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None
        return super().tick(*args, **kwargs)


@worker_process_init.connect
def _load(**_kwargs: Any) -> None:
    load_all_and_set_it_aside()
