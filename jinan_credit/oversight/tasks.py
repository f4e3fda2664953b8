"""Jobs of oversight. Running one twice or at once does no harm."""

from celery import shared_task


@shared_task
def keep_figures() -> None:
    """Count the days that are over or have changed since."""
    from jinan_credit.oversight.services.keeping import keep_figures

    keep_figures()


@shared_task
def count_quality() -> None:
    """Count what is amiss with each list."""
    from jinan_credit.oversight.services.quality import count_quality

    count_quality()


@shared_task
def keep_days() -> None:
    """Escalate the supervision notices to which no reply came."""
    from jinan_credit.oversight.services.supervision_days import keep_days

    keep_days()
