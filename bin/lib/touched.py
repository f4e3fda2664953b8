"""Which tests a change asks for: those of the apps and rooms whose files differ from what was joined last."""

import subprocess
from pathlib import Path

from places import ROOT

ALWAYS = ("tests/architecture", "tests/kernel")
OF_PAGES = "tests/pages"
OF_THE_PROJECT = "tests/running"
ROOMS_OF_TEMPLATES = {"account": "accounts", "mfa": "accounts", "admin": "accounts"}
JOINED = ("origin/HEAD", "origin/main", "main")


def tests_of_the_change() -> list[str]:
    """Folders and files below `tests/`. Where nothing differs, the last commit is the change."""
    changed = _changed_since(_base()) or _changed_since("HEAD~1")
    asked = {*ALWAYS, *(test for path in changed for test in _tests_of(Path(path)))}
    return sorted(test for test in asked if (ROOT / test).exists())


def _tests_of(path: Path) -> set[str]:
    first, second = (*path.parts, "", "")[:2]
    if first == "tests":
        return {str(path)} if path.name.startswith("test_") else {f"tests/{second}"} if len(path.parts) > 2 else set()
    if first == "templates":
        return {OF_PAGES, f"tests/{ROOMS_OF_TEMPLATES.get(second, second)}"}
    if first == "jinan_credit":
        return {f"tests/{second}"} if len(path.parts) > 2 else {OF_THE_PROJECT}
    return {f"tests/{first}"} if (ROOT / "tests" / first).is_dir() else {OF_THE_PROJECT}


def _base() -> str:
    """Where this branch left what was joined; on that branch itself, its last commit."""
    for name in JOINED:
        if base := _git("merge-base", "HEAD", name):
            return base
    return "HEAD"


def _changed_since(base: str) -> list[str]:
    """Also what is not committed yet, and what git does not know yet."""
    changed = _git("diff", "--name-only", "-z", base) + "\0" + _git("ls-files", "-z", "--others", "--exclude-standard")
    return [path for path in changed.split("\0") if path]


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""
