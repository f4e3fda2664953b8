"""Nudges. They carry no data: losing one, or all of them, loses nothing, the next sweep finds what is behind."""

from celery import shared_task

from jinan_credit.exchange.services import (
    alert_mail,
    alerting,
    clock_jumps,
    daily_mail,
    office_sending,
    sending,
    sweeping,
    urgent_mail,
)

_EXPIRES = 30
"""A nudge that waited longer is void: a later one stands behind it."""


@shared_task(name="jinan_credit.exchange.tasks.fan_out", ignore_result=True)
def fan_out(list_id: int) -> None:
    """A list has changed: as many senders as its cursors are worth. They serve all lists."""
    for is_troubled, senders in sweeping.due_groups(list_id):
        for _ in range(senders):
            enqueue(is_troubled)


@shared_task(name="jinan_credit.exchange.tasks.push", ignore_result=True, time_limit=300)
def push() -> None:
    """Send what is due to the units that answered last time, and fast."""
    sending.push(is_troubled=False)


@shared_task(name="jinan_credit.exchange.tasks.push_failing", ignore_result=True, time_limit=300)
def push_failing() -> None:
    """Send to the units that failed last time or were slow; on a queue of its own, so that they hold up nobody."""
    sending.push(is_troubled=True)


@shared_task(name="jinan_credit.exchange.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Every five seconds by beat."""
    sweeping.sweep(enqueue)


@shared_task(name="jinan_credit.exchange.tasks.watch", ignore_result=True)
def watch() -> None:
    """Every minute by beat."""
    clock_jumps.forget_what_is_to_come()
    alerting.watch()


@shared_task(name="jinan_credit.exchange.tasks.mail_alerts", ignore_result=True, time_limit=300)
def mail_alerts() -> None:
    """Every minute by beat; among the jobs, for a slow mail server must hold up no push."""
    alert_mail.mail_alerts()


@shared_task(name="jinan_credit.exchange.tasks.mail_staff", ignore_result=True, time_limit=300)
def mail_staff() -> None:
    """Twice a minute by beat; among the jobs, as above."""
    urgent_mail.mail_urgent()
    daily_mail.mail_daily()


@shared_task(name="jinan_credit.exchange.tasks.send_to_offices", ignore_result=True, time_limit=300)
def send_to_offices() -> None:
    """Every ten seconds by beat, and when units were told; on the queue where whoever is slow holds up nobody."""
    office_sending.send_to_offices()


def enqueue(is_troubled: bool) -> None:
    task = push_failing if is_troubled else push
    task.apply_async(expires=_EXPIRES)
