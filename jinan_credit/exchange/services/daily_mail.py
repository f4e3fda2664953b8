"""The mail of the morning: what a unit owes and what it was told, to its contact address or to each of its persons.

Each mail is a row that one worker claims, so two of them send it once. A dead mail server loses nothing; at least once:
a crash in the middle may send a mail twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import structlog
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.selectors import due_soon_until, work_calendar
from jinan_credit.accounts.deadlines import DueSource, Owed, due_sources
from jinan_credit.accounts.enums import MailTo
from jinan_credit.accounts.models import StaffMessage, StaffMessageQuerySet, Unit, User
from jinan_credit.accounts.roles import acts_of
from jinan_credit.exchange.models import DailyMail
from jinan_credit.kernel import clock

MORNING = time(7, 30)
MOST_NAMED = 20
NEW_FOR = timedelta(days=7)
"""An older message is no news: a unit that begins to read mails gets no old ones."""
OVERLAP = timedelta(hours=1)
"""A message of a long transaction is seen later than its time says."""
TRY_AGAIN_AFTER = timedelta(minutes=5)

log = structlog.get_logger(__name__)


@dataclass
class _Morning:
    """What all mails of one morning have in common; counted once, for all units."""

    day: date
    until: date
    owed: list[tuple[DueSource, Mapping[int, Owed]]] = field(default_factory=list)

    def count(self) -> None:
        self.owed = [(source, source.count(self.until)) for source in due_sources()]

    def due_for(self, unit: Unit, acts: frozenset[str]) -> list[dict[str, Any]]:
        return [
            {"source": source, "owed": owed[unit.pk], "address": f"{settings.SITE_ADDRESS}{source.link()}"}
            for source, owed in self.owed
            if source.act in acts and unit.pk in owed
        ]


def mail_daily() -> int:
    """On a working day, once it is morning: to each unit what is due and what is new. Returns how many went out.

    A unit, or a person, gets one a day, however often and by however many this is called, and none that says nothing.
    """
    now = clock.in_jinan(clock.now())
    calendar, today = work_calendar(), clock.today()
    if not settings.EMAIL_HOST or now.time() < MORNING or not calendar.is_working_day(today):
        return 0
    _open_mails(today)
    morning, count = _Morning(today, due_soon_until(calendar)), 0
    while daily := _claim_daily(today):
        if not morning.owed:
            morning.count()
        try:
            count += _send_daily(daily, morning)
        except OSError as error:
            log.warning("daily_mail_failed", unit=daily.unit.code, error=type(error).__name__)
            break
    return count


def _open_mails(day: date) -> None:
    """A row for each that is owed today. Whoever comes second finds them."""
    of_today = DailyMail.objects.filter(day=day)
    units = Unit.objects.active(day).filter(~Exists(of_today.filter(unit=OuterRef("pk"), user=None)))
    contacts = units.filter(mail_to=MailTo.CONTACT).exclude(contact_email="")
    persons = persons_with_address().filter(~Exists(of_today.filter(user=OuterRef("pk"))), unit__mail_to=MailTo.PERSONS)
    persons = persons.filter(unit__in=Unit.objects.active(day).order_by().values("pk"))
    rows = [DailyMail(unit=unit, day=day) for unit in contacts]
    rows += [DailyMail(unit_id=unit, user_id=user, day=day) for user, unit in persons.values_list("pk", "unit")]
    DailyMail.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def _claim_daily(day: date) -> DailyMail | None:
    now = clock.now()
    free = Q(tried_at=None) | Q(tried_at__lte=now - TRY_AGAIN_AFTER) | Q(tried_at__gt=now + TRY_AGAIN_AFTER)
    due = DailyMail.objects.filter(free, day=day, ended_at=None).select_related("unit", "user").order_by("pk")
    daily = due.select_for_update(skip_locked=True, of=("self",)).first()
    if daily is not None:
        daily.tried_at = now
        daily.save(update_fields=["tried_at"])
    return daily


def _send_daily(daily: DailyMail, morning: _Morning) -> bool:
    """Whether it went out."""
    with translation.override(settings.LANGUAGE_CODE):
        acts = _acts(daily)
        due, new = morning.due_for(daily.unit, acts), list(_new(daily, acts))
        address = daily.user.email if daily.user else daily.unit.contact_email
        is_sent = bool(due or new) and bool(address)
        if is_sent:
            letter = mail.EmailMessage(
                _("Jinan Credit: %(unit)s, %(day)s") % {"unit": daily.unit, "day": daily.day},
                render_to_string("exchange/mail/daily.txt", _context(due, new, morning)),
                to=[address],
            )
            is_sent = _goes_out(letter, daily)
    DailyMail.objects.filter(pk=daily.pk).update(
        ended_at=clock.now(), is_sent=is_sent, told=[message.pk for message in new] if is_sent else []
    )
    return is_sent


def _goes_out(letter: mail.EmailMessage, daily: DailyMail) -> bool:
    try:
        letter.send()
    except (SMTPRecipientsRefused, ValueError):  # no such mailbox, no proper address
        log.warning("daily_mail_refused", unit=daily.unit.code)
        return False
    return True


def _context(due: list[dict[str, Any]], new: list[StaffMessage], morning: _Morning) -> dict[str, Any]:
    return {
        "due": due,
        "until": morning.until,
        "new": new[:MOST_NAMED],
        "more": max(0, len(new) - MOST_NAMED),
        "address": settings.SITE_ADDRESS,
    }


def _acts(daily: DailyMail) -> frozenset[str]:
    """A person's own; a unit's address is told of all that somebody of the unit has to do with."""
    if daily.user is not None:
        return acts_of(daily.user.roles)
    held = User.objects.filter(unit=daily.unit, is_active=True, role_grants__role__isnull=False)
    return acts_of(frozenset(held.values_list("role_grants__role", flat=True)))


def _new(daily: DailyMail, acts: frozenset[str]) -> StaffMessageQuerySet:
    """Not yet named in a mail, nor mailed at once, nor read by the person."""
    before = DailyMail.objects.filter(unit=daily.unit, user=daily.user, is_sent=True).order_by("-day").first()
    since = clock.now() - NEW_FOR
    told: Iterable[int] = ()
    if before is not None and before.ended_at is not None:
        since, told = max(since, before.ended_at - OVERLAP), before.told
    new = StaffMessage.objects.filter(unit=daily.unit, told_at__gt=since, mailed_at=None).for_acts(acts)
    new = new.exclude(pk__in=told)
    return new.unread_by(daily.user) if daily.user is not None else new


def persons_with_address() -> QuerySet[User]:
    return User.objects.filter(is_active=True).exclude(email="")
