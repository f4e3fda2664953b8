"""Sealing anew under the current key (docs/settings.md). Columns named `sealed_…` are found by themselves.

Three columns of JSON hold sealed values besides: the bodies of the feed, the persons whom a proposal would correct, and
the secrets of second factors.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, Q

from jinan_credit.accounts.services.second_factors import seal_second_factors_anew, second_factor_keys
from jinan_credit.kernel import crypto
from lists.models import Change, EntryProposal
from lists.services.erasure import lifted

ROTATION_BATCH = 1000
SECOND_FACTORS = "mfa.Authenticator"
_NUMBERS = 'strict $.**.document_number ? (@.type() == "string")'
_OLD_NUMBERS = 'strict $.**.document_number ? (@.type() == "string" && !(@ starts with $current))'
_PROPOSED = '$.related_persons[*].sealed_number ? (@ != "")'
_OLD_PROPOSED = '$.related_persons[*].sealed_number ? (@ != "" && !(@ starts with $current))'


@dataclass(frozen=True)
class Sealed:
    """A model with the columns in which it keeps sealed values; `is_history`: its rows are only added to."""

    model: type[Model]
    columns: tuple[str, ...]
    is_history: bool

    def __str__(self) -> str:
        return self.model._meta.label


def sealed_models() -> list[Sealed]:
    """All that hold sealed values: live rows first, then their history."""
    found = []
    for model in apps.get_models():
        columns = tuple(field.name for field in model._meta.concrete_fields if field.name.startswith("sealed_"))
        if columns and model._meta.managed:
            found.append(Sealed(model, columns, hasattr(model, "pgh_tracked_model")))
    return sorted(found, key=lambda one: (one.is_history, str(one)))


def rotate_keys(*, with_history: bool = False, progress: Callable[[str, int], None] | None = None) -> int:
    """Seal anew what is not sealed under the current key, a batch a transaction; what was said never changes.

    The feed's changes and the history are only added to: they keep their key and stay readable by it, unless
    `with_history` (a key became known to others). A killed run is taken up by the next. Returns the rows sealed anew.
    Raises KeyError for a value whose key is not in the file, InvalidTag for one that was tampered with.
    """
    passes: list[tuple[str, Iterator[int]]] = [
        (str(one), _seal_rows(one)) for one in sealed_models() if with_history or not one.is_history
    ]
    passes.append((SECOND_FACTORS, seal_second_factors_anew(ROTATION_BATCH)))
    live, history = _proposals()
    passes.append((live._meta.label, _seal_proposals(live)))
    if with_history:
        passes.append((history._meta.label, _seal_proposals(history)))
        passes.append(("lists.Change", _seal_changes()))
    total = 0
    for name, batches in passes:
        for count in batches:
            total += count
            if progress is not None:
                progress(name, total)
    return total


def values_by_key() -> dict[str, dict[str, int]]:
    """How many values each key seals, by table: a key without any may leave the file."""
    counts: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        for sealed in sealed_models():
            for column in sealed.columns:
                cursor.execute(
                    f"SELECT split_part({column}, '.', 1), count(*) FROM {sealed.model._meta.db_table} "  # noqa: S608
                    f"WHERE {column} <> '' GROUP BY 1"
                )
                _add(counts, str(sealed), cursor.fetchall())
        cursor.execute(
            "SELECT split_part(number #>> '{}', '.', 1), count(*) "
            "FROM lists_change, LATERAL jsonb_path_query(body, %s) number GROUP BY 1",
            [_NUMBERS],
        )
        _add(counts, "lists.Change", cursor.fetchall())
        for model in _proposals():
            cursor.execute(
                f"SELECT split_part(number #>> '{{}}', '.', 1), count(*) "  # noqa: S608
                f"FROM {model._meta.db_table}, LATERAL jsonb_path_query(new_values, %s) number GROUP BY 1",
                [_PROPOSED],
            )
            _add(counts, model._meta.label, cursor.fetchall())
    _add(counts, SECOND_FACTORS, list(second_factor_keys().items()))
    return counts


def _add(counts: dict[str, dict[str, int]], table: str, found: list[tuple[str, int]]) -> None:
    for kid, count in found:
        of_key = counts.setdefault(kid, {})
        of_key[table] = of_key.get(table, 0) + count


def _prefix() -> str:
    return f"{settings.FIELD_KEYS['current']}."


def _anew(sealed: str) -> str:
    return sealed if not sealed or sealed.startswith(_prefix()) else crypto.seal(crypto.unseal(sealed))


def _seal_rows(sealed: Sealed) -> Iterator[int]:
    """By ranges of the primary key, so that each row is read once."""
    old, last = Q(), None
    for column in sealed.columns:
        old |= ~Q(**{column: ""}) & ~Q(**{f"{column}__startswith": _prefix()})
    rows = sealed.model._default_manager.filter(old).order_by("pk").select_for_update(of=("self",), no_key=True)
    while True:
        with transaction.atomic():
            batch: list[Any] = list((rows if last is None else rows.filter(pk__gt=last))[:ROTATION_BATCH])
            for row in batch:
                for column in sealed.columns:
                    setattr(row, column, _anew(getattr(row, column)))
            if sealed.is_history:
                with lifted(sealed.model):
                    sealed.model._default_manager.bulk_update(batch, sealed.columns)
            else:
                sealed.model._default_manager.bulk_update(batch, sealed.columns)
        if not batch:
            return
        last = batch[-1].pk
        yield len(batch)


def _proposals() -> tuple[type[Model], type[Model]]:
    """The live rows and their history."""
    history: Any = EntryProposal._meta.get_field("events").related_model
    return EntryProposal, history


def _seal_proposals(model: type[Model]) -> Iterator[int]:
    last, key = 0, model._meta.pk.column
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key} FROM {model._meta.db_table} "  # noqa: S608
                f"WHERE {key} > %s AND jsonb_path_exists(new_values, %s, jsonb_build_object('current', %s::text)) "
                f"ORDER BY {key} LIMIT %s FOR NO KEY UPDATE",
                [last, _OLD_PROPOSED, _prefix(), ROTATION_BATCH],
            )
            found = [row[0] for row in cursor.fetchall()]
            batch: list[Any] = list(model._default_manager.filter(pk__in=found))
            for row in batch:
                for person in row.new_values["related_persons"]:
                    person["sealed_number"] = _anew(person["sealed_number"])
            with lifted(model):
                model._default_manager.bulk_update(batch, ["new_values"])
        if not found:
            return
        last = found[-1]
        yield len(found)


def _seal_changes() -> Iterator[int]:
    last = (0, 0)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT publication_id, ordinal, body::text FROM lists_change "
                "WHERE (publication_id, ordinal) > (%s, %s) "
                "AND jsonb_path_exists(body, %s, jsonb_build_object('current', %s::text)) "
                "ORDER BY publication_id, ordinal LIMIT %s",
                [*last, _OLD_NUMBERS, _prefix(), ROTATION_BATCH],
            )
            found = cursor.fetchall()
            bodies = [json.dumps(_body_anew(json.loads(body))) for _publication, _ordinal, body in found]
            with lifted(Change):
                cursor.execute(
                    "UPDATE lists_change change SET body = anew.body::jsonb "
                    "FROM unnest(%s::bigint[], %s::int[], %s::text[]) anew(publication_id, ordinal, body) "
                    "WHERE change.publication_id = anew.publication_id AND change.ordinal = anew.ordinal",
                    [[row[0] for row in found], [row[1] for row in found], bodies],
                )
        if not found:
            return
        last = found[-1][:2]
        yield len(found)


def _body_anew(body: dict[str, Any]) -> dict[str, Any]:
    for holder in (body["subject"], *body["related_persons"]):
        holder["document_number"] = _anew(holder["document_number"] or "") or None
    return body
