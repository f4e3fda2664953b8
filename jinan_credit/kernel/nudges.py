"""A nudge tells a worker to look into the database now rather than at the next sweep. It may get lost."""

from typing import Any

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def nudge(task: Task, *args: Any) -> None:
    """Queue `task` once the present transaction has committed. A dead broker neither fails nor delays the act."""

    def send() -> None:
        try:
            task.apply_async(args, retry=False, ignore_result=True)
        except (OperationalError, OSError) as error:
            log.warning("nudge_lost", task=task.name, error=str(error))

    transaction.on_commit(send, robust=True)
