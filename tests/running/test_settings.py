"""A missing or bad environment variable stops the start with its name and what is expected."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from jinan_credit.settings import environment
from tests.conftest import ROOT

KEYS = {
    "current": "k1",
    "keys": {"k1": {"provider": "SM4", "key": "AAAAAAAAAAAAAAAAAAAAAA=="}},
    "index": {"provider": "SM3", "key": "AAAAAAAAAAAAAAAAAAAAAA=="},
}


@pytest.fixture
def good(monkeypatch, tmp_path):
    """An environment that is complete and right."""
    keys = tmp_path / "field_keys.json"
    keys.write_text(json.dumps(KEYS))
    values = {
        "DATABASE_URL": "postgres://someone:secret@127.0.0.1:5432/somewhere",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "SECRET_KEY": "s" * 50,
        "FIELD_KEYS_FILE": str(keys),
        "ALLOWED_HOSTS": "credit.example.cn, www.credit.example.cn",
        "PUSH_ALLOWED_NETWORKS": "10.1.0.0/16",
        "MEDIA_ROOT": str(tmp_path),
        "LOG_LEVEL": "warning",
        "PORT": "8000",
        "EMAIL_URL": "submission://someone:p%40ss@mail.example.cn",
        "EMAIL_FROM": "credit@example.cn",
        "API_CALLS_PER_MINUTE": "6000",
        "UPLOAD_MB_PER_CASE": "7",
        "SMS_GATEWAY_URL": "https://sms.example.cn/send",
        "SMS_GATEWAY_KEY_FILE": str(tmp_path / "sms_key"),
    }
    (tmp_path / "sms_key").write_text("gateway-key\n")
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    for name in ("SECRET_KEY_FILE", "DATABASE_OWNER_URL", "SEALS_FOLDER", "SEAL_KEY_FILE", "SEAL_HASH"):
        monkeypatch.delenv(name, raising=False)
    return values


def test_a_good_environment_is_read(good):
    read = environment.read()

    assert read.database["NAME"] == "somewhere"
    assert read.allowed_hosts == ["credit.example.cn", "www.credit.example.cn"]
    assert read.log_level == "WARNING"
    assert read.mail_from == "credit@example.cn"
    assert (read.sms_gateway_url, read.sms_gateway_key) == ("https://sms.example.cn/send", "gateway-key")
    assert (read.upload_bytes_per_address, read.upload_bytes_per_case) == (200 * 2**20, 7 * 2**20)
    assert {read.mail[f"EMAIL_{name}"] for name in ("HOST", "PORT", "HOST_PASSWORD", "USE_TLS")} == {
        "mail.example.cn",
        587,
        "p@ss",
        True,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "redis://:p%40ss@redis"),
        ("REDIS_URL", "rediss://user:p@[::1]:6380/15?ssl_cert_reqs=required"),
        ("DATABASE_URL", "postgres://someone:p%40ss@%2Frun%2Fpostgresql/somewhere"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", ".example.cn, 10.1.0.5, [::1], localhost"),
    ],
)
def test_what_is_unusual_but_right_is_taken(good, monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    environment.read()


def test_a_folder_of_files_that_is_not_there_yet_is_not_made_at_the_start(good, monkeypatch, tmp_path):
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "one" / "below"))
    before = set(tmp_path.iterdir())

    assert environment.read().media_root == tmp_path / "one" / "below"
    assert set(tmp_path.iterdir()) == before
    monkeypatch.setenv("MEDIA_ROOT", " ")
    assert environment.read().media_root == ROOT / "media"


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_what_is_said_of_a_bad_address_does_not_hold_its_password(good, monkeypatch, name):
    scheme = good[name].split(":")[0]
    monkeypatch.setenv(name, f"{scheme}://someone:hushhush@somewhere:port/0")

    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        environment.read()
    assert "hushhush" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_there_is_no_replica_and_no_pooler_until_one_is_named(good):
    read = environment.read()

    assert (read.replica, read.is_pooled) == ({}, False)


def test_a_replica_and_a_pooler_are_read(good, monkeypatch):
    monkeypatch.setenv("DATABASE_REPLICA_URL", "postgres://someone:secret@replica:5432/somewhere")
    monkeypatch.setenv("DATABASE_POOLED", "True")
    read = environment.read()

    assert (read.replica["HOST"], read.is_pooled) == ("replica", True)


def test_the_address_of_the_staff_is_known_when_it_is_given(good, monkeypatch):
    """Public pages send nobody to an address that was only guessed."""
    monkeypatch.delenv("SITE_ADDRESS", raising=False)
    read = environment.read()

    assert (read.site_address, read.staff_address) == ("https://credit.example.cn", None)
    monkeypatch.setenv("SITE_ADDRESS", "https://credit.example.cn:9443/")
    read = environment.read()
    assert read.site_address == read.staff_address == "https://credit.example.cn:9443"


def test_without_a_mail_server_nothing_is_asked_for(good, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "")
    monkeypatch.delenv("EMAIL_FROM")

    assert environment.read().mail == {}


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "FIELD_KEYS_FILE"])
def test_a_missing_variable_is_named(good, monkeypatch, name):
    monkeypatch.delenv(name)

    with pytest.raises(ImproperlyConfigured, match=rf"{name} is not set\. Expected: "):
        environment.read()


def test_a_secret_key_may_stand_in_a_file(good, monkeypatch, tmp_path):
    (tmp_path / "key").write_text("f" * 60 + "\n")
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))

    assert environment.read().secret_key == "f" * 60


def test_without_an_owner_one_role_does_all(good):
    read = environment.read()

    assert read.database["USER"] == "someone"
    assert read.database_role == {}


def test_who_knows_the_owner_works_as_the_owner_and_knows_whom_to_grant(good, monkeypatch):
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://owner:other@127.0.0.1:5432/somewhere")
    read = environment.read()

    assert read.database["USER"] == "owner"
    assert read.database_role == {"name": "someone", "password": "secret"}


def test_what_seals_is_read(good, monkeypatch, tmp_path):
    assert environment.read().seals_folder is None
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----")
    monkeypatch.setenv("SEALS_FOLDER", str(tmp_path / "seals"))
    monkeypatch.setenv("SEAL_KEY_FILE", str(tmp_path / "key.pem"))
    monkeypatch.setenv("SEAL_HASH", "sha256")
    read = environment.read()

    assert (read.seals_folder, read.seal_hash) == (tmp_path / "seals", "SHA256")
    assert read.seal_key.startswith("-----BEGIN")
    (tmp_path / "key.pem").write_text("no key")
    with pytest.raises(ImproperlyConfigured, match="SEAL_KEY_FILE holds no key"):
        environment.read()


def test_a_secret_key_is_needed(good, monkeypatch):
    monkeypatch.delenv("SECRET_KEY")

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE is not set"):
        environment.read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://someone@somewhere/else"),
        ("DATABASE_OWNER_URL", "mysql://someone@somewhere/else"),
        ("DATABASE_OWNER_URL", "postgres://owner:secret@127.0.0.1:5432/elsewhere"),
        ("DATABASE_URL", "postgres://somewhere"),
        ("DATABASE_URL", "postgres://somewhere:port/name"),
        ("DATABASE_OWNER_URL", "postgres://somewhere/"),
        ("DATABASE_REPLICA_URL", "postgres://replica"),
        ("DATABASE_REPLICA_URL", "postgres://replica:port/name"),
        ("REDIS_URL", "somewhere"),
        ("REDIS_URL", "http://somewhere"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://somewhere:port/0"),
        ("REDIS_URL", "redis://somewhere:0/0"),
        ("REDIS_URL", "redis://somewhere:6379/first"),
        ("REDIS_URL", "redis://[::1/0"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("ALLOWED_HOSTS", "https://credit.example.cn/"),
        ("ALLOWED_HOSTS", "credit.example.cn www.credit.example.cn"),
        ("ALLOWED_HOSTS", "credit.example.cn:8000"),
        ("MEDIA_ROOT", "/etc/passwd"),
        ("MEDIA_ROOT", "/etc/passwd/media"),
        ("MEDIA_ROOT", "/proc/none"),
        ("MEDIA_ROOT", "/proc/none/at/all"),
        ("SEAL_KEY_FILE", "/nowhere/at/all"),
        ("SEAL_HASH", "MD5"),
        ("SECRET_KEY", "too short"),
        ("FIELD_KEYS_FILE", "/nowhere/at/all"),
        ("PUSH_ALLOWED_NETWORKS", "10.0.0.0/99"),
        ("LOG_LEVEL", "LOUD"),
        ("PORT", "70000"),
        ("PORT", "eight"),
        ("PORT", "²"),
        ("EMAIL_URL", "https://mail.example.cn"),
        ("EMAIL_URL", "smtp://mail.example.cn:many"),
        ("EMAIL_FROM", "nobody"),
        ("SMS_GATEWAY_URL", "http://sms.example.cn/send"),
        ("DATABASE_REPLICA_URL", "http://replica.example.cn/"),
        ("DATABASE_POOLED", "perhaps"),
        ("SMS_GATEWAY_KEY_FILE", "/nowhere/at/all"),
        ("API_CALLS_PER_MINUTE", "many"),
        ("UPLOAD_MB_PER_ADDRESS", "0"),
        ("UPLOAD_MB_PER_CASE", "sixty"),
    ],
)
def test_a_bad_variable_is_named(good, monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=rf"{name}.*Expected: "):
        environment.read()


@pytest.mark.parametrize(
    "keys",
    [
        "not JSON",
        "{}",
        json.dumps({**KEYS, "current": "k2"}),
        json.dumps({**KEYS, "index": {"provider": "SM3", "key": "not base64!"}}),
    ],
)
def test_bad_field_keys_are_refused(good, keys):
    with open(good["FIELD_KEYS_FILE"], "w") as file:
        file.write(keys)

    with pytest.raises(ImproperlyConfigured, match=r"FIELD_KEYS_FILE cannot be used.*Expected: "):
        environment.read()


def test_the_start_itself_is_stopped(good):
    """Seen from outside: the exit code is not 0, and the variable's name is in what is printed."""
    done = _manage("check", {**good, "DATABASE_URL": ""})

    assert done.returncode != 0
    assert "DATABASE_URL is not set. Expected: an address such as postgres://" in done.stderr


