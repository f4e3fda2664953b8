"""A new epoch: after the database went back to an earlier point, no position that was given out means anything."""

from django.db import transaction

from jinan_credit.exchange.rules import Position
from lists.models import CreditList, FeedHead
from lists.models.credit_list import CreditListQuerySet, new_epoch


@transaction.atomic
def start_new_epoch(*, lists: CreditListQuerySet) -> dict[CreditList, Position]:
    """Give these lists a new epoch. Every receiver is told to load the snapshot, until it confirms.

    Waits for publications under way. Gives the heads with their new epoch.
    """
    heads = FeedHead.objects.select_for_update(of=("self",)).select_related("credit_list").filter(credit_list__in=lists)
    found: dict[CreditList, Position] = {}
    for head in heads.order_by("pk"):
        head.epoch = new_epoch()
        head.save(update_fields=["epoch"])
        found[head.credit_list] = Position(head.epoch, head.seq)
    return found
