"""The one place where environment variables are read. `docs/settings.md` lists them all.

A missing or malformed variable stops the start with its name and what is expected.
"""

import base64
import ipaddress
import json
import os
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

ROOT = Path(__file__).resolve().parents[2]
LOCAL_ENVIRONMENT = ROOT / ".local" / "env"

_env = Env()
_ADDRESS = "an address such as postgres://user:password@host:5432/name"
_HOST = re.compile(r"\*|\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)


@dataclass(frozen=True)
class Environment:
    database: dict[str, Any]
    replica: dict[str, Any]
    is_pooled: bool
    database_role: dict[str, str]
    redis_url: str
    secret_key: str
    field_keys: dict[str, Any]
    allowed_hosts: list[str]
    push_allowed_networks: list[str]
    media_root: Path
    seals_folder: Path | None
    seal_key: str
    seal_hash: str
    log_level: str
    port: int
    mail: dict[str, Any]
    mail_from: str
    sms_gateway_url: str
    sms_gateway_key: str
    site: dict[str, str]
    site_address: str
    staff_address: str | None
    api_calls_per_minute: int
    upload_bytes_per_address: int
    upload_bytes_per_case: int
    second_factor_roles: list[str] | None
    session_idle_minutes: int
    session_hours: int
    reauthentication_minutes: int
    password_rules: str
    single_sign_on: dict[str, str]


def load_local_file() -> None:
    """Let `manage.py` on a workstation find the services that `bin/up` started; real variables win.

    What it says belongs together: whoever is given another database reads nothing of it.
    """
    if LOCAL_ENVIRONMENT.exists() and not os.environ.get("DATABASE_URL"):
        _env.read_env(str(LOCAL_ENVIRONMENT), override=False)


@cache
def given() -> Environment:
    """What this process was started with."""
    return read()


def read() -> Environment:
    return Environment(
        database=_database(),
        replica=_replica(),
        is_pooled=_is_pooled(),
        database_role=_database_role(),
        redis_url=_redis(),
        secret_key=_secret_key(),
        field_keys=_field_keys(),
        allowed_hosts=_hosts(),
        push_allowed_networks=_networks(),
        media_root=_media_root(),
        seals_folder=_seals_folder(),
        seal_key=_seal_key(),
        seal_hash=_seal_hash(),
        log_level=_log_level(),
        port=_port(),
        mail=_mail(),
        mail_from=_mail_from(),
        sms_gateway_url=_sms_gateway_url(),
        sms_gateway_key=_sms_gateway_key(),
        site=_site(),
        site_address=_site_address(),
        staff_address=_staff_address() or None,
        api_calls_per_minute=_number("API_CALLS_PER_MINUTE", _env.str("API_CALLS_PER_MINUTE", "60000"), 10_000_000),
        upload_bytes_per_address=_megabytes("UPLOAD_MB_PER_ADDRESS", _env.str("UPLOAD_MB_PER_ADDRESS", "200")),
        upload_bytes_per_case=_megabytes("UPLOAD_MB_PER_CASE", _env.str("UPLOAD_MB_PER_CASE", "60")),
        second_factor_roles=_second_factor_roles(),
        session_idle_minutes=_number("SESSION_IDLE_MINUTES", _env.str("SESSION_IDLE_MINUTES", "30"), 24 * 60),
        session_hours=_number("SESSION_HOURS", _env.str("SESSION_HOURS", "12"), 24 * 7),
        reauthentication_minutes=_number(
            "REAUTHENTICATION_MINUTES", _env.str("REAUTHENTICATION_MINUTES", "15"), 24 * 60
        ),
        password_rules=_password_rules(),
        single_sign_on=_single_sign_on(),
    )


def _required(name: str, expected: str) -> str:
    value = _env.str(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Expected: {expected}.")
    return value


def _database() -> dict[str, Any]:
    """A process that knows the owner's address works as the owner; the others as the role of the programs."""
    of_programs = _address(_required("DATABASE_URL", _ADDRESS), "DATABASE_URL")
    return _owner() or of_programs


def _database_role() -> dict[str, str]:
    """To whom the owner grants the programs' rights: the user of DATABASE_URL. Empty where one role does all."""
    programs, owner = _address(_required("DATABASE_URL", _ADDRESS), "DATABASE_URL"), _owner()
    if not owner:
        return {}
    if any(programs.get(part) != owner.get(part) for part in ("HOST", "PORT", "NAME")):
        raise ImproperlyConfigured("DATABASE_OWNER_URL names another database. Expected: that of DATABASE_URL.")
    if programs["USER"] == owner["USER"]:
        return {}
    return {"name": programs["USER"], "password": programs["PASSWORD"]}


def _owner() -> dict[str, Any]:
    url = _env.str("DATABASE_OWNER_URL", "").strip()
    return _address(url, "DATABASE_OWNER_URL") if url else {}


def _address(url: str, name: str, expected: str = _ADDRESS) -> dict[str, Any]:
    if not url.startswith(("postgres://", "postgresql://", "pgsql://")):
        raise ImproperlyConfigured(f"{name} is not a PostgreSQL address. Expected: {expected}.")
    try:
        read = dict(_env.dj_db_url(name))
    except ValueError:  # not passed on: it repeats the address with its password
        raise ImproperlyConfigured(f"{name} cannot be read. Expected: {expected}.") from None
    if not read["NAME"]:
        raise ImproperlyConfigured(f"{name} names no database. Expected: {expected}.")
    return read


def _replica() -> dict[str, Any]:
    """Empty where there is none."""
    url = _env.str("DATABASE_REPLICA_URL", "").strip()
    expected = "the address of a streaming replica, such as postgres://user:password@host:5432/name"
    return _address(url, "DATABASE_REPLICA_URL", expected) if url else {}


def _redis() -> str:
    expected = "an address such as redis://:password@127.0.0.1:6379/0, or rediss:// for one with TLS"
    url = _required("REDIS_URL", expected)
    try:
        read = urlsplit(url)
        is_usable = read.scheme in ("redis", "rediss") and bool(read.hostname) and (read.port is None or read.port > 0)
    except ValueError:  # not passed on: it repeats the address with its password
        is_usable = False
    if not is_usable:
        raise ImproperlyConfigured(f"REDIS_URL is not the address of a Redis. Expected: {expected}.")
    if not re.fullmatch(r"/?|/[0-9]+", read.path):
        raise ImproperlyConfigured(f"REDIS_URL names its database by no number. Expected: {expected}.")
    return url


def _is_pooled() -> bool:
    said = _env.str("DATABASE_POOLED", "false").strip().lower()
    if said not in ("true", "false"):
        raise ImproperlyConfigured(
            f"DATABASE_POOLED is {said!r}. "
            "Expected: true where DATABASE_URL leads to a pooler that hands out connections by transaction, else false."
        )
    return said == "true"


def _secret_key() -> str:
    expected = "at least 50 random characters, in SECRET_KEY or in the file that SECRET_KEY_FILE names"
    key = _env.str("SECRET_KEY", "") or _file("SECRET_KEY_FILE", expected)
    if len(key.strip()) < 50:
        raise ImproperlyConfigured(f"SECRET_KEY is too short. Expected: {expected}.")
    return key.strip()


def _field_keys() -> dict[str, Any]:
    expected = (
        'a JSON file {"current": "k1", "keys": {"k1": {"provider": "SM4" or "AES", "key": base64}}, '
        '"index": {"provider": "SM3" or "SHA256", "key": base64}}'
    )
    try:
        keys = json.loads(_file("FIELD_KEYS_FILE", expected))
        for spec in [*keys["keys"].values(), keys["index"]]:
            base64.b64decode(spec["key"], validate=True)
        keys["keys"][keys["current"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"FIELD_KEYS_FILE cannot be used ({error!r}). Expected: {expected}.") from error
    return dict(keys)


def _file(name: str, expected: str) -> str:
    path = Path(_required(name, expected))
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} names a file that cannot be read ({error.strerror}): {path}. Expected: {expected}."
        ) from error


def required_hosts() -> list[str]:
    """A site answers to its own names only: without one it would answer nobody."""
    _required("ALLOWED_HOSTS", "host names, separated by commas")
    return _hosts()


def _hosts() -> list[str]:
    hosts = [host.strip() for host in _env.str("ALLOWED_HOSTS", "").split(",") if host.strip()]
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"ALLOWED_HOSTS holds {host!r}. Expected: host names without scheme, port or path, "
                "such as credit.example.cn, separated by commas."
            )
    return hosts


