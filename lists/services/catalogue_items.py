"""The lists of this system as items of the information catalogue, for its first edition to begin with (P §五(一))."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from catalog.enums import ItemDisclosure, ItemSharing, UpdateCycle
from catalog.models import InformationCatalog, Standard
from catalog.services.information_catalog import ItemField, ItemText, add_items
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.selectors import current_holders
from jinan_credit.kernel import clock
from lists.enums import Disclosure
from lists.models import CreditList

_USCC = "GB 32100-2015"
_FIELDS = (
    ("主体名称", "文本", ""),
    ("统一社会信用代码", "编码", _USCC),
    ("主体类型", "代码", ""),
    ("认定单位", "文本", ""),
    ("认定依据", "文本", ""),
    ("认定文书号", "文本", ""),
    ("文书日期", "日期", ""),
    ("认定日期", "日期", ""),
    ("列入事由", "文本", ""),
    ("失信程度", "代码", ""),
    ("有效期起", "日期", ""),
    ("有效期止", "日期", ""),
    ("移出日期", "日期", ""),
    ("移出原因", "代码", ""),
)
"""What an entry of every list holds and anybody in the units may read; document numbers of persons are left out."""
_CONDITION = "向对名单负有奖惩措施的单位共享，按联合奖惩措施使用"
_DISCLOSURE = {
    Disclosure.PUBLIC: ItemDisclosure.PUBLIC,
    Disclosure.GOVERNMENT: ItemDisclosure.GOVERNMENT,
    Disclosure.NONE: ItemDisclosure.AUTHORISED,
}


def take_lists_in(*, edition: InformationCatalog, by: Actor) -> int:
    """Add each list that a draft does not have yet, as an item of its initiating unit; of joint ones, one of each.

    How many were added. Refusals: as `catalog.services.information_catalog.add_items`.
    """
    return add_items(edition=edition, items=list(_items()), by=by, reason=_("The lists of this system"))


def lists_left_out(edition: InformationCatalog) -> int:
    """How many items the lists would add. Five queries."""
    present = set(edition.items.values_list("code", flat=True))
    return sum(code not in present for code, _says in _items())


def _items() -> Iterator[tuple[str, ItemText]]:
    holders, units = current_holders(clock.today()), Unit.objects.in_bulk()
    known = set(Standard.objects.filter(number=_USCC).values_list("number", flat=True))
    fields = [ItemField(name, kind, standard if standard in known else "") for name, kind, standard in _FIELDS]
    for credit_list in CreditList.objects.prefetch_related("initiating_units"):
        initiators = [unit.pk for unit in credit_list.initiating_units.all()]
        providers = dict.fromkeys(holders[pk] for pk in initiators if pk in holders)
        for pk in providers:
            code = credit_list.code if len(providers) == 1 else f"{credit_list.code}-{units[pk].code}"
            yield (
                code,
                ItemText(
                    name=credit_list.name,
                    provider=units[pk],
                    fields=fields,
                    disclosure=_DISCLOSURE[Disclosure(credit_list.disclosure)],
                    sharing=ItemSharing.CONDITIONAL,
                    sharing_condition=_CONDITION,
                    update_cycle=UpdateCycle.ON_CHANGE,
                    legal_basis=credit_list.legal_basis,
                    standards=sorted(known),
                ),
            )
