from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside screenings that go on: the table is large."""

    atomic = False

    dependencies = [
        ("sanctions", "0018_screenings_by_suggested_entry"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="screening",
            index=models.Index(fields=["screened_at", "id"], name="screening_by_time_and_id"),
        ),
        RemoveIndexConcurrently(model_name="screening", name="screening_by_time"),
    ]