def _media_root() -> Path:
    """Not made here: that is for the first file. Where none is named it is beside the program."""
    given = _env.str("MEDIA_ROOT", "").strip()
    if not given:
        return ROOT / "media"
    expected = "a folder that this program may write to or can make, such as /var/lib/jinan-credit/media"
    try:
        problem = _hindrance_of_writing(Path(given))
    except OSError as error:
        problem = f"cannot be used ({error.strerror})"
    if problem:
        raise ImproperlyConfigured(f"MEDIA_ROOT is {given!r}: it {problem}. Expected: {expected}.")
    return Path(given)


def _hindrance_of_writing(folder: Path) -> str:
    """Empty where there is none. Some file systems (/proc) take no file whatever their rights say: that is tried."""
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not nearest.is_dir():
        return "is not a folder" if nearest == folder else f"cannot be made, {nearest} is not a folder"
    if not os.access(nearest, os.W_OK | os.X_OK):
        return "cannot be written to" if nearest == folder else f"cannot be made, {nearest} cannot be written to"
    if nearest != folder:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    return ""


def _networks() -> list[str]:
    networks = [part.strip() for part in _env.str("PUSH_ALLOWED_NETWORKS", "").split(",") if part.strip()]
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"PUSH_ALLOWED_NETWORKS: {error}. Expected: CIDR networks such as 10.1.0.0/16, separated by commas."
            ) from error
    return networks


