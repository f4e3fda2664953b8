"""Telling units of events, in the transaction of the act that they tell of; and who has read what."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import TEST, EventKind, Whose
from jinan_credit.accounts.models import StaffMessage, StaffMessageQuerySet, StaffReading, Unit
from jinan_credit.accounts.roles import roles_with
from jinan_credit.accounts.signals import staff_told
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import NotAllowed, NotFound


@dataclass(frozen=True)
class Told:
    """What one unit is told: where it leads, what it is about, the values of the words."""

    unit: int
    link: str
    about: str
    values: dict[str, object]


def tell_staff(
    kind: EventKind, *, link: str, units: Iterable[Unit | int | None] = (), about: str = "", **values: object
) -> list[StaffMessage]:
    """Tell each of these units the same; where the kind says so, those of whoever does it.

    `values` are those of the kind's words, never about a natural person. `about` names what it is: a unit is told of it
    once, however often this is called; without it every call tells anew.
    """
    concerned = units_with(kind.act) if kind.whose == Whose.HOLDERS else {_key(unit) for unit in units if unit}
    return tell_each(kind, [Told(unit, link, about or uuid4().hex, values) for unit in concerned])


def tell_each(kind: EventKind, told: Iterable[Told]) -> list[StaffMessage]:
    """Tell each unit its own, in the transaction of the act: one statement, however many they are."""
    now = clock.now()
    mail_at = now if kind.is_urgent and settings.EMAIL_HOST else None
    messages = [
        StaffMessage(
            unit_id=one.unit,
            kind=kind.code,
            about=one.about,
            values=one.values,
            link=one.link,
            told_at=now,
            mail_at=mail_at,
        )
        for one in sorted(told, key=lambda one: (one.unit, one.about))
    ]
    if messages:
        kind.says(messages[0].values)
        StaffMessage.objects.bulk_create(
            messages, update_conflicts=True, unique_fields=["unit", "kind", "about"], update_fields=["kind"]
        )
        staff_told.send(StaffMessage, messages=messages)
    return messages


def units_with(act: str) -> set[int]:
    """The units of the persons who may do it."""
    holders = Unit.objects.filter(users__is_active=True, users__role_grants__role__in=roles_with(act))
    return set(holders.order_by().values_list("pk", flat=True))


@transaction.atomic
def mark_read(*, messages: StaffMessageQuerySet, by: Actor) -> int:
    """Of these, those that are for this person and that he has not read yet. Returns how many."""
    unread = messages.visible_to(by).unread_by(by.user).order_by()
    now = clock.now()
    readings = [StaffReading(message_id=pk, user=by.user, read_at=now) for pk in unread.values_list("pk", flat=True)]
    return len(StaffReading.objects.bulk_create(readings, ignore_conflicts=True, batch_size=1_000))


def open_message(*, pk: int, by: Actor) -> StaffMessage:
    """Read it, to go where it leads. Refusals: `message_not_found`."""
    message = StaffMessage.objects.visible_to(by).filter(pk=pk).first()
    if message is None:
        raise NotFound("message_not_found")
    mark_read(messages=StaffMessage.objects.filter(pk=pk), by=by)
    return message


@transaction.atomic
def set_ways(*, contact_email: str, mail_to: str, by: Actor) -> Unit:
    """Say where mails to one's own unit go. Refusals: `act_not_allowed`, `no_unit`."""
    unit = Unit.objects.select_for_update(no_key=True).get(pk=require_unit_of_ways(by).pk)
    unit.contact_email, unit.mail_to = contact_email, mail_to
    unit.save(update_fields=["contact_email", "mail_to"])
    return unit


@transaction.atomic
def send_test(*, by: Actor) -> None:
    """Tell one's own unit, by each way, that this is a test; at most once a minute.

    Refusals: `act_not_allowed`, `no_unit`.
    """
    unit = require_unit_of_ways(by)
    tell_staff(TEST, units=[unit], link=reverse("message_ways"), about=f"{clock.now():%Y-%m-%d %H:%M}")


def require_unit_of_ways(by: Actor) -> Unit:
    by.require(Act.SET_WAYS)
    if by.unit is None:
        raise NotAllowed("no_unit", _("Your account belongs to no unit."))
    return by.unit


def _key(unit: Unit | int) -> int:
    return unit if isinstance(unit, int) else unit.pk
