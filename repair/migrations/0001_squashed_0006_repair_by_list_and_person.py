"""All tables of repair. A database that went through the steps which this one replaces counts as migrated."""

import django.db.models.deletion
import pgtrigger.compiler
import repair.models.evidence
from django.conf import settings
from django.db import migrations, models
from jinan_credit.kernel.create_models import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('repair', '0001_initial'),
        ('repair', '0002_rows_that_are_never_deleted'),
        ('repair', '0003_history_joined_by_hash'),
        ('repair', '0004_indexes_that_are_read'),
        ('repair', '0005_days_and_escalation'),
        ('repair', '0006_repair_by_list_and_person'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0008_tip_off_roles'),
        ('catalog', '0001_squashed_0007_stories_and_policy_texts'),
        ('lists', '0001_squashed_0018_public_lists_and_promises'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='RepairApplication',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('receipt_number', models.CharField(max_length=20, unique=True, verbose_name='receipt number')),
                    ('secret_hash', models.CharField(max_length=64)),
                    ('stated_document', models.CharField(max_length=100, verbose_name='document number as stated')),
                    ('applicant_name', models.CharField(max_length=100, verbose_name='applicant')),
                    ('relation', models.CharField(choices=[('SELF', 'The listed party itself'), ('REPRESENTATIVE', 'Its legal representative or principal'), ('RELATED_PERSON', 'A related person named with the entry'), ('AGENT', 'Authorised agent')], max_length=20, verbose_name='applicant is')),
                    ('sealed_identifier', models.TextField(verbose_name='identifier (sealed)')),
                    ('masked_identifier', models.CharField(max_length=40, verbose_name='identifier (masked)')),
                    ('applicant_index', models.CharField(max_length=64, verbose_name='blind index')),
                    ('sealed_contact', models.TextField(verbose_name='contact (sealed)')),
                    ('statement', models.TextField(verbose_name='what was corrected')),
                    ('evidence_note', models.TextField(verbose_name='what proves it')),
                    ('promise', models.TextField(verbose_name='credit promise')),
                    ('supplement', models.TextField(blank=True, verbose_name='supplement')),
                    ('supplement_asked_on', models.DateField(null=True, verbose_name='supplement asked on')),
                    ('received_on', models.DateField(verbose_name='received on')),
                    ('accept_due_on', models.DateField(verbose_name='acceptance due on')),
                    ('decide_due_on', models.DateField(verbose_name='decision due on')),
                    ('due_is_provisional', models.BooleanField(default=False, verbose_name='provisional')),
                    ('possible_from', models.DateField(null=True, verbose_name='repair possible from')),
                    ('state', models.CharField(choices=[('SUBMITTED', 'Submitted'), ('SUPPLEMENT_ASKED', 'Supplement asked'), ('ACCEPTED', 'Accepted'), ('NOT_ACCEPTED', 'Not accepted'), ('VERIFIED', 'Verified'), ('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('CLOSED', 'Closed: the entry left the list')], default='SUBMITTED', max_length=20, verbose_name='state')),
                    ('verified_at', models.DateTimeField(null=True, verbose_name='verified at')),
                    ('finding', models.TextField(blank=True, verbose_name='finding')),
                    ('approved_at', models.DateTimeField(null=True, verbose_name='decided at')),
                    ('decision_text', models.TextField(blank=True, verbose_name='reasons')),
                    ('remedies', models.TextField(blank=True, verbose_name='remedies')),
                    ('is_false', models.BooleanField(default=False, verbose_name='false material')),
                    ('barred_until', models.DateField(null=True, verbose_name='new applications barred until')),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('credit_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='lists.creditlist', verbose_name='list')),
                    ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                    ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='lists.entry', verbose_name='entry')),
                    ('rule_profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.ruleprofile', verbose_name='rules')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='accounts.unit', verbose_name='unit')),
                    ('verified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='verified by')),
                    ('counted_from', models.DateField(verbose_name='working days counted from')),
                    ('supplement_due_is_provisional', models.BooleanField(default=False, verbose_name='day of the supplement is provisional')),
                    ('supplement_due_on', models.DateField(null=True, verbose_name='supplement due on')),
                    ('again_from', models.DateField(null=True, verbose_name='may be applied for again from')),
                    ('documents', models.JSONField(default=list, verbose_name='documents needed, and whether they are enclosed')),
                    ('person_index', models.CharField(blank=True, max_length=64, verbose_name='blind index of the related person')),
                ],
                options={
                    'verbose_name': 'repair application',
                    'verbose_name_plural': 'repair applications',
                    'ordering': ['decide_due_on', 'id'],
                    'indexes': [
                        models.Index(fields=['unit', 'state', 'decide_due_on'], name='repair_by_unit_and_state'),
                    ],
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('state__in', ('SUBMITTED', 'SUPPLEMENT_ASKED', 'ACCEPTED', 'VERIFIED'))), fields=('entry', 'applicant_index'), name='applicant_has_one_open_repair_an_entry'),
                        models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('verified_by__isnull', False), models.Q(('approved_by', models.F('verified_by')), _negated=True)), _connector='OR'), name='repair_is_decided_by_another_person'),
                        models.CheckConstraint(condition=models.Q(models.Q(('finding', ''), ('verified_at', None), ('verified_by', None)), models.Q(('verified_at__isnull', False), ('verified_by__isnull', False), models.Q(('finding', ''), _negated=True)), _connector='OR'), name='repair_verification_has_person_time_and_finding'),
                        models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('state__in', ('APPROVED', 'REFUSED')), models.Q(('decision_text', ''), _negated=True)), models.Q(models.Q(('state__in', ('APPROVED', 'REFUSED')), _negated=True), ('approved_at', None), ('approved_by', None)), _connector='OR'), name='repair_decided_has_person_time_and_reasons'),
                        models.CheckConstraint(condition=models.Q(models.Q(('barred_until__isnull', False), ('is_false', True), ('state', 'REFUSED')), models.Q(('barred_until', None), ('is_false', False)), _connector='OR'), name='repair_false_material_is_refused_and_bars'),
                        models.CheckConstraint(condition=models.Q(('entry__isnull', False), ('state__in', ['SUBMITTED', 'SUPPLEMENT_ASKED', 'NOT_ACCEPTED']), _connector='OR'), name='repair_without_entry_is_not_accepted'),
                        models.CheckConstraint(condition=models.Q(('supplement_asked_on', None), ('supplement_due_on__isnull', False), _connector='OR'), name='repair_supplement_asked_has_a_last_day'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='7b25338941a48993d479c8eea152562eb56a639c', operation='DELETE', pgid='pgtrigger_is_never_deleted_ca612', table='repair_repairapplication', when='BEFORE')),
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "repair_repairapplicationevent" ("accept_due_on", "again_from", "applicant_index", "applicant_name", "approved_at", "approved_by_id", "barred_until", "counted_from", "credit_list_id", "decide_due_on", "decision_text", "documents", "due_is_provisional", "entered_by_id", "entry_id", "evidence_note", "finding", "id", "is_false", "masked_identifier", "person_index", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "possible_from", "promise", "receipt_number", "received_on", "relation", "remedies", "rule_profile_id", "sealed_contact", "sealed_identifier", "state", "stated_document", "statement", "supplement", "supplement_asked_on", "supplement_due_is_provisional", "supplement_due_on", "unit_id", "verified_at", "verified_by_id") SELECT new_values."accept_due_on", new_values."again_from", new_values."applicant_index", new_values."applicant_name", new_values."approved_at", new_values."approved_by_id", new_values."barred_until", new_values."counted_from", new_values."credit_list_id", new_values."decide_due_on", new_values."decision_text", new_values."documents", new_values."due_is_provisional", new_values."entered_by_id", new_values."entry_id", new_values."evidence_note", new_values."finding", new_values."id", new_values."is_false", new_values."masked_identifier", new_values."person_index", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."possible_from", new_values."promise", new_values."receipt_number", new_values."received_on", new_values."relation", new_values."remedies", new_values."rule_profile_id", new_values."sealed_contact", new_values."sealed_identifier", new_values."state", new_values."stated_document", new_values."statement", new_values."supplement", new_values."supplement_asked_on", new_values."supplement_due_is_provisional", new_values."supplement_due_on", new_values."unit_id", new_values."verified_at", new_values."verified_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b22e0244c21bd9c516e6ea6864b63b9893d3b78a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_47a5f', referencing='REFERENCING NEW TABLE AS new_values ', table='repair_repairapplication', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "repair_repairapplicationevent" ("accept_due_on", "again_from", "applicant_index", "applicant_name", "approved_at", "approved_by_id", "barred_until", "counted_from", "credit_list_id", "decide_due_on", "decision_text", "documents", "due_is_provisional", "entered_by_id", "entry_id", "evidence_note", "finding", "id", "is_false", "masked_identifier", "person_index", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "possible_from", "promise", "receipt_number", "received_on", "relation", "remedies", "rule_profile_id", "sealed_contact", "sealed_identifier", "state", "stated_document", "statement", "supplement", "supplement_asked_on", "supplement_due_is_provisional", "supplement_due_on", "unit_id", "verified_at", "verified_by_id") SELECT new_values."accept_due_on", new_values."again_from", new_values."applicant_index", new_values."applicant_name", new_values."approved_at", new_values."approved_by_id", new_values."barred_until", new_values."counted_from", new_values."credit_list_id", new_values."decide_due_on", new_values."decision_text", new_values."documents", new_values."due_is_provisional", new_values."entered_by_id", new_values."entry_id", new_values."evidence_note", new_values."finding", new_values."id", new_values."is_false", new_values."masked_identifier", new_values."person_index", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."possible_from", new_values."promise", new_values."receipt_number", new_values."received_on", new_values."relation", new_values."remedies", new_values."rule_profile_id", new_values."sealed_contact", new_values."sealed_identifier", new_values."state", new_values."stated_document", new_values."statement", new_values."supplement", new_values."supplement_asked_on", new_values."supplement_due_is_provisional", new_values."supplement_due_on", new_values."unit_id", new_values."verified_at", new_values."verified_by_id" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."accept_due_on" IS DISTINCT FROM (new_values."accept_due_on") OR old_values."again_from" IS DISTINCT FROM (new_values."again_from") OR old_values."applicant_index" IS DISTINCT FROM (new_values."applicant_index") OR old_values."applicant_name" IS DISTINCT FROM (new_values."applicant_name") OR old_values."approved_at" IS DISTINCT FROM (new_values."approved_at") OR old_values."approved_by_id" IS DISTINCT FROM (new_values."approved_by_id") OR old_values."barred_until" IS DISTINCT FROM (new_values."barred_until") OR old_values."counted_from" IS DISTINCT FROM (new_values."counted_from") OR old_values."credit_list_id" IS DISTINCT FROM (new_values."credit_list_id") OR old_values."decide_due_on" IS DISTINCT FROM (new_values."decide_due_on") OR old_values."decision_text" IS DISTINCT FROM (new_values."decision_text") OR old_values."documents" IS DISTINCT FROM (new_values."documents") OR old_values."due_is_provisional" IS DISTINCT FROM (new_values."due_is_provisional") OR old_values."entered_by_id" IS DISTINCT FROM (new_values."entered_by_id") OR old_values."entry_id" IS DISTINCT FROM (new_values."entry_id") OR old_values."evidence_note" IS DISTINCT FROM (new_values."evidence_note") OR old_values."finding" IS DISTINCT FROM (new_values."finding") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_false" IS DISTINCT FROM (new_values."is_false") OR old_values."masked_identifier" IS DISTINCT FROM (new_values."masked_identifier") OR old_values."person_index" IS DISTINCT FROM (new_values."person_index") OR old_values."possible_from" IS DISTINCT FROM (new_values."possible_from") OR old_values."promise" IS DISTINCT FROM (new_values."promise") OR old_values."receipt_number" IS DISTINCT FROM (new_values."receipt_number") OR old_values."received_on" IS DISTINCT FROM (new_values."received_on") OR old_values."relation" IS DISTINCT FROM (new_values."relation") OR old_values."remedies" IS DISTINCT FROM (new_values."remedies") OR old_values."rule_profile_id" IS DISTINCT FROM (new_values."rule_profile_id") OR old_values."sealed_contact" IS DISTINCT FROM (new_values."sealed_contact") OR old_values."sealed_identifier" IS DISTINCT FROM (new_values."sealed_identifier") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."stated_document" IS DISTINCT FROM (new_values."stated_document") OR old_values."statement" IS DISTINCT FROM (new_values."statement") OR old_values."supplement" IS DISTINCT FROM (new_values."supplement") OR old_values."supplement_asked_on" IS DISTINCT FROM (new_values."supplement_asked_on") OR old_values."supplement_due_is_provisional" IS DISTINCT FROM (new_values."supplement_due_is_provisional") OR old_values."supplement_due_on" IS DISTINCT FROM (new_values."supplement_due_on") OR old_values."unit_id" IS DISTINCT FROM (new_values."unit_id") OR old_values."verified_at" IS DISTINCT FROM (new_values."verified_at") OR old_values."verified_by_id" IS DISTINCT FROM (new_values."verified_by_id")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='46152e58c96c9ab9d45e46a9273438f2b77dee34', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_782c1', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='repair_repairapplication', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RepairApplicationEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('receipt_number', models.CharField(max_length=20, verbose_name='receipt number')),
                    ('stated_document', models.CharField(max_length=100, verbose_name='document number as stated')),
                    ('applicant_name', models.CharField(max_length=100, verbose_name='applicant')),
                    ('relation', models.CharField(choices=[('SELF', 'The listed party itself'), ('REPRESENTATIVE', 'Its legal representative or principal'), ('RELATED_PERSON', 'A related person named with the entry'), ('AGENT', 'Authorised agent')], max_length=20, verbose_name='applicant is')),
                    ('sealed_identifier', models.TextField(verbose_name='identifier (sealed)')),
                    ('masked_identifier', models.CharField(max_length=40, verbose_name='identifier (masked)')),
                    ('applicant_index', models.CharField(max_length=64, verbose_name='blind index')),
                    ('sealed_contact', models.TextField(verbose_name='contact (sealed)')),
                    ('statement', models.TextField(verbose_name='what was corrected')),
                    ('evidence_note', models.TextField(verbose_name='what proves it')),
                    ('promise', models.TextField(verbose_name='credit promise')),
                    ('supplement', models.TextField(blank=True, verbose_name='supplement')),
                    ('supplement_asked_on', models.DateField(null=True, verbose_name='supplement asked on')),
                    ('received_on', models.DateField(verbose_name='received on')),
                    ('accept_due_on', models.DateField(verbose_name='acceptance due on')),
                    ('decide_due_on', models.DateField(verbose_name='decision due on')),
                    ('due_is_provisional', models.BooleanField(default=False, verbose_name='provisional')),
                    ('possible_from', models.DateField(null=True, verbose_name='repair possible from')),
                    ('state', models.CharField(choices=[('SUBMITTED', 'Submitted'), ('SUPPLEMENT_ASKED', 'Supplement asked'), ('ACCEPTED', 'Accepted'), ('NOT_ACCEPTED', 'Not accepted'), ('VERIFIED', 'Verified'), ('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('CLOSED', 'Closed: the entry left the list')], default='SUBMITTED', max_length=20, verbose_name='state')),
                    ('verified_at', models.DateTimeField(null=True, verbose_name='verified at')),
                    ('finding', models.TextField(blank=True, verbose_name='finding')),
                    ('approved_at', models.DateTimeField(null=True, verbose_name='decided at')),
                    ('decision_text', models.TextField(blank=True, verbose_name='reasons')),
                    ('remedies', models.TextField(blank=True, verbose_name='remedies')),
                    ('is_false', models.BooleanField(default=False, verbose_name='false material')),
                    ('barred_until', models.DateField(null=True, verbose_name='new applications barred until')),
                    ('approved_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('credit_list', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='lists.creditlist', verbose_name='list')),
                    ('entered_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                    ('entry', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='lists.entry', verbose_name='entry')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='repair.repairapplication')),
                    ('rule_profile', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.ruleprofile', verbose_name='rules')),
                    ('unit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.unit', verbose_name='unit')),
                    ('verified_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='verified by')),
                    ('counted_from', models.DateField(verbose_name='working days counted from')),
                    ('supplement_due_is_provisional', models.BooleanField(default=False, verbose_name='day of the supplement is provisional')),
                    ('supplement_due_on', models.DateField(null=True, verbose_name='supplement due on')),
                    ('again_from', models.DateField(null=True, verbose_name='may be applied for again from')),
                    ('documents', models.JSONField(default=list, verbose_name='documents needed, and whether they are enclosed')),
                    ('person_index', models.CharField(blank=True, max_length=64, verbose_name='blind index of the related person')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='34dfe6e438c61d60f4b7e3205ba0ba48555b4e64', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a91db', table='repair_repairapplicationevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RepairEvidence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('file', models.FileField(upload_to=repair.models.evidence.random_path, verbose_name='file')),
                    ('content_type', models.CharField(max_length=20, verbose_name='kind of file')),
                    ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                    ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                    ('added_at', models.DateTimeField(verbose_name='added at')),
                    ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='repair.repairapplication', verbose_name='repair application')),
                ],
                options={
                    'verbose_name': 'document of a repair',
                    'verbose_name_plural': 'documents of repairs',
                    'ordering': ['id'],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2f3450d968fbe9466d858ef32a5c9fb0ddbce6e3', operation='UPDATE', pgid='pgtrigger_append_only_07ca7', table='repair_repairevidence', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RepairMove',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40, verbose_name='step')),
                    ('from_state', models.CharField(blank=True, max_length=20, verbose_name='from')),
                    ('to_state', models.CharField(max_length=20, verbose_name='to')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('reason', models.TextField(blank=True, verbose_name='reason')),
                    ('by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('by_client', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='by client')),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='repair.repairapplication')),
                    ('unit', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
                ],
                options={
                    'verbose_name': 'step of a repair',
                    'verbose_name_plural': 'steps of repairs',
                    'ordering': ['at', 'id'],
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='275fe955b808ace97b28ff8af89b5c30266efd04', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_42ca8', table='repair_repairmove', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RepairEscalation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('step', models.CharField(choices=[('UNIT_HEAD', "The unit's head"), ('COORDINATOR', 'The coordinator')], max_length=20, verbose_name='escalated to')),
                    ('due_on', models.DateField(verbose_name='last day that was missed')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='repair.repairapplication')),
                ],
                options={
                    'verbose_name': 'escalation of a repair',
                    'verbose_name_plural': 'escalations of repairs',
                    'ordering': ['at', 'id'],
                    'abstract': False,
                    'constraints': [
                        models.UniqueConstraint(fields=('of', 'due_on', 'step'), name='repair_is_escalated_once_a_missed_day_and_step'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c27e058d9aea591527a6ce34abd7bd00cf0a8792', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fd72c', table='repair_repairescalation', when='BEFORE')),
                    ],
                },
            ),
        ]),
    ]
