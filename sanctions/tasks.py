"""Jobs of sanctions. Each claims its row or a lock, so running twice or at once does no harm."""

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


@shared_task
def screen_batch(pk: int) -> None:
    from sanctions.services import batch_copy, batch_jobs

    batch_jobs.screen_batch(pk)
    batch_copy.keep_copy(pk)


@shared_task
def sweep_batches() -> None:
    """Take up batches, and copies of them, whose nudge was lost or whose worker died."""
    from sanctions.services import batch_jobs

    for pk in batch_jobs.under_way():
        screen_batch.delay(pk)


@shared_task
def tell_portfolios() -> None:
    """Tell of the changes of kept parties that were published since the last time."""
    from sanctions.services import portfolio_changes

    portfolio_changes.tell_portfolios()


@shared_task
def review_portfolios() -> None:
    """Once a day: compare every kept party with the lists as they stand, whatever made it differ."""
    from sanctions.services import portfolio_changes

    portfolio_changes.review_portfolios()
