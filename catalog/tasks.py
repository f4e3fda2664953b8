"""Jobs of the catalogue. Running twice or at once does no harm."""

from celery import shared_task


@shared_task
def settle_receipts() -> None:
    """Count anew by when units confirm memoranda, where it is provisional."""
    from catalog.services.receipt_days import settle_receipts

    settle_receipts()
