"""Jobs of the public site. Running twice or at once does no harm."""

from celery import shared_task


@shared_task
def renew_statistics() -> None:
    """Count for the page of statistics before what it shows is too old."""
    from jinan_credit.portal.statistics import renew_statistics

    renew_statistics()
