import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_rows_that_are_never_deleted'),
        ('lists', '0005_what_an_import_changed'),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberHandout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('SNAPSHOT', 'The whole list'), ('FEED', 'Changes fetched'), ('ENTRIES', 'Entries looked up')], max_length=8, verbose_name='how')),
                ('credit_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lists.creditlist', verbose_name='list')),
                ('after', models.CharField(blank=True, max_length=30, verbose_name='after position')),
                ('up_to', models.CharField(blank=True, max_length=30, verbose_name='up to position')),
                ('number_count', models.PositiveIntegerField(verbose_name='numbers of persons')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='API client')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'handout of numbers',
                'verbose_name_plural': 'handouts of numbers',
                'ordering': ['-id'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='numberhandout',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f5322ef6efef1efa8ade0d0005e5ee8ddeab9986', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e7606', table='lists_numberhandout', when='BEFORE')),
        ),
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_removal_has_a_reason',
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('exit_on__isnull', False), ('state__in', ('REMOVED', 'PURGED')), models.Q(('exit_reason', ''), _negated=True)), models.Q(('exit_on', None), ('exit_reason', ''), ('published_at', None), ('state', 'PURGED')), models.Q(models.Q(('state__in', ('REMOVED', 'PURGED')), _negated=True), ('exit_on', None), ('exit_reason', '')), _connector='OR'), name='entry_removal_has_a_reason'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='state',
            field=models.CharField(choices=[('DRAFT', 'Draft'), ('NOTIFIED', 'Notified'), ('IN_REVIEW', 'In review'), ('RETURNED', 'Returned'), ('PUBLISHED', 'Published'), ('STAYED', 'Execution stayed'), ('REMOVED', 'Removed'), ('PURGED', 'Deleted when its time was over'), ('DISCARDED', 'Discarded')], default='DRAFT', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='entryevent',
            name='state',
            field=models.CharField(choices=[('DRAFT', 'Draft'), ('NOTIFIED', 'Notified'), ('IN_REVIEW', 'In review'), ('RETURNED', 'Returned'), ('PUBLISHED', 'Published'), ('STAYED', 'Execution stayed'), ('REMOVED', 'Removed'), ('PURGED', 'Deleted when its time was over'), ('DISCARDED', 'Discarded')], default='DRAFT', max_length=10, verbose_name='state'),
        ),
    ]