def test_production_settings_are_clean(good):
    done = _manage("check", {**good, "SECRET_KEY": "0aZ9-" * 12}, "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stdout + done.stderr


def test_production_does_not_start_without_the_names_of_its_hosts(good):
    done = _manage("check", {**good, "ALLOWED_HOSTS": " "})

    assert done.returncode != 0
    assert "ALLOWED_HOSTS is not set. Expected: host names" in done.stderr


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.fixture
def replacing(db):
    """Those of the database's migrations that replace others, as if only the others had been applied."""
    known = MigrationLoader(connection).disk_migrations
    found = [(key, migration.replaces) for key, migration in known.items() if migration.replaces]
    for (app, name), _ in found:
        MigrationRecorder.Migration.objects.filter(app=app, name=name).delete()
    return found


def test_a_database_that_has_all_that_was_replaced_has_nothing_to_do(replacing):
    call_command("check", databases=["default"])
    call_command("migrate", plan=True, stdout=(plan := io.StringIO()))
    call_command("migrate", verbosity=0)

    assert "No planned migration operations." in plan.getvalue()
    assert {key for key, _ in replacing} <= set(MigrationRecorder(connection).applied_migrations())


def test_a_database_that_has_a_part_of_it_is_refused(replacing):
    _, replaced = replacing[-1]
    app, last = replaced[-1]
    MigrationRecorder.Migration.objects.filter(app=app, name=last).delete()

    with pytest.raises(SystemCheckError, match=f"lacks {app} {last}"):
        call_command("check", databases=["default"])


def test_the_description_of_the_api_is_valid(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))

    assert "/api/v1/" in (tmp_path / "schema.yaml").read_text()


