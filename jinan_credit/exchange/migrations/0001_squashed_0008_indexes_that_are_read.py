"""All tables of exchange. A database that went through the steps which this one replaces counts as migrated."""

import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models
from jinan_credit.kernel.create_models import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('exchange', '0001_initial'),
        ('exchange', '0002_initial'),
        ('exchange', '0003_rows_that_are_never_deleted'),
        ('exchange', '0004_failed_attempts_by_time'),
        ('exchange', '0005_nothing_is_left_behind'),
        ('exchange', '0006_history_joined_by_hash'),
        ('exchange', '0007_slow_receivers'),
        ('exchange', '0008_indexes_that_are_read'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0008_tip_off_roles'),
        ('lists', '0001_squashed_0018_public_lists_and_promises'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Cursor',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('via', models.CharField(choices=[('PUSH', 'Push'), ('PULL', 'Pull')], max_length=4, verbose_name='method')),
                    ('epoch', models.CharField(max_length=8, verbose_name='epoch')),
                    ('seq', models.BigIntegerField(default=0, verbose_name='position')),
                    ('lease_until', models.DateTimeField(null=True)),
                    ('fence', models.BigIntegerField(default=0)),
                    ('failures', models.PositiveIntegerField(default=0, verbose_name='failures running')),
                    ('next_attempt_at', models.DateTimeField(verbose_name='next attempt')),
                    ('last_attempt_at', models.DateTimeField(null=True, verbose_name='last attempt')),
                    ('last_acked_at', models.DateTimeField(null=True, verbose_name='last acknowledged')),
                    ('last_error', models.CharField(blank=True, max_length=500, verbose_name='last error')),
                    ('batch_limit', models.PositiveSmallIntegerField(null=True, verbose_name='changes a batch')),
                    ('rewound_to', models.CharField(blank=True, max_length=30)),
                    ('ended_at', models.DateTimeField(null=True, verbose_name='ended: the list no longer concerns the unit')),
                    ('credit_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cursors', to='lists.creditlist', verbose_name='list')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cursors', to='accounts.unit', verbose_name='unit')),
                    ('replayed_under', models.BigIntegerField(db_default=0, default=0)),
                    ('sent_again', models.PositiveIntegerField(db_default=0, default=0, verbose_name='times that it was sent again')),
                    ('told_ended_at', models.DateTimeField(null=True, verbose_name="the unit's system knows that it ended")),
                    ('is_slow', models.BooleanField(db_default=False, default=False, verbose_name='answered slowly last time')),
                ],
                options={
                    'verbose_name': 'position of a unit',
                    'verbose_name_plural': 'positions of units',
                    'ordering': ['unit', 'credit_list'],
                    'constraints': [
                        models.UniqueConstraint(fields=('credit_list', 'unit'), name='cursor_is_one_a_unit_and_list'),
                        models.CheckConstraint(condition=models.Q(('seq__gte', 0)), name='cursor_is_not_negative'),
                        models.CheckConstraint(condition=models.Q(('told_ended_at', None), ('ended_at__isnull', False), _connector='OR'), name='cursor_is_told_what_has_ended'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Endpoint',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('url', models.CharField(max_length=500, verbose_name='address')),
                    ('state', models.CharField(choices=[('ACTIVE', 'Active'), ('PAUSED', 'Paused')], default='ACTIVE', max_length=10, verbose_name='state')),
                    ('pause_reason', models.CharField(blank=True, max_length=500, verbose_name='why it is paused')),
                    ('is_gone', models.BooleanField(default=False, verbose_name='the receiver says it is gone')),
                    ('auto_sign', models.BooleanField(default=False, help_text='What the machine has acknowledged counts as signed by the unit.', verbose_name='sign automatically')),
                    ('wants_gzip', models.BooleanField(default=False, verbose_name='compress')),
                    ('verified_at', models.DateTimeField(verbose_name='verified at')),
                    ('held_until', models.DateTimeField(null=True, verbose_name='asked to wait until')),
                    ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='endpoint', to='accounts.unit', verbose_name='unit')),
                    ('ca_certificates', models.TextField(blank=True, db_default='', verbose_name='certificate authorities')),
                    ('client_certificate', models.TextField(blank=True, db_default='', verbose_name='client certificate')),
                    ('most_per_minute', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='messages a minute, at most')),
                    ('probe_at', models.DateTimeField(null=True, verbose_name='not reached: tried again at')),
                    ('sealed_client_key', models.TextField(blank=True, db_default='', verbose_name='key of the client certificate (sealed)')),
                    ('unreachable', models.PositiveIntegerField(db_default=0, default=0, verbose_name='attempts without an answer running')),
                ],
                options={
                    'verbose_name': 'push address',
                    'verbose_name_plural': 'push addresses',
                    'ordering': ['unit'],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(models.Q(('state', 'PAUSED'), models.Q(('pause_reason', ''), _negated=True)), models.Q(('is_gone', False), ('pause_reason', ''), ('state', 'ACTIVE')), _connector='OR'), name='endpoint_paused_has_a_reason'),
                        models.CheckConstraint(condition=models.Q(models.Q(('client_certificate', ''), ('sealed_client_key', '')), models.Q(models.Q(('client_certificate', ''), _negated=True), models.Q(('sealed_client_key', ''), _negated=True)), _connector='OR'), name='endpoint_certificate_has_its_key'),
                        models.CheckConstraint(condition=models.Q(('most_per_minute', None), ('most_per_minute__gt', 0), _connector='OR'), name='endpoint_may_send_something'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "exchange_endpointevent" ("auto_sign", "ca_certificates", "client_certificate", "id", "is_gone", "most_per_minute", "pause_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "unit_id", "url", "verified_at", "wants_gzip") SELECT new_values."auto_sign", new_values."ca_certificates", new_values."client_certificate", new_values."id", new_values."is_gone", new_values."most_per_minute", new_values."pause_reason", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."state", new_values."unit_id", new_values."url", new_values."verified_at", new_values."wants_gzip" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='954176638dec1accbb5789394c07962d5e3eb452', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_2a466', referencing='REFERENCING NEW TABLE AS new_values ', table='exchange_endpoint', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "exchange_endpointevent" ("auto_sign", "ca_certificates", "client_certificate", "id", "is_gone", "most_per_minute", "pause_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "unit_id", "url", "verified_at", "wants_gzip") SELECT new_values."auto_sign", new_values."ca_certificates", new_values."client_certificate", new_values."id", new_values."is_gone", new_values."most_per_minute", new_values."pause_reason", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."state", new_values."unit_id", new_values."url", new_values."verified_at", new_values."wants_gzip" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."auto_sign" IS DISTINCT FROM (new_values."auto_sign") OR old_values."ca_certificates" IS DISTINCT FROM (new_values."ca_certificates") OR old_values."client_certificate" IS DISTINCT FROM (new_values."client_certificate") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_gone" IS DISTINCT FROM (new_values."is_gone") OR old_values."most_per_minute" IS DISTINCT FROM (new_values."most_per_minute") OR old_values."pause_reason" IS DISTINCT FROM (new_values."pause_reason") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."unit_id" IS DISTINCT FROM (new_values."unit_id") OR old_values."url" IS DISTINCT FROM (new_values."url") OR old_values."verified_at" IS DISTINCT FROM (new_values."verified_at") OR old_values."wants_gzip" IS DISTINCT FROM (new_values."wants_gzip")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a80841c03144341ee827814ab16fcbf2027b339e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_95c93', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='exchange_endpoint', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='EndpointEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('url', models.CharField(max_length=500, verbose_name='address')),
                    ('state', models.CharField(choices=[('ACTIVE', 'Active'), ('PAUSED', 'Paused')], default='ACTIVE', max_length=10, verbose_name='state')),
                    ('pause_reason', models.CharField(blank=True, max_length=500, verbose_name='why it is paused')),
                    ('is_gone', models.BooleanField(default=False, verbose_name='the receiver says it is gone')),
                    ('auto_sign', models.BooleanField(default=False, help_text='What the machine has acknowledged counts as signed by the unit.', verbose_name='sign automatically')),
                    ('wants_gzip', models.BooleanField(default=False, verbose_name='compress')),
                    ('verified_at', models.DateTimeField(verbose_name='verified at')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='exchange.endpoint')),
                    ('unit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.unit', verbose_name='unit')),
                    ('ca_certificates', models.TextField(blank=True, db_default='', verbose_name='certificate authorities')),
                    ('client_certificate', models.TextField(blank=True, db_default='', verbose_name='client certificate')),
                    ('most_per_minute', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='messages a minute, at most')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bc417faf55ac68d8451e5b29e48f82b56cafc6f4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b3d7e', table='exchange_endpointevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='EndpointKey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sealed_secret', models.TextField(verbose_name='secret (sealed)')),
                    ('live_from', models.DateTimeField(verbose_name='signs from')),
                    ('live_to', models.DateTimeField(null=True, verbose_name='signs until')),
                    ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='exchange.endpoint', verbose_name='push address')),
                ],
                options={
                    'verbose_name': 'signing key',
                    'verbose_name_plural': 'signing keys',
                    'ordering': ['-live_from', '-id'],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('live_to', None), ('live_to__gte', models.F('live_from')), _connector='OR'), name='endpoint_key_ends_after_it_begins'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='EndpointMove',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40, verbose_name='step')),
                    ('from_state', models.CharField(blank=True, max_length=20, verbose_name='from')),
                    ('to_state', models.CharField(max_length=20, verbose_name='to')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('reason', models.TextField(blank=True, verbose_name='reason')),
                    ('by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('by_client', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='by client')),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='exchange.endpoint')),
                    ('unit', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
                ],
                options={
                    'verbose_name': 'step of a push address',
                    'verbose_name_plural': 'steps of push addresses',
                    'ordering': ['at', 'id'],
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='14a206410db641f219592c195edae25ddc29f6ed', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fbed0', table='exchange_endpointmove', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ParkedChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('epoch', models.CharField(max_length=8, verbose_name='epoch')),
                    ('seq', models.BigIntegerField(verbose_name='change')),
                    ('code', models.CharField(blank=True, max_length=100, verbose_name='code')),
                    ('message', models.CharField(blank=True, max_length=500, verbose_name='what the receiver said')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('cursor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parked', to='exchange.cursor', verbose_name='position')),
                    ('settled_at', models.DateTimeField(null=True, verbose_name='settled at')),
                    ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
                    ('settled_reason', models.CharField(blank=True, db_default='', max_length=500, verbose_name='reason')),
                    ('settlement', models.CharField(blank=True, choices=[('TAKEN', 'Taken later'), ('BY_HAND', 'Settled by hand')], db_default='', max_length=10, verbose_name='settlement')),
                ],
                options={
                    'verbose_name': 'rejected change',
                    'verbose_name_plural': 'rejected changes',
                    'ordering': ['-id'],
                    'constraints': [
                        models.UniqueConstraint(fields=('cursor', 'epoch', 'seq'), name='parked_change_is_kept_once'),
                        models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('settled_by', None), ('settled_reason', ''), ('settlement', '')), models.Q(('settled_at__isnull', False), ('settled_by', None), ('settlement', 'TAKEN')), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False), ('settlement', 'BY_HAND'), models.Q(('settled_reason', ''), _negated=True)), _connector='OR'), name='parked_change_is_settled_by_someone_for_a_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='PushAttempt',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('list.changes', 'Changes'), ('list.resync', 'Start anew from the snapshot'), ('list.ended', 'The list no longer concerns the unit')], max_length=20, verbose_name='message')),
                    ('epoch', models.CharField(max_length=8, verbose_name='epoch')),
                    ('from_seq', models.BigIntegerField(verbose_name='from')),
                    ('to_seq', models.BigIntegerField(verbose_name='to')),
                    ('status', models.PositiveSmallIntegerField(verbose_name='HTTP status')),
                    ('ms', models.PositiveIntegerField(verbose_name='milliseconds')),
                    ('size', models.PositiveIntegerField(verbose_name='bytes')),
                    ('at', models.DateTimeField(db_index=True, verbose_name='at')),
                    ('error', models.CharField(blank=True, max_length=500, verbose_name='error')),
                    ('cursor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='exchange.cursor', verbose_name='position')),
                ],
                options={
                    'verbose_name': 'attempt',
                    'verbose_name_plural': 'attempts',
                    'ordering': ['-id'],
                    'indexes': [
                        models.Index(fields=['cursor', '-id'], name='attempt_by_cursor'),
                        models.Index(condition=models.Q(('status__range', (200, 299)), _negated=True), fields=['at'], name='attempt_not_taken_by_time'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='SweepMark',
                fields=[
                    ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField(verbose_name='last sweep')),
                    ('tidied_at', models.DateTimeField(null=True, verbose_name='old attempts deleted')),
                ],
                options={
                    'verbose_name': 'last sweep',
                    'verbose_name_plural': 'last sweeps',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('id', 1)), name='sweep_mark_is_one_row'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Backlog',
                fields=[
                    ('cursor', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='exchange.cursor', verbose_name='position')),
                    ('waiting_from', models.DateTimeField(verbose_name='waiting from')),
                ],
                options={
                    'verbose_name': 'backlog',
                    'verbose_name_plural': 'backlogs',
                },
            ),
            migrations.CreateModel(
                name='DeliveryAlert',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('level', models.PositiveIntegerField(verbose_name='behind for more than (minutes)')),
                    ('behind_from', models.DateTimeField(verbose_name='behind since')),
                    ('raised_at', models.DateTimeField(verbose_name='raised at')),
                    ('lists', models.PositiveIntegerField(verbose_name='lists behind')),
                    ('changes_behind', models.BigIntegerField(verbose_name='changes behind')),
                    ('error', models.CharField(blank=True, max_length=500, verbose_name='last error')),
                    ('mail_tried_at', models.DateTimeField(null=True, verbose_name='mail last tried')),
                    ('mailed_at', models.DateTimeField(null=True, verbose_name='mailed at')),
                    ('ended_at', models.DateTimeField(null=True, verbose_name='ended: the unit has caught up')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delivery_alerts', to='accounts.unit', verbose_name='unit')),
                ],
                options={
                    'verbose_name': 'delivery alert',
                    'verbose_name_plural': 'delivery alerts',
                    'ordering': ['-id'],
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('unit', 'level'), name='delivery_alert_is_open_once_a_level'),
                        models.CheckConstraint(condition=models.Q(('raised_at__gte', models.F('behind_from'))), name='delivery_alert_comes_after_the_delay'),
                        models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('raised_at')), _connector='OR'), name='delivery_alert_ends_after_it_began'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Download',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('epoch', models.CharField(max_length=8, verbose_name='epoch')),
                    ('from_seq', models.BigIntegerField(verbose_name='after position')),
                    ('to_seq', models.BigIntegerField(verbose_name='up to position')),
                    ('change_count', models.PositiveIntegerField(verbose_name='changes')),
                    ('removal_count', models.PositiveIntegerField(verbose_name='removals')),
                    ('number_count', models.PositiveIntegerField(verbose_name='numbers of persons')),
                    ('file_format', models.CharField(choices=[('XLSX', 'Excel workbook (XLSX)'), ('CSV', 'Text table (CSV)')], max_length=4, verbose_name='format')),
                    ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                    ('at', models.DateTimeField(verbose_name='taken at')),
                    ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed at')),
                    ('again_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeats', to='exchange.download', verbose_name='taken once more')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken by')),
                    ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                    ('credit_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='lists.creditlist', verbose_name='list')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='accounts.unit', verbose_name='unit')),
                ],
                options={
                    'verbose_name': 'download',
                    'verbose_name_plural': 'downloads',
                    'ordering': ['-id'],
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('again_of', None)), fields=('unit', 'credit_list', 'epoch', 'from_seq'), name='download_gives_a_range_once_a_unit'),
                        models.CheckConstraint(condition=models.Q(('to_seq__gt', models.F('from_seq'))), name='download_ends_after_it_begins'),
                        models.CheckConstraint(condition=models.Q(('again_of', None), models.Q(('reason', ''), _negated=True), _connector='OR'), name='download_once_more_has_a_reason'),
                        models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('again_of', None), ('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='download_is_confirmed_by_a_person'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='57dceeadfdab46afc6c3f408b15b9fffaaa8b3fb', operation='DELETE', pgid='pgtrigger_is_never_deleted_4f26f', table='exchange_download', when='BEFORE')),
                        pgtrigger.compiler.Trigger(name='tells_what_was_taken', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."credit_list_id" IS DISTINCT FROM (NEW."credit_list_id") OR OLD."epoch" IS DISTINCT FROM (NEW."epoch") OR OLD."from_seq" IS DISTINCT FROM (NEW."from_seq") OR OLD."to_seq" IS DISTINCT FROM (NEW."to_seq") OR OLD."change_count" IS DISTINCT FROM (NEW."change_count") OR OLD."removal_count" IS DISTINCT FROM (NEW."removal_count") OR OLD."number_count" IS DISTINCT FROM (NEW."number_count") OR OLD."file_format" IS DISTINCT FROM (NEW."file_format") OR OLD."again_of_id" IS DISTINCT FROM (NEW."again_of_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."at" IS DISTINCT FROM (NEW."at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e58312e2e8158971875a04327dcd8e155c0f4e68', operation='UPDATE', pgid='pgtrigger_tells_what_was_taken_d0bb6', table='exchange_download', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='OfflineCopy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('epoch', models.CharField(max_length=8, verbose_name='epoch')),
                    ('from_seq', models.BigIntegerField(verbose_name='from')),
                    ('to_seq', models.BigIntegerField(verbose_name='taken up to')),
                    ('first_at', models.DateTimeField(verbose_name='first taken at')),
                    ('last_at', models.DateTimeField(verbose_name='last taken at')),
                    ('fetched_at', models.DateTimeField(null=True, verbose_name="last fetched by the unit's own system")),
                    ('deleted_at', models.DateTimeField(null=True, verbose_name='deleted at')),
                    ('credit_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offline_copies', to='lists.creditlist', verbose_name='list')),
                    ('deleted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='deleted by')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offline_copies', to='accounts.unit', verbose_name='unit')),
                ],
                options={
                    'verbose_name': 'copy taken away',
                    'verbose_name_plural': 'copies taken away',
                    'ordering': ['unit', 'credit_list'],
                    'constraints': [
                        models.UniqueConstraint(fields=('unit', 'credit_list'), name='offline_copy_is_one_a_unit_and_list'),
                        models.CheckConstraint(condition=models.Q(models.Q(('deleted_at', None), ('deleted_by', None)), models.Q(('deleted_at__isnull', False), ('deleted_by__isnull', False)), _connector='OR'), name='offline_copy_is_deleted_by_someone'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='WatchMark',
                fields=[
                    ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField(verbose_name='last look')),
                ],
                options={
                    'verbose_name': 'last look at the copies',
                    'verbose_name_plural': 'last looks at the copies',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('id', 1)), name='watch_mark_is_one_row'),
                    ],
                },
            ),
        ]),
    ]
