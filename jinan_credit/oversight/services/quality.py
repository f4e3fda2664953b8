from jinan_credit.kernel import clock
from jinan_credit.oversight.models import ListQuality
from jinan_credit.oversight.selectors.quality import count_amiss
from lists.models import CreditList


def count_quality() -> None:
    """Count what is amiss with each list anew. Safe to run twice or at once: the last count stands."""
    for credit_list in CreditList.objects.order_by("pk"):
        counted = {**count_amiss(credit_list), "counted_at": clock.now()}
        ListQuality.objects.update_or_create(credit_list=credit_list, defaults=counted)
