"""What waits for a person in the catalogue: receipts, reports on key tasks, updates of the information catalogue."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogItem, KeyTask, MemorandumReceipt
from catalog.selectors import catalog_items_of, key_tasks_of
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel import clock


def counters(actor: Actor) -> list[Counter]:
    return [*_receipts(actor), *_key_tasks(actor), *_items(actor)]


def _receipts(actor: Actor) -> list[Counter]:
    """One query, none for those who have nothing to do with receipts."""
    if not (actor.may(Act.SIGN_TASKS) or actor.may(Act.KEEP_CATALOGUE)):
        return []
    owed = MemorandumReceipt.objects.visible_to(actor).owed()
    late = Q(due_on__lt=clock.today())
    counts = owed.aggregate(all=Count("circulation__of", distinct=True), late=Count("pk", filter=late))
    label = _("Memoranda to confirm") if actor.may(Act.SIGN_TASKS) else _("Memoranda not received by all")
    return [Counter(label, counts["all"], f"{reverse('memoranda')}?receipt=owed", is_urgent=counts["late"] > 0)]


def _key_tasks(actor: Actor) -> list[Counter]:
    """What one's unit has to report on; for oversight, what is not reported on though its day is over."""
    page, found = reverse("key_tasks"), []
    if actor.may(Act.REPORT_KEY_TASKS):
        asked = list(key_tasks_of(actor).asked())
        is_late = any(task.is_report_late for task in asked)
        found.append(Counter(_("Key tasks to report on"), len(asked), f"{page}?own=yes&asked=yes", is_urgent=is_late))
    if actor.may(Act.OVERSEE):
        late = KeyTask.objects.report_late().count()
        found.append(Counter(_("Reports on key tasks overdue"), late, f"{page}?asked=late", is_urgent=True))
    return found


def _items(actor: Actor) -> list[Counter]:
    """Updates that one's unit owes; for oversight, those that all providers owe."""
    page, found = reverse("catalog_updates"), []
    if actor.may(Act.UPDATE_CATALOGUE):
        own = catalog_items_of(actor).late().count()
        found.append(Counter(_("Catalogue items to update"), own, f"{page}?own=yes&late=yes", is_urgent=True))
    if actor.may(Act.OVERSEE):
        late = CatalogItem.objects.late().count()
        found.append(Counter(_("Catalogue updates overdue"), late, f"{page}?late=yes", is_urgent=True))
    return found
