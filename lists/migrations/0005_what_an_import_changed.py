"""Proposals remember their import, an export may be the copy of an import, a refusal is told in the reader's language."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


TABLES = ("lists_listimport", "lists_listimportevent")
WITH_DETAILS = "('header_wrong', 'file_broken', 'file_kind_unknown', 'file_too_large', 'too_many_rows')"
# What was said of these before their details were kept stays in the language in which it was said.
TO_JSON = ";".join(
    f"""
    ALTER TABLE {table} ALTER COLUMN refusal TYPE jsonb USING CASE
        WHEN refusal_code = '' THEN '{{}}'::jsonb
        WHEN refusal_code IN {WITH_DETAILS} THEN jsonb_build_object('refused', refusal_code, 'said', refusal)
        ELSE jsonb_build_object('refused', refusal_code)
    END
    """
    for table in TABLES
)
TO_TEXT = ";".join(
    f"ALTER TABLE {table} ALTER COLUMN refusal TYPE text USING coalesce(refusal ->> 'said', '')" for table in TABLES
)


class Migration(migrations.Migration):

    dependencies = [
        ('lists', '0004_first_versions'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='entryexport',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='entryexport',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='entryproposal',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='entryproposal',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='listimport',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='listimport',
            name='update_update',
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(TO_JSON, TO_TEXT)],
            [
                migrations.AlterField(
                    model_name=name,
                    name='refusal',
                    field=models.JSONField(default=dict, verbose_name='why the file was refused'),
                )
                for name in ('listimport', 'listimportevent')
            ],
        ),
        migrations.RemoveField(
            model_name='listimport',
            name='refusal_code',
        ),
        migrations.RemoveField(
            model_name='listimportevent',
            name='refusal_code',
        ),
        migrations.AddField(
            model_name='entryexport',
            name='copy_of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='lists.listimport', verbose_name='import'),
        ),
        migrations.AddField(
            model_name='entryexport',
            name='language',
            field=models.CharField(default='zh-hans', max_length=10, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='entryexportevent',
            name='copy_of',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='lists.listimport', verbose_name='import'),
        ),
        migrations.AddField(
            model_name='entryexportevent',
            name='language',
            field=models.CharField(default='zh-hans', max_length=10, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='entryproposal',
            name='from_import',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='lists.listimport', verbose_name='import'),
        ),
        migrations.AddField(
            model_name='entryproposalevent',
            name='from_import',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='lists.listimport', verbose_name='import'),
        ),
        migrations.AlterField(
            model_name='entryproposal',
            name='state',
            field=models.CharField(choices=[('OPEN', 'Open'), ('APPROVED', 'Proposal approved'), ('REFUSED', 'Proposal refused'), ('WITHDRAWN', 'Proposal withdrawn')], default='OPEN', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='entryproposalevent',
            name='state',
            field=models.CharField(choices=[('OPEN', 'Open'), ('APPROVED', 'Proposal approved'), ('REFUSED', 'Proposal refused'), ('WITHDRAWN', 'Proposal withdrawn')], default='OPEN', max_length=10, verbose_name='state'),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(condition=models.Q(('entry__isnull', False)), fields=['entry'], name='import_row_by_known_entry'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryexport',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "lists_entryexportevent" ("attempts", "copy_of_id", "downloads", "expires_at", "failure", "file", "filters", "format", "id", "language", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query", "reason", "row_count", "rules_id", "sha256", "status", "unit_id") SELECT new_values."attempts", new_values."copy_of_id", new_values."downloads", new_values."expires_at", new_values."failure", new_values."file", new_values."filters", new_values."format", new_values."id", new_values."language", new_values."made_at", new_values."made_by_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."query", new_values."reason", new_values."row_count", new_values."rules_id", new_values."sha256", new_values."status", new_values."unit_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='72735a3646cc9dacc6058100777f82dbe525467b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_6e3dc', referencing='REFERENCING NEW TABLE AS new_values ', table='lists_entryexport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryexport',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "lists_entryexportevent" ("attempts", "copy_of_id", "downloads", "expires_at", "failure", "file", "filters", "format", "id", "language", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query", "reason", "row_count", "rules_id", "sha256", "status", "unit_id") SELECT new_values."attempts", new_values."copy_of_id", new_values."downloads", new_values."expires_at", new_values."failure", new_values."file", new_values."filters", new_values."format", new_values."id", new_values."language", new_values."made_at", new_values."made_by_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."query", new_values."reason", new_values."row_count", new_values."rules_id", new_values."sha256", new_values."status", new_values."unit_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."attempts" IS DISTINCT FROM (new_values."attempts") OR old_values."copy_of_id" IS DISTINCT FROM (new_values."copy_of_id") OR old_values."downloads" IS DISTINCT FROM (new_values."downloads") OR old_values."expires_at" IS DISTINCT FROM (new_values."expires_at") OR old_values."failure" IS DISTINCT FROM (new_values."failure") OR old_values."file" IS DISTINCT FROM (new_values."file") OR old_values."filters" IS DISTINCT FROM (new_values."filters") OR old_values."format" IS DISTINCT FROM (new_values."format") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."language" IS DISTINCT FROM (new_values."language") OR old_values."made_at" IS DISTINCT FROM (new_values."made_at") OR old_values."made_by_id" IS DISTINCT FROM (new_values."made_by_id") OR old_values."query" IS DISTINCT FROM (new_values."query") OR old_values."reason" IS DISTINCT FROM (new_values."reason") OR old_values."row_count" IS DISTINCT FROM (new_values."row_count") OR old_values."rules_id" IS DISTINCT FROM (new_values."rules_id") OR old_values."sha256" IS DISTINCT FROM (new_values."sha256") OR old_values."status" IS DISTINCT FROM (new_values."status") OR old_values."unit_id" IS DISTINCT FROM (new_values."unit_id")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='098537b60b9e758ecc7fb2c4835903604271e41d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_ec45d', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='lists_entryexport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryproposal',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "lists_entryproposalevent" ("ceased_on", "decided_at", "decided_by_id", "due_on", "entry_id", "exit_reason", "from_import_id", "id", "kind", "learned_on", "new_values", "order_by", "order_number", "order_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "state") SELECT new_values."ceased_on", new_values."decided_at", new_values."decided_by_id", new_values."due_on", new_values."entry_id", new_values."exit_reason", new_values."from_import_id", new_values."id", new_values."kind", new_values."learned_on", new_values."new_values", new_values."order_by", new_values."order_number", new_values."order_on", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."proposed_at", new_values."proposed_by_id", new_values."reason", new_values."state" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='cdd1845ed8b54706893ab721046acb60b4801ce4', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_a0116', referencing='REFERENCING NEW TABLE AS new_values ', table='lists_entryproposal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryproposal',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "lists_entryproposalevent" ("ceased_on", "decided_at", "decided_by_id", "due_on", "entry_id", "exit_reason", "from_import_id", "id", "kind", "learned_on", "new_values", "order_by", "order_number", "order_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "state") SELECT new_values."ceased_on", new_values."decided_at", new_values."decided_by_id", new_values."due_on", new_values."entry_id", new_values."exit_reason", new_values."from_import_id", new_values."id", new_values."kind", new_values."learned_on", new_values."new_values", new_values."order_by", new_values."order_number", new_values."order_on", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."proposed_at", new_values."proposed_by_id", new_values."reason", new_values."state" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a0f4a2ffca9ca45c763fbeb2f3ef4b112fe4693c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_7d671', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='lists_entryproposal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listimport',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "lists_listimportevent" ("changed_count", "confirmed_at", "confirmed_by_client_id", "confirmed_by_id", "credit_list_id", "error_count", "file", "file_hash", "file_name", "file_size", "id", "imported_at", "left_out_count", "made_at", "made_by_client_id", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "refusal", "reversal", "reversed_at", "reversed_by_id", "reversed_why", "row_count", "same_count", "sheet_name", "status", "unit_id", "with_changes") SELECT new_values."changed_count", new_values."confirmed_at", new_values."confirmed_by_client_id", new_values."confirmed_by_id", new_values."credit_list_id", new_values."error_count", new_values."file", new_values."file_hash", new_values."file_name", new_values."file_size", new_values."id", new_values."imported_at", new_values."left_out_count", new_values."made_at", new_values."made_by_client_id", new_values."made_by_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."refusal", new_values."reversal", new_values."reversed_at", new_values."reversed_by_id", new_values."reversed_why", new_values."row_count", new_values."same_count", new_values."sheet_name", new_values."status", new_values."unit_id", new_values."with_changes" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='2d980f30dc1be048acb7b1da5d2bec80129d729e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_0eae9', referencing='REFERENCING NEW TABLE AS new_values ', table='lists_listimport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listimport',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "lists_listimportevent" ("changed_count", "confirmed_at", "confirmed_by_client_id", "confirmed_by_id", "credit_list_id", "error_count", "file", "file_hash", "file_name", "file_size", "id", "imported_at", "left_out_count", "made_at", "made_by_client_id", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "refusal", "reversal", "reversed_at", "reversed_by_id", "reversed_why", "row_count", "same_count", "sheet_name", "status", "unit_id", "with_changes") SELECT new_values."changed_count", new_values."confirmed_at", new_values."confirmed_by_client_id", new_values."confirmed_by_id", new_values."credit_list_id", new_values."error_count", new_values."file", new_values."file_hash", new_values."file_name", new_values."file_size", new_values."id", new_values."imported_at", new_values."left_out_count", new_values."made_at", new_values."made_by_client_id", new_values."made_by_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."refusal", new_values."reversal", new_values."reversed_at", new_values."reversed_by_id", new_values."reversed_why", new_values."row_count", new_values."same_count", new_values."sheet_name", new_values."status", new_values."unit_id", new_values."with_changes" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."changed_count" IS DISTINCT FROM (new_values."changed_count") OR old_values."confirmed_at" IS DISTINCT FROM (new_values."confirmed_at") OR old_values."confirmed_by_id" IS DISTINCT FROM (new_values."confirmed_by_id") OR old_values."confirmed_by_client_id" IS DISTINCT FROM (new_values."confirmed_by_client_id") OR old_values."credit_list_id" IS DISTINCT FROM (new_values."credit_list_id") OR old_values."error_count" IS DISTINCT FROM (new_values."error_count") OR old_values."file" IS DISTINCT FROM (new_values."file") OR old_values."file_hash" IS DISTINCT FROM (new_values."file_hash") OR old_values."file_name" IS DISTINCT FROM (new_values."file_name") OR old_values."file_size" IS DISTINCT FROM (new_values."file_size") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."imported_at" IS DISTINCT FROM (new_values."imported_at") OR old_values."left_out_count" IS DISTINCT FROM (new_values."left_out_count") OR old_values."made_at" IS DISTINCT FROM (new_values."made_at") OR old_values."made_by_id" IS DISTINCT FROM (new_values."made_by_id") OR old_values."made_by_client_id" IS DISTINCT FROM (new_values."made_by_client_id") OR old_values."refusal" IS DISTINCT FROM (new_values."refusal") OR old_values."reversal" IS DISTINCT FROM (new_values."reversal") OR old_values."reversed_at" IS DISTINCT FROM (new_values."reversed_at") OR old_values."reversed_by_id" IS DISTINCT FROM (new_values."reversed_by_id") OR old_values."reversed_why" IS DISTINCT FROM (new_values."reversed_why") OR old_values."row_count" IS DISTINCT FROM (new_values."row_count") OR old_values."same_count" IS DISTINCT FROM (new_values."same_count") OR old_values."sheet_name" IS DISTINCT FROM (new_values."sheet_name") OR old_values."status" IS DISTINCT FROM (new_values."status") OR old_values."unit_id" IS DISTINCT FROM (new_values."unit_id") OR old_values."with_changes" IS DISTINCT FROM (new_values."with_changes")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='3a6328e6acaf1ecf0acb2cfec9b40b92b40fd169', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_80ab1', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='lists_listimport', when='AFTER')),
        ),
    ]
