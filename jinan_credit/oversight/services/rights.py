"""What the role of the programs may do in the database. The owner grants it; every right follows from the models."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg2 import sql

from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.selectors.history import DELETE, INSERT, UPDATE, refused_to_programs, tables


@transaction.atomic
def grant_rights(*, role: str, password: str = "") -> int:
    """Give a role what the programs need and take all else from it; it is made where it is missing.

    It reads every table and adds rows; it changes and deletes rows where the models allow it. It owns nothing,
    so it can neither alter a table nor switch off or lift a trigger. Returns the number of tables.
    Refusals: `role_is_owner`, `role_cannot_be_made`.
    """
    _make(role, password)
    _require_powerless(role)
    for statement in _statements():
        _execute(statement, role)
    return len(tables())


def _make(role: str, password: str) -> None:
    found = _ask("SELECT 1 FROM pg_roles WHERE rolname = %s", role)
    if not _ask("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user AND %s <> ''", role):
        if not found:
            raise DomainError(
                "role_cannot_be_made",
                _("The owner may make no roles. As a superuser: CREATE ROLE %(role)s LOGIN PASSWORD '…'")
                % {"role": role},
            )
        return
    if not found:
        _execute("CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS", role)
    if password:
        _execute("ALTER ROLE {role} LOGIN PASSWORD {password}", role, password=sql.Literal(password))


def _require_powerless(role: str) -> None:
    owns = "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND pg_has_role(%s, relowner, 'MEMBER')"
    if _ask(f"{owns} LIMIT 1", role) or _ask("SELECT rolsuper FROM pg_roles WHERE rolname = %s", role):
        raise DomainError(
            "role_is_owner",
            _("%(role)s owns tables, or is a superuser: it could change history. Name another role.") % {"role": role},
        )


def _statements() -> Iterator[str]:
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}"
    yield "GRANT USAGE ON SCHEMA public TO {role}"
    yield "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role}"
    yield "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {role}"
    yield "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
    yield "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    for model in tables():
        rights = [right for right in (INSERT, UPDATE, DELETE) if right not in refused_to_programs(model)]
        if rights:
            yield f'GRANT {", ".join(rights)} ON "{model._meta.db_table}" TO {{role}}'

    yield _ONLY_THE_OWNER_LIFTS_TRIGGERS


_ONLY_THE_OWNER_LIFTS_TRIGGERS = """
    CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN AS $$
        DECLARE
            lifted TEXT := coalesce(current_setting('pgtrigger.ignore', true), '');
        BEGIN
            IF lifted = '' THEN
                RETURN FALSE;
            END IF;
            RETURN trigger_name = ANY(lifted::text[]) AND pg_has_role(
                current_user, (SELECT relowner FROM pg_class WHERE oid = 'public.pghistory_context'::regclass), 'MEMBER'
            );
        END;
    $$ LANGUAGE plpgsql
"""
"""Each trigger asks this before it does anything. A migration that makes a trigger puts pgtrigger's own in its place,
which lets everybody lift triggers by a setting of his connection."""


def _execute(statement: str, role: str, **more: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role), **more).as_string(cursor.cursor))


def _ask(question: str, role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [role])
        row = cursor.fetchone()
    return bool(row and row[0])
