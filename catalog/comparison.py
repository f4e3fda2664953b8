"""What one edition of the information catalogue says otherwise than another, item by item."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from catalog.models import CatalogItem, InformationCatalog

_SAID = (
    "name",
    "provider",
    "fields",
    "disclosure",
    "sharing",
    "sharing_condition",
    "update_cycle",
    "legal_basis",
    "standards",
)


@dataclass(frozen=True)
class Line:
    """One thing that an item says, in words: a list of lines before and after."""

    label: str | Promise
    old: list[str]
    new: list[str]

    @property
    def only_old(self) -> list[str]:
        return [line for line in self.old if line not in self.new]

    @property
    def only_new(self) -> list[str]:
        return [line for line in self.new if line not in self.old]


@dataclass(frozen=True)
class ChangedItem:
    item: CatalogItem
    lines: list[Line]


@dataclass(frozen=True)
class Differences:
    added: list[CatalogItem]
    removed: list[CatalogItem]
    changed: list[ChangedItem]
    same: int


def compare(older: InformationCatalog, newer: InformationCatalog) -> Differences:
    """Items are the same by their codes. Two queries."""
    old, new = _by_code(older), _by_code(newer)
    both = [(old[code], item) for code, item in new.items() if code in old]
    changed = [ChangedItem(now, lines) for before, now in both if (lines := _changed_lines(before, now))]
    return Differences(
        added=[item for code, item in new.items() if code not in old],
        removed=[item for code, item in old.items() if code not in new],
        changed=changed,
        same=len(both) - len(changed),
    )


def _by_code(edition: InformationCatalog) -> dict[str, CatalogItem]:
    return {item.code: item for item in edition.items.select_related("provider")}


def _changed_lines(old: CatalogItem, new: CatalogItem) -> list[Line]:
    lines = []
    for name in _SAID:
        before, now = _in_words(old, name), _in_words(new, name)
        if before != now:
            field: Any = CatalogItem._meta.get_field(name)
            lines.append(Line(field.verbose_name, before, now))
    return lines


def _in_words(item: CatalogItem, name: str) -> list[str]:
    if name == "fields":
        return [" · ".join(part for part in (one["name"], one["type"], one["standard"]) if part) for one in item.fields]
    if name == "standards":
        return item.standards
    display = getattr(item, f"get_{name}_display", None)
    value = display() if display is not None else getattr(item, name)
    return [str(value)] if value else []
