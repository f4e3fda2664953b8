from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0025_access_logs_by_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="savedfilter",
            name="saved_filter_has_a_name_of_its_own",
        ),
        migrations.AddField(
            model_name="savedfilter",
            name="page",
            field=models.CharField(db_default="entries", default="entries", max_length=50, verbose_name="page"),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(
                fields=("owner", "page", "name"), name="saved_filter_has_its_own_name_on_its_page"
            ),
        ),
    ]
