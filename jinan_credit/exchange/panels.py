"""What the exchange adds to the workbench, and to the ways by which a unit is told."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.workbench import Counter
from jinan_credit.exchange.copies import stale_count
from jinan_credit.exchange.error_words import in_words
from jinan_credit.exchange.models import OfficeHook
from jinan_credit.exchange.selectors import alert_count, failing_count, rejected_count
from jinan_credit.exchange.workflow import OFFICE_HOOK
from jinan_credit.kernel import clock
from jinan_credit.kernel.panels import Panel

STEPS_SHOWN = 10


def counters(actor: Actor) -> list[Counter]:
    """Failing pushes, long delays, rejected changes, copies that do not follow: for a unit's staff its own."""
    if not actor.may(Act.SEE_PUSH):
        return []
    return [
        Counter(_("Push failing"), failing_count(actor), reverse("push"), is_urgent=True),
        Counter(_("Copies behind for long"), alert_count(actor), reverse("push"), is_urgent=True),
        Counter(_("Rejected changes"), rejected_count(actor), reverse("push_rejected")),
        Counter(_("Stale copies"), stale_count(actor), reverse("stale_copies"), is_urgent=True),
    ]


def office_system(unit: Unit, actor: Actor) -> Panel:
    """Where one's unit's messages go besides: address, keys, what waits, the steps to take."""
    hook = OfficeHook.objects.filter(unit=unit).first()
    context = {
        "hook": hook,
        "moves": [
            move
            for move in (open_moves(OFFICE_HOOK, state=hook.state, by=actor) if hook else ())
            if move.name in ("pause", "resume")
        ],
        "keys": hook.keys.live(clock.now()) if hook else [],
        "waiting": hook.deliveries.waiting().count() if hook else 0,
        "error": in_words(hook.last_error) if hook else "",
        "log": hook.moves.select_related("by", "by_client", "unit").order_by("-id")[:STEPS_SHOWN] if hook else [],
        "workflow": OFFICE_HOOK,
    }
    return Panel(_("Office system"), "exchange/panel_office.html", context)
