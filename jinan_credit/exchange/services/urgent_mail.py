"""Mails about urgent messages: at once, one message a mail. A dead mail server loses nothing; at least once, so a crash
in the middle may send a mail twice."""

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

import structlog
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from jinan_credit.accounts.enums import MailTo
from jinan_credit.accounts.events import event_kind
from jinan_credit.accounts.models import StaffMessage
from jinan_credit.accounts.roles import roles_with
from jinan_credit.exchange.services.daily_mail import persons_with_address
from jinan_credit.kernel import clock

MOST_ATTEMPTS = 8

log = structlog.get_logger(__name__)


def mail_urgent() -> int:
    """Mail what is urgent, one message a mail. Returns how many went out. What is given up is in the next morning's."""
    count = 0
    while settings.EMAIL_HOST and (message := _claim_urgent()):
        to, bcc = _recipients(message)
        if not (to or bcc):
            _end_urgent(message)
            continue
        with translation.override(settings.LANGUAGE_CODE):
            letter = mail.EmailMessage(
                _("Jinan Credit: %(event)s") % {"event": message.title},
                render_to_string("exchange/mail/urgent.txt", {"message": message}),
                to=to,
                bcc=bcc,
            )
        try:
            letter.send()
        except (SMTPRecipientsRefused, ValueError):  # no such mailbox, no proper address
            log.warning("staff_mail_refused", unit=message.unit.code)
            _end_urgent(message)
        except OSError as error:
            log.warning("staff_mail_failed", unit=message.unit.code, error=type(error).__name__)
            return count
        else:
            _end_urgent(message, mailed_at=clock.now())
            count += 1
    return count


@transaction.atomic
def _claim_urgent() -> StaffMessage | None:
    """The next one that nobody else mails now; tried again later, each time after twice as long, and then no more."""
    now = clock.now()
    due = StaffMessage.objects.filter(mail_at__lte=now).select_related("unit").order_by("mail_at", "pk")
    message = due.select_for_update(skip_locked=True, of=("self",)).first()
    if message is not None:
        message.mail_attempts += 1
        again_at = now + timedelta(minutes=2**message.mail_attempts)
        message.mail_at = again_at if message.mail_attempts < MOST_ATTEMPTS else None
        message.save(update_fields=["mail_at", "mail_attempts"])
    return message


def _end_urgent(message: StaffMessage, mailed_at: datetime | None = None) -> None:
    StaffMessage.objects.filter(pk=message.pk).update(mail_at=None, mailed_at=mailed_at)


def _recipients(message: StaffMessage) -> tuple[list[str], list[str]]:
    """The unit's address; or those of the persons whom it concerns, none of whom sees another's."""
    unit, kind = message.unit, event_kind(message.kind)
    if unit.mail_to == MailTo.CONTACT:
        return [unit.contact_email] if unit.contact_email else [], []
    if unit.mail_to == MailTo.PERSONS and kind is not None:
        persons = persons_with_address().filter(unit=unit, role_grants__role__in=roles_with(kind.act))
        return [], sorted(set(persons.values_list("email", flat=True)))
    return [], []
