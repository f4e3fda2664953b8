from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside screenings that go on: the table is large."""

    atomic = False

    dependencies = [
        ('sanctions', '0017_tasks_taken_over'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='screening',
            index=GinIndex(
                condition=models.Q(('suggestions', []), _negated=True),
                fields=['suggestions'],
                name='screening_by_suggested_entry',
                opclasses=['jsonb_path_ops'],
            ),
        ),
    ]
