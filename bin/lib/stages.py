"""`bin/test`: lint, types, floors, templates, messages, migrations, then all tests. Arguments: only those tests.

`bin/test fast`: the same, then the tests that the change asks for, but those with a browser or processes of their own.
"""

import os
import subprocess
import time
from dataclasses import dataclass

import house as houses
import installing
import touched
from house import House
from places import PYTHON, ROOT, remove, throw_away
from processes import Stopped
from services import free_port
from words import Trouble, complain, say

FAST = "fast"
QUICK = "not e2e and not integration and not slow"
BOTH_CORES = ("-n", "2", "--dist", "loadgroup")


@dataclass(frozen=True)
class Stage:
    name: str
    command: tuple[str, ...]


def stages() -> list[Stage]:
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
        Stage("migrations", _python("manage.py", "makemigrations", "--check", "--dry-run")),
        Stage("migrations under load", _python("bin/lib/lint_migrations.py")),
    ]


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
        with houses.opened(place, port=free_port(), durable=False) as house:
            if arguments and arguments != [FAST]:
                return _pytest(house, *arguments)
            failed = [stage.name for stage in stages() if not _held(house, stage)]
            say(f"\nFailed so far: {', '.join(failed)}." if failed else "\nAll held so far.")
            chosen = ["-m", QUICK, *touched.tests_of_the_change()] if arguments else []
            return _pytest(house, *BOTH_CORES, *chosen) or (1 if failed else 0)
    finally:
        remove(place)


def _held(house: House, stage: Stage) -> bool:
    begun = time.monotonic()
    done = subprocess.run(
        stage.command,
        cwd=ROOT,
        env=_environment(house),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    word = "ok  " if done.returncode == 0 else "FAIL"
    say(f"{word} {stage.name}  ({time.monotonic() - begun:.1f} s)")
    if done.returncode:
        say(done.stdout.rstrip() + "\n")
    return done.returncode == 0


def _pytest(house: House, *arguments: str) -> int:
    say()
    return subprocess.run(_module("pytest", *arguments), cwd=ROOT, env=_environment(house)).returncode


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
