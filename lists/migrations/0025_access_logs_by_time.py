from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside accesses that go on: the tables are large."""

    atomic = False

    dependencies = [
        ("lists", "0024_last_versions"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="numberhandout",
            index=models.Index(fields=["at", "id"], name="number_handout_by_time"),
        ),
        AddIndexConcurrently(
            model_name="numberreveal",
            index=models.Index(fields=["at", "id"], name="number_reveal_by_time"),
        ),
        AddIndexConcurrently(
            model_name="numbersearch",
            index=models.Index(fields=["at", "id"], name="number_search_by_time"),
        ),
    ]
