"""All tables of catalog. A database that went through the steps which this one replaces counts as migrated."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models
from jinan_credit.kernel.create_models import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('catalog', '0001_initial'),
        ('catalog', '0002_rows_that_are_never_deleted'),
        ('catalog', '0003_history_joined_by_hash'),
        ('catalog', '0004_indexes_that_are_read'),
        ('catalog', '0005_matrix_and_receipts'),
        ('catalog', '0006_receipts_by_a_units_system'),
        ('catalog', '0007_stories_and_policy_texts'),
    ]

    initial = True

    dependencies = [
        # Not needed by any table here: run while few models are known, these take a tenth of the time.
        ('oauth2_provider', '0022_refreshtoken_token_family_index'),
        ('accounts', '0001_squashed_0008_tip_off_roles'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='CalendarDay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('on', models.DateField(unique=True, verbose_name='day')),
                    ('is_working', models.BooleanField(verbose_name='working day')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'calendar day',
                    'verbose_name_plural': 'calendar days',
                    'ordering': ['on'],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_calendardayevent" ("id", "is_working", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") SELECT new_values."id", new_values."is_working", new_values."on", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."source" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='ac2ebde25f2a52e495722021d0c2a0d60263f95b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_48d7d', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_calendarday', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_calendardayevent" ("id", "is_working", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") SELECT new_values."id", new_values."is_working", new_values."on", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."source" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='748904aea9bdac9d5a25dc67e571b9a46cdfa962', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_b5d7a', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_calendarday', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='CalendarDayEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('on', models.DateField(verbose_name='day')),
                    ('is_working', models.BooleanField(verbose_name='working day')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.calendarday')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='545e17f52e9dc662af2e8a2ba94c3f88025da770', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1a6af', table='catalog_calendardayevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Division',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=6, unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=50, verbose_name='name')),
                    ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                    ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'division',
                    'verbose_name_plural': 'divisions',
                    'ordering': ['code'],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_divisionevent" ("code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to") SELECT new_values."code", new_values."id", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."source", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='00655e2b6732f84de0970ebe77f5e63f6159aa6d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_be452', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_division', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_divisionevent" ("code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to") SELECT new_values."code", new_values."id", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."source", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4565fcf866e1647090ae6ab21c6db57f65df9a94', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_e3a9c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_division', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='DivisionEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=6, verbose_name='code')),
                    ('name', models.CharField(max_length=50, verbose_name='name')),
                    ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                    ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.division')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c993cc65706ae5b22e2f4bd8f14c31776fb2d892', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2bab4', table='catalog_divisionevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Memorandum',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField(unique=True, verbose_name='number')),
                    ('code', models.SlugField(max_length=32, unique=True, verbose_name='code')),
                    ('title', models.CharField(max_length=300, verbose_name='title')),
                    ('document_number', models.CharField(max_length=100, verbose_name='document number')),
                    ('kind', models.CharField(blank=True, choices=[('REWARD', 'Reward'), ('SANCTION', 'Sanction')], max_length=10, verbose_name='kind')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                    ('lead_units', models.ManyToManyField(related_name='+', to='accounts.unit', verbose_name='lead units')),
                ],
                options={
                    'verbose_name': 'memorandum',
                    'verbose_name_plural': 'memoranda',
                    'ordering': ['number'],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_memorandumevent" ("code", "document_number", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "title") SELECT new_values."code", new_values."document_number", new_values."id", new_values."kind", new_values."number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."source", new_values."title" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='c078b6bf316ca38f0f3be47fe1e91877c9ce35e8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_30fdf', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_memorandum', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_memorandumevent" ("code", "document_number", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "title") SELECT new_values."code", new_values."document_number", new_values."id", new_values."kind", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."source", new_values."title" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='6afdbd1c5613e7821a4dc0e46b8a253a3d1f9d47', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_7a7f8', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_memorandum', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MemorandumEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                    ('code', models.SlugField(db_index=False, max_length=32, verbose_name='code')),
                    ('title', models.CharField(max_length=300, verbose_name='title')),
                    ('document_number', models.CharField(max_length=100, verbose_name='document number')),
                    ('kind', models.CharField(blank=True, choices=[('REWARD', 'Reward'), ('SANCTION', 'Sanction')], max_length=10, verbose_name='kind')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.memorandum')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ea8ecc36c9781283eea3e41baea9bde938d5854b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_255ee', table='catalog_memorandumevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='KeyTask',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField(unique=True, verbose_name='number')),
                    ('group', models.CharField(choices=[('MEMORANDA', 'Carry out the national memoranda'), ('CITY_WORK', "Joint rewards and sanctions in the city's key work"), ('MECHANISM', 'Build the joint mechanism'), ('CULTURE', 'Standards and a culture of good faith')], max_length=12, verbose_name='group')),
                    ('content', models.CharField(max_length=300, verbose_name='task')),
                    ('lead_text', models.CharField(max_length=100, verbose_name='lead units as printed')),
                    ('cooperating_text', models.CharField(max_length=100, verbose_name='cooperating units as printed')),
                    ('time_limit', models.CharField(max_length=50, verbose_name='time limit')),
                    ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                    ('memorandum', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='key_tasks', to='catalog.memorandum', verbose_name='memorandum')),
                    ('lead_units', models.ManyToManyField(blank=True, related_name='+', to='accounts.unit', verbose_name='lead units')),
                ],
                options={
                    'verbose_name': 'key task',
                    'verbose_name_plural': 'key tasks',
                    'ordering': ['number'],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_keytaskevent" ("content", "cooperating_text", "due_on", "group", "id", "lead_text", "memorandum_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "time_limit") SELECT new_values."content", new_values."cooperating_text", new_values."due_on", new_values."group", new_values."id", new_values."lead_text", new_values."memorandum_id", new_values."number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."source", new_values."time_limit" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='23d3076c8ee6ededaeeba2f8de54dfe795467115', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_e7289', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_keytask', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_keytaskevent" ("content", "cooperating_text", "due_on", "group", "id", "lead_text", "memorandum_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "time_limit") SELECT new_values."content", new_values."cooperating_text", new_values."due_on", new_values."group", new_values."id", new_values."lead_text", new_values."memorandum_id", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."source", new_values."time_limit" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='91f3075a586288d48631e194d584f17f8c707913', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_a50cc', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_keytask', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='KeyTaskEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                    ('group', models.CharField(choices=[('MEMORANDA', 'Carry out the national memoranda'), ('CITY_WORK', "Joint rewards and sanctions in the city's key work"), ('MECHANISM', 'Build the joint mechanism'), ('CULTURE', 'Standards and a culture of good faith')], max_length=12, verbose_name='group')),
                    ('content', models.CharField(max_length=300, verbose_name='task')),
                    ('lead_text', models.CharField(max_length=100, verbose_name='lead units as printed')),
                    ('cooperating_text', models.CharField(max_length=100, verbose_name='cooperating units as printed')),
                    ('time_limit', models.CharField(max_length=50, verbose_name='time limit')),
                    ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.keytask')),
                    ('memorandum', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.memorandum', verbose_name='memorandum')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6caa06850a6984fc7c4c2085c4ccaa6a60f45698', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c56e3', table='catalog_keytaskevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='LegalBasis',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('article', models.CharField(blank=True, max_length=100, verbose_name='article')),
                ],
                options={
                    'verbose_name': 'legal basis',
                    'verbose_name_plural': 'legal bases',
                    'ordering': ['title', 'article'],
                    'constraints': [
                        models.UniqueConstraint(fields=('title', 'article'), name='legal_basis_is_unique'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_legalbasisevent" ("article", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") SELECT new_values."article", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."title" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='829a833420e6bbdceef6644c279c8568c680d337', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_561f4', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_legalbasis', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_legalbasisevent" ("article", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") SELECT new_values."article", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."title" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='1ced9ae31e9a76ca41469c7995f5ac0e468f6e5a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_00f7a', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_legalbasis', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='LegalBasisEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('article', models.CharField(blank=True, max_length=100, verbose_name='article')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.legalbasis')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dc7ce2fb541e948f3dfaee37da02df7275dbcf2a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_63266', table='catalog_legalbasisevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MemorandumVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                    ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('CIRCULATED', 'Circulated'), ('IN_FORCE', 'In force'), ('LAPSED', 'Lapsed')], default='DRAFT', max_length=12, verbose_name='state')),
                    ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                    ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                    ('note', models.TextField(blank=True, verbose_name='note')),
                    ('memorandum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalog.memorandum', verbose_name='memorandum')),
                ],
                options={
                    'verbose_name': 'memorandum version',
                    'verbose_name_plural': 'memorandum versions',
                    'ordering': ['memorandum', 'number'],
                    'constraints': [
                        models.UniqueConstraint(fields=('memorandum', 'number'), name='memorandum_version_number_is_unique'),
                        models.UniqueConstraint(condition=models.Q(('state__in', ('DRAFT', 'CIRCULATED'))), fields=('memorandum',), name='memorandum_has_one_version_in_preparation'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('IN_FORCE', 'LAPSED')), _negated=True), ('valid_from__isnull', False), _connector='OR'), name='memorandum_in_force_has_a_first_day'),
                        models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_from', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='memorandum_version_ends_after_it_begins'),
                        django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ('IN_FORCE', 'LAPSED'))), expressions=[('memorandum', '='), (models.Func(models.F('valid_from'), models.F('valid_to'), django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='memorandum_versions_in_force_do_not_overlap'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_memorandumversionevent" ("id", "memorandum_id", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "valid_from", "valid_to") SELECT new_values."id", new_values."memorandum_id", new_values."note", new_values."number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."state", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='75fb79dba48b60932ac8e6fa0a3c2e50b6ddee78', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_d7df6', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_memorandumversion', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_memorandumversionevent" ("id", "memorandum_id", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "valid_from", "valid_to") SELECT new_values."id", new_values."memorandum_id", new_values."note", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."state", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b5ebad373512aa724355c1c9f7769ee9d75cf073', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_0e346', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_memorandumversion', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MemorandumVersionEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('number', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                    ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('CIRCULATED', 'Circulated'), ('IN_FORCE', 'In force'), ('LAPSED', 'Lapsed')], default='DRAFT', max_length=12, verbose_name='state')),
                    ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                    ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                    ('note', models.TextField(blank=True, verbose_name='note')),
                    ('memorandum', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.memorandum', verbose_name='memorandum')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.memorandumversion')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6e71de246ebfe3214e88c3a1048a2426aa10fdd2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_af632', table='catalog_memorandumversionevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Measure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.SlugField(help_text='The same in every version of the memorandum.', max_length=40, verbose_name='code')),
                    ('clause', models.CharField(max_length=50, verbose_name='clause')),
                    ('content', models.TextField(verbose_name='content')),
                    ('kind', models.CharField(choices=[('REWARD', 'Reward'), ('SANCTION', 'Sanction')], max_length=10, verbose_name='kind')),
                    ('category', models.CharField(choices=[('ADMINISTRATIVE', 'Administrative constraint'), ('MARKET', 'Market constraint'), ('INDUSTRY', 'Industry constraint'), ('SOCIAL', 'Social constraint'), ('OTHER_SANCTION', 'Other sanction by law'), ('ROLE_MODEL', 'Role models and publicity'), ('GREEN_CHANNEL', 'Green channel'), ('PUBLIC_SERVICE', 'Priority in public services'), ('LIGHTER_SUPERVISION', 'Lighter supervision'), ('LOWER_COST', 'Lower transaction cost'), ('PROMOTION', 'Promotion'), ('OTHER_REWARD', 'Other reward by law')], max_length=20, verbose_name='category')),
                    ('severity', models.CharField(choices=[('ORDINARY', 'Ordinary'), ('SEVERE', 'Severe: serious lists only')], default='ORDINARY', max_length=10, verbose_name='severity')),
                    ('procedure', models.TextField(blank=True, verbose_name='procedure')),
                    ('applies_to', models.CharField(choices=[('ORGANISATION', 'Organisation'), ('RELATED_PERSON', 'Related persons'), ('BOTH', 'Organisation and related persons')], default='ORGANISATION', max_length=15, verbose_name='applies to')),
                    ('by_all_units', models.BooleanField(default=False, help_text='市有关部门: every active unit of the city.', verbose_name='for all units concerned')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='catalog.memorandumversion', verbose_name='memorandum version')),
                    ('bases', models.ManyToManyField(related_name='measures', to='catalog.legalbasis', verbose_name='legal bases')),
                    ('responsible_units', models.ManyToManyField(related_name='measures', through='catalog.MeasureResponsibility', to='accounts.unit', verbose_name='responsible units')),
                ],
                options={
                    'verbose_name': 'measure',
                    'verbose_name_plural': 'measures',
                    'ordering': ['version', 'code'],
                    'constraints': [
                        models.UniqueConstraint(fields=('version', 'code'), name='measure_code_is_unique_in_its_version'),
                        models.CheckConstraint(condition=models.Q(models.Q(('category__in', ('ADMINISTRATIVE', 'MARKET', 'INDUSTRY', 'SOCIAL', 'OTHER_SANCTION')), ('kind', 'SANCTION')), models.Q(('kind', 'REWARD'), models.Q(('category__in', ('ADMINISTRATIVE', 'MARKET', 'INDUSTRY', 'SOCIAL', 'OTHER_SANCTION')), _negated=True)), _connector='OR'), name='measure_category_is_of_its_kind'),
                        models.CheckConstraint(condition=models.Q(('severity', 'ORDINARY'), ('kind', 'SANCTION'), _connector='OR'), name='severe_measure_is_a_sanction'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='circulated_is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF (SELECT state FROM catalog_memorandumversion WHERE id = OLD.version_id) <> 'DRAFT' THEN\n                        RAISE EXCEPTION 'a measure of a version that was circulated is never deleted';\n                    END IF;\n                    RETURN OLD;\n                ", hash='e3afbd2c42942f6158bee555dfbd37bfff218e13', operation='DELETE', pgid='pgtrigger_circulated_is_never_deleted_f46ea', table='catalog_measure', when='BEFORE')),
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_measureevent" ("applies_to", "by_all_units", "category", "clause", "code", "content", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "procedure", "severity", "source", "version_id") SELECT new_values."applies_to", new_values."by_all_units", new_values."category", new_values."clause", new_values."code", new_values."content", new_values."id", new_values."kind", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."procedure", new_values."severity", new_values."source", new_values."version_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='59b29ea80b3c57eb847c306880fd432f36b3ec13', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_d4664', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_measure', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_measureevent" ("applies_to", "by_all_units", "category", "clause", "code", "content", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "procedure", "severity", "source", "version_id") SELECT new_values."applies_to", new_values."by_all_units", new_values."category", new_values."clause", new_values."code", new_values."content", new_values."id", new_values."kind", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."procedure", new_values."severity", new_values."source", new_values."version_id" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='75c321ca0b3aa0cbfed72ab175d58875b4fb42b4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_547e0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_measure', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MeasureEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('code', models.SlugField(db_index=False, help_text='The same in every version of the memorandum.', max_length=40, verbose_name='code')),
                    ('clause', models.CharField(max_length=50, verbose_name='clause')),
                    ('content', models.TextField(verbose_name='content')),
                    ('kind', models.CharField(choices=[('REWARD', 'Reward'), ('SANCTION', 'Sanction')], max_length=10, verbose_name='kind')),
                    ('category', models.CharField(choices=[('ADMINISTRATIVE', 'Administrative constraint'), ('MARKET', 'Market constraint'), ('INDUSTRY', 'Industry constraint'), ('SOCIAL', 'Social constraint'), ('OTHER_SANCTION', 'Other sanction by law'), ('ROLE_MODEL', 'Role models and publicity'), ('GREEN_CHANNEL', 'Green channel'), ('PUBLIC_SERVICE', 'Priority in public services'), ('LIGHTER_SUPERVISION', 'Lighter supervision'), ('LOWER_COST', 'Lower transaction cost'), ('PROMOTION', 'Promotion'), ('OTHER_REWARD', 'Other reward by law')], max_length=20, verbose_name='category')),
                    ('severity', models.CharField(choices=[('ORDINARY', 'Ordinary'), ('SEVERE', 'Severe: serious lists only')], default='ORDINARY', max_length=10, verbose_name='severity')),
                    ('procedure', models.TextField(blank=True, verbose_name='procedure')),
                    ('applies_to', models.CharField(choices=[('ORGANISATION', 'Organisation'), ('RELATED_PERSON', 'Related persons'), ('BOTH', 'Organisation and related persons')], default='ORGANISATION', max_length=15, verbose_name='applies to')),
                    ('by_all_units', models.BooleanField(default=False, help_text='市有关部门: every active unit of the city.', verbose_name='for all units concerned')),
                    ('source', models.CharField(max_length=200, verbose_name='source')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.measure')),
                    ('version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.memorandumversion', verbose_name='memorandum version')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a881a48da65db53b8d0f44ae13e5fe6a988537d9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_22357', table='catalog_measureevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MeasureResponsibility',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(choices=[('APPLIES', 'Applies'), ('ASSISTS', 'Assists')], default='APPLIES', max_length=10, verbose_name='role')),
                    ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='responsibilities', to='catalog.measure', verbose_name='measure')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responsibilities', to='accounts.unit', verbose_name='unit')),
                    ('exception_basis', models.CharField(blank=True, help_text='Only where a unit of this kind could not apply such a measure otherwise.', max_length=300, verbose_name='law that lets it apply the measure')),
                ],
                options={
                    'verbose_name': 'responsible unit',
                    'verbose_name_plural': 'responsible units',
                    'constraints': [
                        models.UniqueConstraint(fields=('measure', 'unit'), name='unit_is_responsible_once'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_measureresponsibilityevent" ("exception_basis", "id", "measure_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "unit_id") SELECT new_values."exception_basis", new_values."id", new_values."measure_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."role", new_values."unit_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='6ec695228bfb9de41a42643597f37a3d803b7e86', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_97705', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_measureresponsibility', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_measureresponsibilityevent" ("exception_basis", "id", "measure_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "unit_id") SELECT new_values."exception_basis", new_values."id", new_values."measure_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."role", new_values."unit_id" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='99b43f9ced9d6e741055b519d16f8550b5d1df9d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_e3515', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_measureresponsibility', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MeasureResponsibilityEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('role', models.CharField(choices=[('APPLIES', 'Applies'), ('ASSISTS', 'Assists')], default='APPLIES', max_length=10, verbose_name='role')),
                    ('measure', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.measure', verbose_name='measure')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.measureresponsibility')),
                    ('unit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.unit', verbose_name='unit')),
                    ('exception_basis', models.CharField(blank=True, help_text='Only where a unit of this kind could not apply such a measure otherwise.', max_length=300, verbose_name='law that lets it apply the measure')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3b1ff765446f7534c8f8926539e8533e0812744d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_62d5f', table='catalog_measureresponsibilityevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MemorandumVersionMove',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40, verbose_name='step')),
                    ('from_state', models.CharField(blank=True, max_length=20, verbose_name='from')),
                    ('to_state', models.CharField(max_length=20, verbose_name='to')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('reason', models.TextField(blank=True, verbose_name='reason')),
                    ('by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('by_client', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='by client')),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='catalog.memorandumversion', verbose_name='version')),
                    ('unit', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
                ],
                options={
                    'verbose_name': 'step of a memorandum version',
                    'verbose_name_plural': 'steps of a memorandum version',
                    'ordering': ['at', 'id'],
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='276c28c189303e9ed7ba17f3b63818f936a38e7b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3b8ba', table='catalog_memorandumversionmove', when='BEFORE')),
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_memorandumversionmoveevent" ("at", "by_client_id", "by_id", "from_state", "id", "name", "of_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "to_state", "unit_id") SELECT new_values."at", new_values."by_client_id", new_values."by_id", new_values."from_state", new_values."id", new_values."name", new_values."of_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."to_state", new_values."unit_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='70355602b577596731244fe1ce512bfeba5c09e1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_4e467', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_memorandumversionmove', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_memorandumversionmoveevent" ("at", "by_client_id", "by_id", "from_state", "id", "name", "of_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "to_state", "unit_id") SELECT new_values."at", new_values."by_client_id", new_values."by_id", new_values."from_state", new_values."id", new_values."name", new_values."of_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."to_state", new_values."unit_id" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='928b017362016ada2471f61135586395ed9fe97a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_58d82', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_memorandumversionmove', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MemorandumVersionMoveEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('name', models.CharField(max_length=40, verbose_name='step')),
                    ('from_state', models.CharField(blank=True, max_length=20, verbose_name='from')),
                    ('to_state', models.CharField(max_length=20, verbose_name='to')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('reason', models.TextField(blank=True, verbose_name='reason')),
                    ('by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('by_client', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='by client')),
                    ('of', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.memorandumversion', verbose_name='version')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.memorandumversionmove')),
                    ('unit', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.unit', verbose_name='unit')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bac9a4279f5f4cc155e0535b6c979fd8f2f73fc8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_77b04', table='catalog_memorandumversionmoveevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RuleProfile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.SlugField(max_length=40, verbose_name='code')),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('legal_basis', models.CharField(max_length=300, verbose_name='legal basis')),
                    ('valid_from', models.DateField(verbose_name='valid from')),
                    ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                    ('parameters', models.JSONField(default=dict, verbose_name='parameters')),
                    ('is_default', models.BooleanField(default=False, verbose_name='our default, where no rule gives a number')),
                ],
                options={
                    'verbose_name': 'rule profile',
                    'verbose_name_plural': 'rule profiles',
                    'ordering': ['code', 'valid_from'],
                    'constraints': [
                        django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (models.Func(models.F('valid_from'), models.F('valid_to'), django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='rule_profiles_of_one_code_do_not_overlap'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='dd698320db52f2f5f88387294e5de2c8ef9881f9', operation='DELETE', pgid='pgtrigger_is_never_deleted_febfb', table='catalog_ruleprofile', when='BEFORE')),
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_ruleprofileevent" ("code", "id", "is_default", "legal_basis", "parameters", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "valid_from", "valid_to") SELECT new_values."code", new_values."id", new_values."is_default", new_values."legal_basis", new_values."parameters", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."title", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='1ec222a8617787c925ab5f3c5a9dd600abc85da9', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_dd353', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_ruleprofile', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_ruleprofileevent" ("code", "id", "is_default", "legal_basis", "parameters", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "valid_from", "valid_to") SELECT new_values."code", new_values."id", new_values."is_default", new_values."legal_basis", new_values."parameters", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."title", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='f429b621e5ed4e05368cd941e2a49f2e16663938', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_ad6f7', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_ruleprofile', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RuleProfileEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('code', models.SlugField(db_index=False, max_length=40, verbose_name='code')),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('legal_basis', models.CharField(max_length=300, verbose_name='legal basis')),
                    ('valid_from', models.DateField(verbose_name='valid from')),
                    ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                    ('parameters', models.JSONField(default=dict, verbose_name='parameters')),
                    ('is_default', models.BooleanField(default=False, verbose_name='our default, where no rule gives a number')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.ruleprofile')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7df8ed76637affe4dc79995ccf0c59093f63c662', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d1a8f', table='catalog_ruleprofileevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MemorandumReceipt',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('due_on', models.DateField(verbose_name='due on')),
                    ('received_at', models.DateTimeField(blank=True, null=True, verbose_name='received at')),
                    ('circulation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='catalog.memorandumversionmove', verbose_name='circulation')),
                    ('received_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='received by')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memorandum_receipts', to='accounts.unit', verbose_name='unit')),
                    ('received_by_client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='API client')),
                ],
                options={
                    'verbose_name': 'receipt of a memorandum version',
                    'verbose_name_plural': 'receipts of memorandum versions',
                    'ordering': ['unit__code'],
                    'constraints': [
                        models.UniqueConstraint(fields=('circulation', 'unit'), name='unit_receives_a_circulation_once'),
                        models.CheckConstraint(condition=models.Q(models.Q(('received_at', None), ('received_by', None), ('received_by_client', None)), models.Q(('received_at__isnull', False), ('received_by__isnull', False), ('received_by_client', None)), models.Q(('received_at__isnull', False), ('received_by', None), ('received_by_client__isnull', False)), _connector='OR'), name='memorandum_receipt_names_time_and_person'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='5896fdad54568061f04e18a436f5b6745d6cccb0', operation='DELETE', pgid='pgtrigger_is_never_deleted_c1101', table='catalog_memorandumreceipt', when='BEFORE')),
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_memorandumreceiptevent" ("circulation_id", "due_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_at", "received_by_client_id", "received_by_id", "unit_id") SELECT new_values."circulation_id", new_values."due_on", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."received_at", new_values."received_by_client_id", new_values."received_by_id", new_values."unit_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='f3c3b7a283dce89b92d7e6d7b69d84357b4dd765', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_7ba5c', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_memorandumreceipt', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_memorandumreceiptevent" ("circulation_id", "due_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_at", "received_by_client_id", "received_by_id", "unit_id") SELECT new_values."circulation_id", new_values."due_on", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."received_at", new_values."received_by_client_id", new_values."received_by_id", new_values."unit_id" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='1acad53b982df8fd376a1c415a6fc5742d87675b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_46bf2', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_memorandumreceipt', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MemorandumReceiptEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('due_on', models.DateField(verbose_name='due on')),
                    ('received_at', models.DateTimeField(blank=True, null=True, verbose_name='received at')),
                    ('circulation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.memorandumversionmove', verbose_name='circulation')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.memorandumreceipt')),
                    ('received_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='received by')),
                    ('unit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.unit', verbose_name='unit')),
                    ('received_by_client', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='API client')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='091ae15d2abbe9c62ca803ddea0d6584513444a7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cedfb', table='catalog_memorandumreceiptevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Article',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('STORY', 'Story of good faith'), ('POLICY', 'Policy or regulation')], max_length=10, verbose_name='kind')),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('source', models.CharField(help_text='Who issued or wrote it.', max_length=200, verbose_name='source')),
                    ('document_number', models.CharField(blank=True, max_length=100, verbose_name='document number')),
                    ('text', models.TextField(help_text='Plain text; a blank line begins a paragraph. Stories name no natural person.', verbose_name='text')),
                    ('published_from', models.DateField(verbose_name='published from')),
                    ('published_to', models.DateField(blank=True, help_text='The last day, which counts.', null=True, verbose_name='published to')),
                ],
                options={
                    'verbose_name': 'story or policy text',
                    'verbose_name_plural': 'stories and policy texts',
                    'ordering': ['-published_from', '-id'],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('published_to', None), ('published_to__gte', models.F('published_from')), _connector='OR'), name='article_ends_after_it_begins'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_articleevent" ("document_number", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_from", "published_to", "source", "text", "title") SELECT new_values."document_number", new_values."id", new_values."kind", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."published_from", new_values."published_to", new_values."source", new_values."text", new_values."title" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='51c1fed3481c8a9ae1035c6700afb4b060fa9058', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_0035e', referencing='REFERENCING NEW TABLE AS new_values ', table='catalog_article', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "catalog_articleevent" ("document_number", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_from", "published_to", "source", "text", "title") SELECT new_values."document_number", new_values."id", new_values."kind", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."published_from", new_values."published_to", new_values."source", new_values."text", new_values."title" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4a7e2099daf0885d4f0afba478cfdb8c137fd768', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_bc160', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='catalog_article', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ArticleEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('kind', models.CharField(choices=[('STORY', 'Story of good faith'), ('POLICY', 'Policy or regulation')], max_length=10, verbose_name='kind')),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('source', models.CharField(help_text='Who issued or wrote it.', max_length=200, verbose_name='source')),
                    ('document_number', models.CharField(blank=True, max_length=100, verbose_name='document number')),
                    ('text', models.TextField(help_text='Plain text; a blank line begins a paragraph. Stories name no natural person.', verbose_name='text')),
                    ('published_from', models.DateField(verbose_name='published from')),
                    ('published_to', models.DateField(blank=True, help_text='The last day, which counts.', null=True, verbose_name='published to')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalog.article')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d9067caf57443bdbafbda0733e80a0e1b42f1571', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_925b4', table='catalog_articleevent', when='BEFORE')),
                    ],
                },
            ),
        ]),
    ]
