"""What sanctions does when its day comes. Running twice or at once does no harm."""

from celery import shared_task


@shared_task
def open_periodic_feedback() -> None:
    """Open the feedback owed for periods that have ended."""
    from sanctions.services.periodic_feedback import open_periodic_feedback

    open_periodic_feedback()


@shared_task
def settle_due_dates() -> None:
    """Count anew the days that were provisional."""
    from sanctions.services.due_dates import settle_due_dates

    settle_due_dates()
