"""Reads of the lists."""

from django.db.models import Q

from catalog.enums import VersionState
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.selectors import unit_and_predecessors
from jinan_credit.kernel import clock
from lists.models import CreditList
from lists.models.credit_list import CreditListQuerySet


def lists_for_unit(unit: Unit) -> CreditListQuerySet:
    """The lists a unit cooperates on: it is responsible for at least one measure that applies to the list."""
    today = clock.today()
    measure = "memoranda__versions__measures"
    in_force = (
        Q(memoranda__versions__state=VersionState.IN_FORCE, memoranda__versions__valid_from__lte=today)
        & (Q(memoranda__versions__valid_to=None) | Q(memoranda__versions__valid_to__gte=today))
        & Q(**{f"{measure}__bases__isnull": False})  # rule 2: no measure without a legal basis
    )
    mine = Q(**{f"{measure}__responsibilities__unit__in": unit_and_predecessors(unit)})
    if unit.is_city_unit:
        mine |= Q(**{f"{measure}__by_all_units": True})
    return CreditList.objects.filter(pk__in=CreditList.objects.filter(in_force & mine).values("pk"))
