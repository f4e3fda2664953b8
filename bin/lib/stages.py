"""`bin/test`: lint, types, floors, templates, messages, migrations, then all tests. Arguments: only those tests.

`bin/test fast`: the same, then the tests that the change asks for, but those with a browser or processes of their own.
Migrations that were checked before are not checked again.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass

import house as houses
import installing
import migrated
import services
import touched
from house import House
from places import PYTHON, ROOT, remove, throw_away
from processes import Stopped
from words import Trouble, complain, say

FAST = "fast"
QUICK = "not e2e and not integration and not slow"
BOTH_CORES = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
MIGRATED = "MIGRATED_DATABASE"
"""Tells the tests which database is migrated and used by nobody: theirs are copies of it."""


@dataclass(frozen=True)
class Stage:
    name: str
    command: tuple[str, ...]


MIGRATE = (str(PYTHON), "manage.py", "migrate", "--verbosity", "0")


def of_the_code() -> list[Stage]:
    return [
        Stage("dependencies", _module("uv", "pip", "check", "--quiet")),
        Stage("ruff check", _module("ruff", "check", "--quiet", ".")),
        Stage("ruff format", _module("ruff", "format", "--check", ".")),
        Stage("mypy", _module("mypy")),
        Stage("mypy bin", _module("mypy", "--config-file", "bin/lib/mypy.ini", "bin/lib")),
        Stage("import-linter", _python("-c", "from importlinter.cli import lint_imports_command as run; run()")),
        Stage("djlint format", _module("djlint", "--check", "--quiet", "templates")),
        Stage("djlint lint", _module("djlint", "--lint", "--quiet", "templates")),
        Stage("messages", _python("bin/messages", "check")),
    ]


def of_models() -> Stage:
    return Stage("migrations", _python("manage.py", "makemigrations", "--check", "--dry-run"))


def of_migrations(postgres: services.Postgres | None, *, is_fast: bool) -> list[Stage]:
    """They leave a database of our own migrated."""
    if is_fast and postgres and migrated.kept().exists():
        restored = Stage("database as kept", postgres.restoring(migrated.kept()))
        return [restored, Stage("nothing to migrate", MIGRATE)]
    from_nothing = [Stage("migrations from nothing", MIGRATE)] if postgres else []
    return [Stage("migrations under load", _python("bin/lib/lint_migrations.py")), *from_nothing]


def main(arguments: list[str]) -> int:
    try:
        with houses.stopped_by_signals():
            return _run(arguments)
    except Stopped:
        complain("\nStopped.")
        return 130
    except Trouble as trouble:
        complain(f"\n{trouble}")
        return 1


def _run(arguments: list[str]) -> int:
    installing.install_python("base", "local", "dev")
    installing.install_front_end()
    installing.install_browser()
    houses.compile_messages()
    place = throw_away()
    try:
        with houses.opened(place, port=services.free_port(), durable=False) as house:
            if arguments and arguments != [FAST]:
                return _pytest(house, *arguments)
            migrating = of_migrations(house.postgres, is_fast=bool(arguments))
            failed = list(_side_by_side(house, [of_the_code(), [of_models(), *migrating]]))
            say(f"\nFailed so far: {', '.join(failed)}." if failed else "\nAll held so far.")
            chosen = ["-m", QUICK, *touched.tests_of_the_change()] if arguments else []
            more = {}
            if house.postgres and not any(stage.name in failed for stage in migrating):
                migrated.keep(house.postgres)
                more = {MIGRATED: services.DATABASE}
            return _pytest(house, *BOTH_CORES, *chosen, **more) or (1 if failed else 0)
    finally:
        remove(place)


def _side_by_side(house: House, chains: list[list[Stage]]) -> Generator[str, None, None]:
    """Each chain in its order, one beside the other. Gives the names of the stages that did not hold."""
    walks = [_walk(house, chain) for chain in chains]
    try:
        while walks:
            for walk in list(walks):
                try:
                    if name := next(walk):
                        yield name
                except StopIteration:
                    walks.remove(walk)
            time.sleep(0.02)
    finally:
        for walk in walks:
            walk.close()


def _walk(house: House, chain: list[Stage]) -> Generator[str, None, None]:
    """The name of each stage that does not hold, and an empty one while a stage runs. Closed, it ends that stage."""
    for stage in chain:
        begun = time.monotonic()
        with tempfile.TemporaryFile() as output:
            running = subprocess.Popen(
                stage.command,
                cwd=ROOT,
                env=_environment(house),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                while running.poll() is None:
                    yield ""
            finally:
                running.kill()
                running.wait()
            word = "FAIL" if running.returncode else "ok  "
            say(f"{word} {stage.name}  ({time.monotonic() - begun:.1f} s)")
            if running.returncode:
                output.seek(0)
                say(output.read().decode(errors="replace").rstrip() + "\n")
                yield stage.name


def _pytest(house: House, *arguments: str, **more: str) -> int:
    say()
    return subprocess.run(_module("pytest", *arguments), cwd=ROOT, env=_environment(house) | more).returncode


def _environment(house: House) -> dict[str, str]:
    return {
        **house.environment,
        # Tests make and empty databases, so they are the owner; what another role may do they try for themselves.
        "DATABASE_URL": house.environment[houses.OWNER] or house.environment["DATABASE_URL"],
        houses.OWNER: "",
        "DJANGO_SETTINGS_MODULE": "jinan_credit.settings.test",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return _python("-m", name, *arguments)


def _python(*arguments: str) -> tuple[str, ...]:
    return (str(PYTHON), *arguments)
