"""The mail about an alert: to the unit's contact and the coordinators. A dead mail server loses nothing."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import structlog
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import Unit, User
from jinan_credit.exchange.error_words import in_words
from jinan_credit.exchange.models import DeliveryAlert, DeliveryAlertQuerySet, Endpoint
from jinan_credit.kernel import clock

TRY_AGAIN_AFTER = timedelta(minutes=5)

_NUMBER = re.compile(r"[0-9Xx]{8,}")

log = structlog.get_logger(__name__)


def mail_alerts() -> int:
    """Mail the alerts of which nobody was told yet, a mail a unit. Gives how many went out; none without a server.

    What cannot be mailed is tried again; at least once, so a crash in the middle may send a mail twice.
    """
    if not settings.EMAIL_HOST:
        return 0
    count, coordinators = 0, _coordinators()
    while alerts := _claim():
        try:
            count += _tell(alerts, coordinators)
        except (SMTPRecipientsRefused, ValueError):  # no such mailbox, no proper address
            log.warning("alert_mail_refused", unit=alerts[0].unit.code)
        except OSError as error:
            log.warning("alert_mail_failed", unit=alerts[0].unit.code, error=type(error).__name__)
            break
    return count


@transaction.atomic
def _claim() -> list[DeliveryAlert]:
    """The alerts of one unit, the gravest first, that nobody else now mails for some minutes."""
    now = clock.now()
    while unit := DeliveryAlert.objects.to_mail(now, TRY_AGAIN_AFTER).order_by("id").values_list("unit").first():
        waiting = DeliveryAlert.objects.to_mail(now, TRY_AGAIN_AFTER).filter(unit__in=unit).select_related("unit")
        claimed = sorted(waiting.in_turn(), key=lambda alert: (alert.level, alert.pk), reverse=True)
        _all(claimed).update(mail_tried_at=now)
        if claimed:
            return claimed
    return []


def _tell(alerts: list[DeliveryAlert], coordinators: list[str]) -> int:
    gravest = alerts[0]
    message = _message(gravest, coordinators)
    if not message.recipients():
        return 0
    message.send()
    with transaction.atomic():
        _all(list(_all(alerts).in_turn())).update(mailed_at=clock.now())
    return 1


def _all(alerts: list[DeliveryAlert]) -> DeliveryAlertQuerySet:
    return DeliveryAlert.objects.filter(pk__in=[alert.pk for alert in alerts])


def _message(alert: DeliveryAlert, coordinators: list[str]) -> mail.EmailMessage:
    """In the language of the place. The coordinators' own addresses are not shown to the unit."""
    endpoint = Endpoint.objects.filter(unit=alert.unit).first()
    with translation.override(settings.LANGUAGE_CODE):
        context = {"alert": alert, "endpoint": endpoint, "error": _told_error(alert.error)}
        subject = _("Jinan Credit: the copy of %(unit)s has been behind for more than %(length)s")
        return mail.EmailMessage(
            subject % {"unit": alert.unit, "length": alert.length},
            render_to_string("exchange/mail/alert.txt", context),
            to=[alert.unit.contact_email] if alert.unit.contact_email else [],
            bcc=coordinators,
        )


def _told_error(error: str) -> str:
    """One line. An error may quote what the receiver answered, and that might be a person's number."""
    line, words = " ".join(error.split()), in_words(error)
    return _NUMBER.sub("…", line if words == error else f"{words} {line}")[:200]


def _coordinators() -> list[str]:
    """Of every active coordinator; where none has an address, the contact of the unit he belongs to."""
    people = User.objects.filter(is_active=True, role_grants__role=Role.COORDINATOR)
    own = people.exclude(email="").order_by("email").values_list("email", flat=True).distinct()
    contacts = Unit.objects.filter(users__in=people).exclude(contact_email="").values_list("contact_email", flat=True)
    return list(own) or sorted(set(contacts))
