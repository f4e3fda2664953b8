"""What the exchange keeps of an entry that was deleted, and for how long it keeps its logs."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from catalog.selectors import records_kept_since
from jinan_credit.accounts.models import StaffMessage
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.exchange.models import DailyMail, OfficeDelivery, ParkedChange, PushAttempt
from jinan_credit.kernel import clock
from lists.models import Change
from lists.services.erasure import dash, delete, empty, in_batches


def empty_rejections(*, entry_ids: list[UUID]) -> None:
    """What receivers said of these entries' changes goes; that they rejected them stays. Idempotent."""
    its_changes = Change.objects.filter(
        entry__in=entry_ids,
        publication__credit_list=OuterRef("cursor__credit_list"),
        publication__first_seq=OuterRef("seq") - F("ordinal") + 1,
    )
    empty(ParkedChange.objects.filter(Exists(its_changes)), code="", message="", settled_reason=dash("settled_reason"))


def purge_logs(*, day: date) -> dict[str, int]:
    """Delete old rejections and, when the time for access logs is over, who got which changes. Returns how many.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    rejections = ParkedChange.objects.filter(
        at__lt=records_kept_since(day, rule="retention", limit="rejected_change_days")
    )
    attempts = PushAttempt.objects.filter(at__lt=records_kept_since(day, rule="access-log", limit="keep_days"))
    return {
        "rejected changes": in_batches(rejections, lambda keys: delete(ParkedChange.objects.filter(pk__in=keys))),
        "pushes": in_batches(attempts, lambda keys: delete(PushAttempt.objects.filter(pk__in=keys))),
    }


def purge_messages(*, day: date) -> dict[str, int]:
    """Delete old messages to staff, but for those that an office system has still to take: a paused one takes nothing.

    Returns how many.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    since = records_kept_since(day, rule="retention", limit="staff_message_days")
    waiting = OfficeDelivery.objects.waiting().filter(message=OuterRef("pk"), hook__state=EndpointState.ACTIVE)
    messages = StaffMessage.objects.filter(~Exists(waiting), told_at__lt=since)
    mails = DailyMail.objects.filter(day__lt=clock.local_day(since))
    return {
        "messages to staff": in_batches(messages, lambda keys: StaffMessage.objects.filter(pk__in=keys).delete()),
        "daily mails": in_batches(mails, lambda keys: delete(DailyMail.objects.filter(pk__in=keys))),
    }
