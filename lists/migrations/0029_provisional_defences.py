from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside entries that go on: the table is large."""

    atomic = False

    dependencies = [
        ("lists", "0028_provisional_days"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("defence_is_provisional", True)),
                fields=["id"],
                name="entry_with_provisional_defence",
            ),
        ),
    ]
