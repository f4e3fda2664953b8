"""All tables of accounts. A database that went through the steps which this one replaces counts as migrated."""

import datetime
import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import oauth2_provider.generators
import oauth2_provider.models
import pgtrigger.compiler
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models
from jinan_credit.kernel.create_models import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_rows_that_are_never_deleted'),
        ('accounts', '0003_history_joined_by_hash'),
        ('accounts', '0004_sealed_answers'),
        ('accounts', '0005_kinds_and_their_data'),
        ('accounts', '0006_kept_calls_without_checks'),
        ('accounts', '0007_messages_to_applicants'),
        ('accounts', '0008_tip_off_roles'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        CreateModels([
            migrations.CreateModel(
                name='Unit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.SlugField(max_length=32, unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                    ('full_name', models.CharField(blank=True, max_length=200, verbose_name='full name')),
                    ('kind', models.CharField(choices=[('ADMINISTRATION', 'Administrative department'), ('COURT', 'Court'), ('CUSTOMS', 'Customs office'), ('PARTY_BODY', 'Party body or mass organisation'), ('DISTRICT', 'District or county'), ('ASSOCIATION', 'Association'), ('BANK', 'Bank or financial institution'), ('CREDIT_BUREAU', 'Credit bureau'), ('PLATFORM', 'Platform')], default='ADMINISTRATION', max_length=20, verbose_name='kind')),
                    ('valid_from', models.DateField(default=datetime.date(2017, 6, 13), verbose_name='valid from')),
                    ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                    ('is_city_unit', models.BooleanField(default=True, verbose_name="counts among the city's units concerned (市有关部门)")),
                    ('data_profile', models.CharField(choices=[('FULL', 'Full'), ('MASKED', 'Masked: no document numbers')], default='FULL', max_length=10, verbose_name='data profile')),
                    ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='contact address')),
                    ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                    ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='accounts.unit', verbose_name='successor')),
                ],
                options={
                    'verbose_name': 'unit',
                    'verbose_name_plural': 'units',
                    'ordering': ['code'],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='unit_ends_after_it_begins'),
                        models.CheckConstraint(condition=models.Q(('successor', None), models.Q(('successor', models.F('id')), _negated=True), _connector='OR'), name='unit_does_not_succeed_itself'),
                        models.CheckConstraint(condition=models.Q(('kind__in', ('ADMINISTRATION', 'COURT', 'CUSTOMS', 'PARTY_BODY', 'DISTRICT')), ('data_profile', 'MASKED'), _connector='OR'), name='only_authorities_get_document_numbers', violation_error_message='Units that are no authority get masked data. Choose that data profile.'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='587d4780d95e47adf052e0d7d646bddfc50ba630', operation='DELETE', pgid='pgtrigger_is_never_deleted_7206b', table='accounts_unit', when='BEFORE')),
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_unitevent" ("code", "contact_email", "data_profile", "full_name", "id", "is_city_unit", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "successor_id", "valid_from", "valid_to") SELECT new_values."code", new_values."contact_email", new_values."data_profile", new_values."full_name", new_values."id", new_values."is_city_unit", new_values."kind", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."source", new_values."successor_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='f5b3874c252f801ed16cc284fbe3c20ee2b8b8b1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_8ba9e', referencing='REFERENCING NEW TABLE AS new_values ', table='accounts_unit', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_unitevent" ("code", "contact_email", "data_profile", "full_name", "id", "is_city_unit", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "successor_id", "valid_from", "valid_to") SELECT new_values."code", new_values."contact_email", new_values."data_profile", new_values."full_name", new_values."id", new_values."is_city_unit", new_values."kind", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."source", new_values."successor_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='bb4fcd9e577911418f5f8f3bccead4d9ef07b17d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_9885a', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='accounts_unit', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='UnitEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('code', models.SlugField(db_index=False, max_length=32, verbose_name='code')),
                    ('name', models.CharField(max_length=100, verbose_name='name')),
                    ('full_name', models.CharField(blank=True, max_length=200, verbose_name='full name')),
                    ('kind', models.CharField(choices=[('ADMINISTRATION', 'Administrative department'), ('COURT', 'Court'), ('CUSTOMS', 'Customs office'), ('PARTY_BODY', 'Party body or mass organisation'), ('DISTRICT', 'District or county'), ('ASSOCIATION', 'Association'), ('BANK', 'Bank or financial institution'), ('CREDIT_BUREAU', 'Credit bureau'), ('PLATFORM', 'Platform')], default='ADMINISTRATION', max_length=20, verbose_name='kind')),
                    ('valid_from', models.DateField(default=datetime.date(2017, 6, 13), verbose_name='valid from')),
                    ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                    ('is_city_unit', models.BooleanField(default=True, verbose_name="counts among the city's units concerned (市有关部门)")),
                    ('data_profile', models.CharField(choices=[('FULL', 'Full'), ('MASKED', 'Masked: no document numbers')], default='FULL', max_length=10, verbose_name='data profile')),
                    ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='contact address')),
                    ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.unit')),
                    ('successor', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.unit', verbose_name='successor')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='83f3e89dea885acccb35b158e1d19fdbbc30075d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f5bbe', table='accounts_unitevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                    ('display_name', models.CharField(blank=True, max_length=50, verbose_name='display name')),
                    ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='users', to='accounts.unit', verbose_name='unit')),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ],
                options={
                    'verbose_name': 'user',
                    'verbose_name_plural': 'users',
                    'abstract': False,
                    'swappable': 'AUTH_USER_MODEL',
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='715166a587409398abd6cdf7a8de302ece2df87d', operation='DELETE', pgid='pgtrigger_is_never_deleted_7f273', table='accounts_user', when='BEFORE')),
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_userevent" ("date_joined", "display_name", "email", "first_name", "id", "is_active", "is_staff", "is_superuser", "last_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "username") SELECT new_values."date_joined", new_values."display_name", new_values."email", new_values."first_name", new_values."id", new_values."is_active", new_values."is_staff", new_values."is_superuser", new_values."last_name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."unit_id", new_values."username" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='47e7652eb4f21518f709ab5901119796b2fe4e0d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', referencing='REFERENCING NEW TABLE AS new_values ', table='accounts_user', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_userevent" ("date_joined", "display_name", "email", "first_name", "id", "is_active", "is_staff", "is_superuser", "last_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "username") SELECT new_values."date_joined", new_values."display_name", new_values."email", new_values."first_name", new_values."id", new_values."is_active", new_values."is_staff", new_values."is_superuser", new_values."last_name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."unit_id", new_values."username" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."date_joined" IS DISTINCT FROM (new_values."date_joined") OR old_values."display_name" IS DISTINCT FROM (new_values."display_name") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."first_name" IS DISTINCT FROM (new_values."first_name") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_active" IS DISTINCT FROM (new_values."is_active") OR old_values."is_staff" IS DISTINCT FROM (new_values."is_staff") OR old_values."is_superuser" IS DISTINCT FROM (new_values."is_superuser") OR old_values."last_name" IS DISTINCT FROM (new_values."last_name") OR old_values."unit_id" IS DISTINCT FROM (new_values."unit_id") OR old_values."username" IS DISTINCT FROM (new_values."username")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='6d3e32ab307978cde5e658cbcfda92028837decf', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_0e890', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='accounts_user', when='AFTER')),
                    ],
                },
                managers=[
                    ('objects', django.contrib.auth.models.UserManager()),
                ],
            ),
            migrations.CreateModel(
                name='UserEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                    ('display_name', models.CharField(blank=True, max_length=50, verbose_name='display name')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
                    ('unit', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.unit', verbose_name='unit')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e9498e73f6fbdf2642fb33fa14189f1ad2382c8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45b21', table='accounts_userevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ApiClient',
                fields=[
                    ('client_id', models.CharField(db_index=True, default=oauth2_provider.generators.generate_client_id, max_length=255, unique=True, verbose_name='client ID')),
                    ('redirect_uris', models.TextField(blank=True, help_text='Allowed URIs list, space separated', verbose_name='redirect URIs')),
                    ('post_logout_redirect_uris', models.TextField(blank=True, default='', help_text='Allowed Post Logout URIs list, space separated', verbose_name='post logout redirect URIs')),
                    ('client_type', models.CharField(choices=[('confidential', 'Confidential'), ('public', 'Public')], max_length=32, verbose_name='client type')),
                    ('authorization_grant_type', models.CharField(choices=[('authorization-code', 'Authorization code'), ('urn:ietf:params:oauth:grant-type:device_code', 'Device Code'), ('implicit', 'Implicit'), ('password', 'Resource owner password-based'), ('client-credentials', 'Client credentials'), ('openid-hybrid', 'OpenID connect hybrid')], max_length=44, verbose_name='authorization grant type')),
                    ('client_secret', oauth2_provider.models.ClientSecretField(blank=True, db_index=True, default=oauth2_provider.generators.generate_client_secret, help_text='Client secret for authentication', max_length=255, verbose_name='client secret')),
                    ('hash_client_secret', models.BooleanField(default=True, verbose_name='hash client secret')),
                    ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('skip_authorization', models.BooleanField(default=False, verbose_name='skip authorization')),
                    ('created', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('updated', models.DateTimeField(auto_now=True, verbose_name='updated')),
                    ('algorithm', models.CharField(blank=True, choices=[('', 'No OIDC support'), ('RS256', 'RSA with SHA-2 256'), ('HS256', 'HMAC with SHA-2 256')], default='', max_length=5, verbose_name='algorithm')),
                    ('allowed_origins', models.TextField(blank=True, default='', help_text='Allowed origins list to enable CORS, space separated', verbose_name='allowed origins')),
                    ('registration_source', models.CharField(choices=[('manual', 'Manual'), ('dcr', 'Dynamic Client Registration'), ('cimd', 'Client ID Metadata Document')], default='manual', help_text='How this application was registered (manual, DCR per RFC 7591, or CIMD)', max_length=32, verbose_name='registration source')),
                    ('cimd_expires_at', models.DateTimeField(blank=True, default=None, help_text='When the cached Client ID Metadata Document should be re-fetched', null=True, verbose_name='CIMD expires at')),
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None, verbose_name='scopes')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_clients', to='accounts.unit', verbose_name='unit')),
                ],
                options={
                    'verbose_name': 'API client',
                    'verbose_name_plural': 'API clients',
                    'abstract': False,
                    'swappable': 'OAUTH2_PROVIDER_APPLICATION_MODEL',
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='fb9beda2b649ce9b3c59ba09c84055f5f244dbbf', operation='DELETE', pgid='pgtrigger_is_never_deleted_f8799', table='accounts_apiclient', when='BEFORE')),
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_apiclientevent" ("algorithm", "allowed_origins", "authorization_grant_type", "cimd_expires_at", "client_id", "client_type", "created", "hash_client_secret", "id", "is_active", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_logout_redirect_uris", "redirect_uris", "registration_source", "scopes", "skip_authorization", "unit_id", "updated", "user_id") SELECT new_values."algorithm", new_values."allowed_origins", new_values."authorization_grant_type", new_values."cimd_expires_at", new_values."client_id", new_values."client_type", new_values."created", new_values."hash_client_secret", new_values."id", new_values."is_active", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."post_logout_redirect_uris", new_values."redirect_uris", new_values."registration_source", new_values."scopes", new_values."skip_authorization", new_values."unit_id", new_values."updated", new_values."user_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='104972c8ba5b5ee3a2a0d3681d50683177332844', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_f7d28', referencing='REFERENCING NEW TABLE AS new_values ', table='accounts_apiclient', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_apiclientevent" ("algorithm", "allowed_origins", "authorization_grant_type", "cimd_expires_at", "client_id", "client_type", "created", "hash_client_secret", "id", "is_active", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_logout_redirect_uris", "redirect_uris", "registration_source", "scopes", "skip_authorization", "unit_id", "updated", "user_id") SELECT new_values."algorithm", new_values."allowed_origins", new_values."authorization_grant_type", new_values."cimd_expires_at", new_values."client_id", new_values."client_type", new_values."created", new_values."hash_client_secret", new_values."id", new_values."is_active", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."post_logout_redirect_uris", new_values."redirect_uris", new_values."registration_source", new_values."scopes", new_values."skip_authorization", new_values."unit_id", new_values."updated", new_values."user_id" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."algorithm" IS DISTINCT FROM (new_values."algorithm") OR old_values."allowed_origins" IS DISTINCT FROM (new_values."allowed_origins") OR old_values."authorization_grant_type" IS DISTINCT FROM (new_values."authorization_grant_type") OR old_values."cimd_expires_at" IS DISTINCT FROM (new_values."cimd_expires_at") OR old_values."client_id" IS DISTINCT FROM (new_values."client_id") OR old_values."client_type" IS DISTINCT FROM (new_values."client_type") OR old_values."created" IS DISTINCT FROM (new_values."created") OR old_values."hash_client_secret" IS DISTINCT FROM (new_values."hash_client_secret") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_active" IS DISTINCT FROM (new_values."is_active") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."post_logout_redirect_uris" IS DISTINCT FROM (new_values."post_logout_redirect_uris") OR old_values."redirect_uris" IS DISTINCT FROM (new_values."redirect_uris") OR old_values."registration_source" IS DISTINCT FROM (new_values."registration_source") OR old_values."scopes" IS DISTINCT FROM (new_values."scopes") OR old_values."skip_authorization" IS DISTINCT FROM (new_values."skip_authorization") OR old_values."unit_id" IS DISTINCT FROM (new_values."unit_id") OR old_values."updated" IS DISTINCT FROM (new_values."updated") OR old_values."user_id" IS DISTINCT FROM (new_values."user_id")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='d68396e6b0b0e4a22f997518d6fdfe5000a2285f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_7a817', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='accounts_apiclient', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ApiClientEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('client_id', models.CharField(default=oauth2_provider.generators.generate_client_id, max_length=255, verbose_name='client ID')),
                    ('redirect_uris', models.TextField(blank=True, help_text='Allowed URIs list, space separated', verbose_name='redirect URIs')),
                    ('post_logout_redirect_uris', models.TextField(blank=True, default='', help_text='Allowed Post Logout URIs list, space separated', verbose_name='post logout redirect URIs')),
                    ('client_type', models.CharField(choices=[('confidential', 'Confidential'), ('public', 'Public')], max_length=32, verbose_name='client type')),
                    ('authorization_grant_type', models.CharField(choices=[('authorization-code', 'Authorization code'), ('urn:ietf:params:oauth:grant-type:device_code', 'Device Code'), ('implicit', 'Implicit'), ('password', 'Resource owner password-based'), ('client-credentials', 'Client credentials'), ('openid-hybrid', 'OpenID connect hybrid')], max_length=44, verbose_name='authorization grant type')),
                    ('hash_client_secret', models.BooleanField(default=True, verbose_name='hash client secret')),
                    ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('skip_authorization', models.BooleanField(default=False, verbose_name='skip authorization')),
                    ('created', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('updated', models.DateTimeField(auto_now=True, verbose_name='updated')),
                    ('algorithm', models.CharField(blank=True, choices=[('', 'No OIDC support'), ('RS256', 'RSA with SHA-2 256'), ('HS256', 'HMAC with SHA-2 256')], default='', max_length=5, verbose_name='algorithm')),
                    ('allowed_origins', models.TextField(blank=True, default='', help_text='Allowed origins list to enable CORS, space separated', verbose_name='allowed origins')),
                    ('registration_source', models.CharField(choices=[('manual', 'Manual'), ('dcr', 'Dynamic Client Registration'), ('cimd', 'Client ID Metadata Document')], default='manual', help_text='How this application was registered (manual, DCR per RFC 7591, or CIMD)', max_length=32, verbose_name='registration source')),
                    ('cimd_expires_at', models.DateTimeField(blank=True, default=None, help_text='When the cached Client ID Metadata Document should be re-fetched', null=True, verbose_name='CIMD expires at')),
                    ('id', models.BigIntegerField()),
                    ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None, verbose_name='scopes')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                    ('user', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('unit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.unit', verbose_name='unit')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='995f810375ecf16eb149f90a7da1f4296d5d99da', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ffdc7', table='accounts_apiclientevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RoleGrant',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(choices=[('CLERK', 'Clerk'), ('REVIEWER', 'Reviewer'), ('COORDINATOR', 'Coordinator'), ('TIP_OFF_OFFICER', 'Tip-off officer'), ('TIP_OFF_SUPERVISOR', 'Tip-off supervisor'), ('SYSTEM_ADMIN', 'System administrator'), ('SECURITY_ADMIN', 'Security administrator'), ('AUDIT_ADMIN', 'Audit administrator')], max_length=20, verbose_name='role')),
                    ('granted_at', models.DateTimeField(auto_now_add=True, verbose_name='granted at')),
                    ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='granted by')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='role_grants', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ],
                options={
                    'verbose_name': 'role',
                    'verbose_name_plural': 'roles',
                    'ordering': ['user', 'role'],
                    'constraints': [
                        models.UniqueConstraint(fields=('user', 'role'), name='role_is_held_once'),
                        models.UniqueConstraint(condition=models.Q(('role__in', ('SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDIT_ADMIN'))), fields=('user',), name='nobody_holds_two_administrator_roles'),
                        models.CheckConstraint(condition=models.Q(('granted_by', None), models.Q(('granted_by', models.F('user')), _negated=True), _connector='OR'), name='nobody_grants_himself_a_role'),
                    ],
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_rolegrantevent" ("granted_at", "granted_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") SELECT new_values."granted_at", new_values."granted_by_id", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."role", new_values."user_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='026c2dabe657e33ea29143f7cf79fa5fedbca31e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_77ca7', referencing='REFERENCING NEW TABLE AS new_values ', table='accounts_rolegrant', when='AFTER')),
                        pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_rolegrantevent" ("granted_at", "granted_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") SELECT new_values."granted_at", new_values."granted_by_id", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."role", new_values."user_id" FROM ( SELECT new_values.* FROM old_values FULL JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='77ce0cc622215797a9ca80ea0cf4557df986a161', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_f0e9e', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='accounts_rolegrant', when='AFTER')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RoleGrantEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('role', models.CharField(choices=[('CLERK', 'Clerk'), ('REVIEWER', 'Reviewer'), ('COORDINATOR', 'Coordinator'), ('TIP_OFF_OFFICER', 'Tip-off officer'), ('TIP_OFF_SUPERVISOR', 'Tip-off supervisor'), ('SYSTEM_ADMIN', 'System administrator'), ('SECURITY_ADMIN', 'Security administrator'), ('AUDIT_ADMIN', 'Audit administrator')], max_length=20, verbose_name='role')),
                    ('granted_at', models.DateTimeField(auto_now_add=True, verbose_name='granted at')),
                    ('granted_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='granted by')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.rolegrant')),
                    ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ],
                options={
                    'abstract': False,
                    'triggers': [
                        pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e90105cc081df41513a450b44da6f9c22d10503', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0af7e', table='accounts_rolegrantevent', when='BEFORE')),
                    ],
                },
            ),
            migrations.CreateModel(
                name='IdempotentCall',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('path', models.CharField(max_length=200)),
                    ('key', models.CharField(max_length=200)),
                    ('body_hash', models.CharField(max_length=64)),
                    ('status', models.PositiveSmallIntegerField(null=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL)),
                    ('sealed_answer', models.TextField(db_default='')),
                ],
                options={
                    'constraints': [
                        models.UniqueConstraint(fields=('client', 'path', 'key'), name='idempotency_key_is_used_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ApplicantMessage',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case_number', models.CharField(max_length=20, verbose_name='receipt number of the case')),
                    ('text', models.CharField(max_length=300, verbose_name='text')),
                    ('sealed_contact', models.TextField(blank=True, verbose_name='contact (sealed)')),
                    ('state', models.CharField(choices=[('WAITING', 'To be sent'), ('SENT', 'Sent'), ('NO_WAY', 'Not sent: only a person reaches this contact'), ('GIVEN_UP', 'Not sent: given up')], default='WAITING', max_length=10, verbose_name='state')),
                    ('channel', models.CharField(blank=True, max_length=20, verbose_name='way')),
                    ('made_at', models.DateTimeField(verbose_name='made at')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                    ('next_try_at', models.DateTimeField(verbose_name='next try at')),
                    ('ended_at', models.DateTimeField(null=True, verbose_name='sent or given up at')),
                ],
                options={
                    'verbose_name': 'message to an applicant',
                    'verbose_name_plural': 'messages to applicants',
                    'ordering': ['id'],
                    'indexes': [
                        models.Index(fields=['case_number', 'id'], name='message_by_case'),
                        models.Index(condition=models.Q(('state', 'WAITING')), fields=['next_try_at'], name='message_waiting'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'WAITING'), models.Q(('sealed_contact', ''), _negated=True)), models.Q(models.Q(('state', 'WAITING'), _negated=True), ('ended_at__isnull', False), ('sealed_contact', '')), _connector='OR'), name='message_that_ended_keeps_no_contact'),
                    ],
                },
            ),
        ]),
    ]