def _seals_folder() -> Path | None:
    folder = _env.str("SEALS_FOLDER", "").strip()
    return Path(folder) if folder else None


def _seal_key() -> str:
    """Only the program that seals is given it."""
    if not _env.str("SEAL_KEY_FILE", "").strip():
        return ""
    expected = "a PEM file: an Ed25519 private key, or public keys, or one private key and older public ones"
    text = _file("SEAL_KEY_FILE", expected)
    if "-----BEGIN P" not in text:
        raise ImproperlyConfigured(f"SEAL_KEY_FILE holds no key. Expected: {expected}.")
    return text


def _seal_hash() -> str:
    provider = _env.str("SEAL_HASH", "SM3").upper()
    if provider not in ("SM3", "SHA256"):
        raise ImproperlyConfigured(f"SEAL_HASH is {provider!r}. Expected: SM3 or SHA256.")
    return provider


def _log_level() -> str:
    level = _env.str("LOG_LEVEL", "INFO").upper()
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    if level not in levels:
        raise ImproperlyConfigured(f"LOG_LEVEL is {level!r}. Expected: one of {', '.join(levels)}.")
    return level


def _port() -> int:
    raw = _env.str("PORT", "8000")
    if not (raw.isascii() and raw.isdigit() and 0 < int(raw) < 65536):
        raise ImproperlyConfigured(f"PORT is {raw!r}. Expected: a number from 1 to 65535.")
    return int(raw)


def _megabytes(name: str, raw: str) -> int:
    if not (raw.isascii() and raw.isdigit() and 0 < int(raw) <= 100_000):
        raise ImproperlyConfigured(f"{name} is {raw!r}. Expected: a number of megabytes from 1 to 100000.")
    return int(raw) * 1024 * 1024


def _number(name: str, raw: str, most: int) -> int:
    if not (raw.isascii() and raw.isdigit() and 0 < int(raw) <= most):
        raise ImproperlyConfigured(f"{name} is {raw!r}. Expected: a number from 1 to {most}.")
    return int(raw)


