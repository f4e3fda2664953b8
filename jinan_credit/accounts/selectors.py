"""Who stands for whom: units merge, and the successor holds what the ended unit held."""

from datetime import date

from jinan_credit.accounts.models import Unit


def current_holders(on: date) -> dict[int, int]:
    """Who holds each unit's duties on a day: itself, or the first active one down its line of successors.

    A unit that ended without an active successor, or has not begun, is not among the keys. One query.
    """
    return {unit_id: holder.pk for unit_id, holder in holders_on(on).items()}


def held_by(unit_id: int, on: date) -> list[int]:
    """The units whose duties a unit holds on a day: those it succeeded, and itself while it is active. One query."""
    return [held for held, holder in current_holders(on).items() if holder == unit_id]


def holders_on(on: date) -> dict[int, Unit]:
    fields = ("pk", "kind", "is_city_unit", "valid_from", "valid_to", "successor_id")
    units = {unit.pk: unit for unit in Unit.objects.only(*fields)}
    holders = {}
    for unit in units.values():
        holder, passed = unit, set[int]()
        while holder.valid_to is not None and holder.valid_to < on and holder.pk not in passed:
            passed.add(holder.pk)
            holder = units[holder.successor_id] if holder.successor_id is not None else holder
        if holder.valid_from <= on and (holder.valid_to is None or holder.valid_to >= on):
            holders[unit.pk] = holder
    return holders
