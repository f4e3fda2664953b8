"""The sweep: finds every cursor that is behind, whatever became of the nudges."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import BooleanField, Count, ExpressionWrapper

from jinan_credit.exchange.models import Cursor, PushAttempt, SweepMark
from jinan_credit.exchange.models.cursor import TROUBLED
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.services.sending import AT_ONCE
from jinan_credit.kernel import clock

ATTEMPTS_KEPT = timedelta(days=30)
"""Those that failed. One that was taken says who got which changes: it is kept as access logs are."""
_TIDY_EVERY = timedelta(hours=1)
_TIDY_ROWS = 50_000
MOST_SENDERS = 8


def due_groups(list_id: int | None = None) -> list[tuple[bool, int]]:
    """Of the cursors that are due: (whether they failed or were slow last time, how many senders they are worth)."""
    due = Cursor.objects.due(clock.now())
    if list_id is not None:
        due = due.filter(credit_list=list_id)
    groups = (
        due.annotate(is_troubled=ExpressionWrapper(TROUBLED, output_field=BooleanField()))
        .order_by()
        .values_list("is_troubled")
        .annotate(Count("id"))
    )
    return [(is_troubled, min(-(-due_count // AT_ONCE), MOST_SENDERS)) for is_troubled, due_count in groups]


def sweep(enqueue: Callable[[bool], None]) -> None:
    """Mark the time, ask `enqueue(is_troubled)` for senders of what is behind; once a minute make cursors."""
    _mark()
    for is_troubled, senders in due_groups():
        for _ in range(senders):
            enqueue(is_troubled)


def _mark() -> None:
    now = clock.now()
    last = SweepMark.objects.first()
    if last is None or last.at.replace(second=0, microsecond=0) != now.replace(second=0, microsecond=0):
        make_cursors()
    mark, _is_new = SweepMark.objects.update_or_create(pk=1, defaults={"at": now})
    if mark.tidied_at is None or mark.tidied_at < now - _TIDY_EVERY:
        old = PushAttempt.objects.not_taken().filter(at__lt=now - ATTEMPTS_KEPT).order_by("at")
        PushAttempt.objects.filter(pk__in=old.values("pk")[:_TIDY_ROWS]).delete()
        SweepMark.objects.filter(pk=1).update(tidied_at=now)
