import json

from django.db import migrations, models

from jinan_credit.kernel import crypto

BATCH = 1_000


def seal_answers(apps, schema_editor):
    """An answer kept in clear is sealed, the hash of the body to it keyed: the same body still gets it again."""
    calls = apps.get_model('accounts', 'IdempotentCall').objects.order_by('pk')
    last = 0
    while batch := list(calls.filter(pk__gt=last)[:BATCH]):
        for call in batch:
            call.sealed_answer = crypto.seal(json.dumps(call.answer, ensure_ascii=False))
            call.body_hash = crypto.blind_index(call.body_hash)
            call.answer = None
        calls.bulk_update(batch, ['sealed_answer', 'body_hash', 'answer'])
        last = batch[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_history_joined_by_hash'),
    ]

    operations = [
        migrations.AddField(
            model_name='idempotentcall',
            name='sealed_answer',
            field=models.TextField(db_default=''),
        ),
        migrations.RunPython(seal_answers),
        migrations.RemoveField(
            model_name='idempotentcall',
            name='answer',
        ),
    ]
