from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside publications that go on."""

    atomic = False

    dependencies = [
        ("lists", "0032_large_steps"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="publication",
            index=models.Index(fields=["published_at"], name="publication_by_time"),
        ),
    ]