def _manage(command, environ, *arguments):
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", command, *arguments],
        cwd=ROOT,
        env={**inherited, **environ, "DJANGO_SETTINGS_MODULE": "jinan_credit.settings.production"},
        capture_output=True,
        text=True,
    )


def test_a_workstation_finds_what_bin_up_started(good, monkeypatch, tmp_path):
    """The shell wins; with a database of its own it has no part in the owner of the other one."""
    file = tmp_path / "env"
    file.write_text(
        "DATABASE_URL='postgres://programs:a@127.0.0.1:1/jc'\nDATABASE_OWNER_URL='postgres://owner:b@127.0.0.1:1/jc'\n"
        "REDIS_URL='redis://127.0.0.1:2/0'\n"
    )
    monkeypatch.setattr(environment, "LOCAL_ENVIRONMENT", file)
    monkeypatch.setattr(environment, "_env", type(environment._env)())
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    environment.load_local_file()

    read = environment.read()
    assert (read.database["USER"], read.database_role["name"]) == ("owner", "programs")
    assert read.redis_url == good["REDIS_URL"], "the shell wins"

    monkeypatch.setattr(environment, "_env", type(environment._env)())
    monkeypatch.setenv("DATABASE_URL", "postgres://someone:secret@127.0.0.1:5432/elsewhere")
    environment.load_local_file()
    read = environment.read()
    assert (read.database["USER"], read.database_role) == ("someone", {})
