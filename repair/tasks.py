"""Jobs of repair. Running twice or at once does no harm."""

from celery import shared_task


@shared_task
def keep_days() -> None:
    """Count provisional days anew; let lapse and escalate what is late."""
    from repair.services.days import keep_days

    keep_days()
