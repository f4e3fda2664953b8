"""Who subscribes to a list screens by it: the stamp of the duties changes with the subscriptions, too."""

from django.db import migrations

STAMP = (
    "CREATE TRIGGER stamp_duties AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON lists_subscription "
    "FOR EACH STATEMENT EXECUTE FUNCTION sanctions_stamp_duties();"
)


class Migration(migrations.Migration):

    dependencies = [
        ('lists', '0020_peers'),
        ('sanctions', '0015_figures_by_day'),
    ]

    operations = [
        migrations.RunSQL(STAMP, "DROP TRIGGER stamp_duties ON lists_subscription"),
    ]
