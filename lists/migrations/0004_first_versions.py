"""What stood before this release: each list gets its first version, entries the version, subjects their names."""

from django.db import migrations

FIRST_VERSIONS = """
    INSERT INTO lists_creditlistversion (credit_list_id, number, content, reason, made_by_id, made_at)
    SELECT id, 1,
           to_jsonb(list) - 'id' || jsonb_build_object(
               'initiating_units', (
                   SELECT coalesce(jsonb_agg(unit.code ORDER BY unit.code), '[]')
                   FROM lists_creditlist_initiating_units initiating JOIN accounts_unit unit ON unit.id = unit_id
                   WHERE creditlist_id = list.id),
               'memoranda', (
                   SELECT coalesce(jsonb_agg(memorandum.number ORDER BY memorandum.number), '[]')
                   FROM lists_creditlist_memoranda signed JOIN catalog_memorandum memorandum
                       ON memorandum.id = memorandum_id
                   WHERE creditlist_id = list.id)),
           '', NULL, now()
    FROM lists_creditlist list;
    UPDATE lists_entry entry SET list_version_id = version.id
    FROM lists_creditlistversion version
    WHERE version.credit_list_id = entry.credit_list_id AND entry.state IN ('PUBLISHED', 'REMOVED');
    INSERT INTO lists_subjectname (subject_id, name, source)
    SELECT id, name, 'REGISTERED' FROM lists_subject ON CONFLICT DO NOTHING;
    INSERT INTO lists_subjectname (subject_id, name, source)
    SELECT DISTINCT subject_id, subject_name, 'LISTED' FROM lists_entry ON CONFLICT DO NOTHING;
    -- What was published before was told on paper: no notice is issued afterwards.
    UPDATE lists_publication SET notices_issued = count;
"""


class Migration(migrations.Migration):
    dependencies = [("lists", "0003_everything_a_department_needs")]
    operations = [migrations.RunSQL(FIRST_VERSIONS, migrations.RunSQL.noop)]
