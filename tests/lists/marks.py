"""A mark in every text that may name a party, and where in the database it still stands."""

from typing import Any

from django.db import connection, models

from jinan_credit.accounts.models import MoveRecord
from lists.services.erasure import empty

MARK = "ZZQX"
KEPT = {
    "file_hash", "sha256", "content_type", "unit_name", "verification_code", "receipt_number", "refusal_code",
    "created_at", "matched_as", "known_at", "list", "unsaid", "positions", "change_reason", "epoch", "language",
    "source", "case_number",
}  # fmt: skip
"""What says nothing of the party, and stays."""


def plant(*planted_in: type[models.Model]) -> int:
    """A mark in every text of every row, old values included; a choice or a hash says nothing of the party."""
    planted = 0
    for model in planted_in:
        for row in model._default_manager.all():
            texts = {
                field.name: _mark(field, row)
                for field in model._meta.concrete_fields
                if _is_free_text(field) and getattr(row, field.attname) is not None
            }
            if texts:
                empty(model._default_manager.filter(pk=row.pk), **texts)
                planted += len(texts)
    return planted


def _is_free_text(field: Any) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
    is_step = field.name in ("name", "from_state", "to_state") and issubclass(field.model, MoveRecord)
    return is_text and not field.choices and field.name not in KEPT and not is_step


def _mark(field: Any, row: models.Model) -> Any:
    if isinstance(field, models.JSONField):
        return [MARK] if isinstance(getattr(row, field.attname), list) else {MARK: MARK}
    return f"{MARK}{field.model.__name__[-6:]}{str(row.pk)[-4:]}{field.name}"[: field.max_length or 100]


def texts_with(mark: str) -> list[str]:
    """Every column of text, JSON or array, in every table, in which the mark stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'uuid')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text LIKE %s', [f"%{mark}%"])
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found
