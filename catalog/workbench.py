"""What waits for a person in the catalogue: receipts of memoranda that his unit owes, or that are owed to him."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import MemorandumReceipt
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel import clock


def counters(actor: Actor) -> list[Counter]:
    """One query, none for those who have nothing to do with receipts."""
    if not (actor.may(Act.SIGN_TASKS) or actor.may(Act.KEEP_CATALOGUE)):
        return []
    owed = MemorandumReceipt.objects.visible_to(actor).owed()
    late = Q(due_on__lt=clock.today())
    counts = owed.aggregate(all=Count("circulation__of", distinct=True), late=Count("pk", filter=late))
    label = _("Memoranda to confirm") if actor.may(Act.SIGN_TASKS) else _("Memoranda not received by all")
    return [Counter(label, counts["all"], f"{reverse('memoranda')}?receipt=owed", is_urgent=counts["late"] > 0)]
