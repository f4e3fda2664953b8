"""A change's position follows from its publication's first one, so that the head is locked for an instant (ADR 0009)."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

SET_ASIDE = """
    ALTER TABLE lists_change RENAME TO lists_change_by_seq;
    ALTER TABLE lists_change_by_seq DROP CONSTRAINT entry_has_each_version_once;
    ALTER TABLE lists_change_by_seq DROP CONSTRAINT lists_change_pkey;
"""
MOVE = """
    INSERT INTO lists_change (publication_id, ordinal, op, entry_id, version, changed_at, reason, body)
    SELECT old.publication_id, old.seq - publication.first_seq + 1, old.op, old.entry_id, old.version,
           old.changed_at, old.reason, old.body
    FROM lists_change_by_seq old JOIN lists_publication publication ON publication.id = old.publication_id;
    SET CONSTRAINTS ALL IMMEDIATE;
    DROP TABLE lists_change_by_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("lists", "0001_initial")]

    operations = [
        migrations.RunSQL(SET_ASIDE),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Change")]),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "publication_id", "ordinal", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ordinal", models.PositiveIntegerField()),
                ("op", models.CharField(choices=[("upsert", "Upsert"), ("remove", "Remove")], max_length=6)),
                ("version", models.PositiveIntegerField()),
                ("changed_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=30)),
                ("body", models.JSONField(null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="lists.entry",
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="lists.publication",
                    ),
                ),
            ],
            options={"verbose_name": "change", "verbose_name_plural": "changes"},
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.UniqueConstraint(fields=("entry", "version"), name="entry_has_each_version_once"),
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5249a8973c94e0256077485cb39f2357ca4e3bce",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c1493",
                    table="lists_change",
                    when="BEFORE",
                ),
            ),
        ),
    ]