def _second_factor_roles() -> list[str] | None:
    """None where nothing is said. A check at the start knows the names of the roles."""
    raw = _env.str("SECOND_FACTOR_ROLES", "").strip()
    if raw == "NOBODY":
        return []
    return [role.strip() for role in raw.split(",") if role.strip()] or None


def _password_rules() -> str:
    rules = _env.str("PASSWORD_RULES", "asvs").strip().lower() or "asvs"
    if rules not in ("asvs", "djbh"):
        raise ImproperlyConfigured(f"PASSWORD_RULES is {rules!r}. Expected: asvs or djbh.")
    return rules


def _single_sign_on() -> dict[str, str]:
    """Empty where the city has none."""
    issuer = _env.str("OIDC_ISSUER", "").strip().rstrip("/")
    if not issuer:
        return {}
    if not issuer.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise ImproperlyConfigured("OIDC_ISSUER is not usable. Expected: an https address, or one of this machine.")
    return {
        "issuer": issuer,
        "client_id": _required("OIDC_CLIENT_ID", "the name under which the single sign-on knows this site"),
        "client_secret": _file("OIDC_CLIENT_SECRET_FILE", "a file that holds the secret of this site there").strip(),
    }


def _mail() -> dict[str, Any]:
    """Django's EMAIL_… settings; empty where there is no mail server."""
    expected = "an address such as submission://user:password@mail.example.cn:587, or smtp:// for one without TLS"
    url = _env.str("EMAIL_URL", "").strip()
    if not url:
        return {}
    if not url.startswith(("smtp://", "submission://")):
        raise ImproperlyConfigured(f"EMAIL_URL is not a mail server's address. Expected: {expected}.")
    try:
        return dict(_env.dj_email_url("EMAIL_URL"))
    except ValueError as error:
        raise ImproperlyConfigured(f"EMAIL_URL cannot be read. Expected: {expected}.") from error


def _mail_from() -> str:
    sender = _env.str("EMAIL_FROM", "").strip()
    if _env.str("EMAIL_URL", "").strip() and "@" not in sender:
        raise ImproperlyConfigured("EMAIL_FROM is not set. Expected: the sender of mails, credit@jinan.example.cn.")
    return sender


def _sms_gateway_url() -> str:
    url = _env.str("SMS_GATEWAY_URL", "").strip()
    if url and not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise ImproperlyConfigured("SMS_GATEWAY_URL is not usable. Expected: an https address, or one of this machine.")
    return url


def _sms_gateway_key() -> str:
    if not _env.str("SMS_GATEWAY_URL", "").strip():
        return ""
    return _file("SMS_GATEWAY_KEY_FILE", "a file that holds the gateway's key").strip()


def _site() -> dict[str, str]:
    """What the foot of the public site says of whoever runs it. Empty: that it is given at registration."""
    return {
        "sponsor": _env.str("SITE_SPONSOR", "").strip(),
        "contact": _env.str("SITE_CONTACT", "").strip(),
        "code": _env.str("SITE_CODE", "").strip(),
        "icp_number": _env.str("SITE_ICP_NUMBER", "").strip(),
        "police_number": _env.str("SITE_POLICE_NUMBER", "").strip(),
    }


def _staff_address() -> str:
    """Without a slash at the end; empty where nothing is said."""
    address = _env.str("SITE_ADDRESS", "").strip().rstrip("/")
    if address and not re.fullmatch(r"https?://[^/\s]+", address):
        raise ImproperlyConfigured(
            "SITE_ADDRESS is not usable. Expected: an address such as https://credit.example.cn:9443."
        )
    return address


def _site_address() -> str:
    """Where none is given: https at the first host of the site, else this machine."""
    host = next((host for host in _hosts() if host[0] not in "*."), "")
    return _staff_address() or (f"https://{host}" if host else f"http://127.0.0.1:{_port()}")
