"""Jobs of accounts. Each claims its rows, so running twice or at once does no harm."""

from celery import shared_task


@shared_task
def send_messages() -> None:
    """Send what applicants are to be told."""
    from jinan_credit.accounts.services.messages import send_messages

    send_messages()


@shared_task
def carry_out_successions() -> None:
    """Carry out the successions of units whose day has come."""
    from jinan_credit.accounts.services.succession import carry_out_successions

    carry_out_successions()


@shared_task
def repeat_successions() -> None:
    """What was under way for a unit while it was succeeded follows to the successor."""
    from jinan_credit.accounts.services.succession import repeat_successions

    repeat_successions()
