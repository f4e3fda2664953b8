"""Which tests `bin/test fast` chooses, in a repository of its own."""

import subprocess
from pathlib import Path

import pytest

import touched

FOLDERS = ("architecture", "kernel", "lists", "sanctions", "accounts", "pages", "running")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in FOLDERS:
        (tmp_path / "tests" / folder).mkdir(parents=True)
    monkeypatch.setattr(touched, "ROOT", tmp_path)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    write(tmp_path, "lists/models.py")
    commit(tmp_path)
    return tmp_path


def git(where: Path, *arguments: str) -> None:
    author = ("-c", "user.name=Tests", "-c", "user.email=tests@example.com")
    subprocess.run(["git", *author, *arguments], cwd=where, check=True, capture_output=True)


def write(where: Path, path: str, text: str = "1") -> None:
    (where / path).parent.mkdir(parents=True, exist_ok=True)
    (where / path).write_text(text)


def commit(where: Path) -> None:
    git(where, "add", "--all")
    git(where, "commit", "--quiet", "--message=one thought")


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("lists/services/publications.py", {"tests/lists"}),
        ("jinan_credit/accounts/roles.py", {"tests/accounts"}),
        ("jinan_credit/urls.py", {"tests/running"}),
        ("templates/sanctions/task.html", {"tests/sanctions", "tests/pages"}),
        ("templates/mfa/index.html", {"tests/accounts", "tests/pages"}),
        ("templates/_components/box.html", {"tests/pages"}),
        ("tests/lists/test_feed.py", {"tests/lists/test_feed.py"}),
        ("tests/lists/marks.py", {"tests/lists"}),
        ("deploy/nginx.conf", {"tests/running"}),
    ],
)
def test_a_file_asks_for_the_tests_of_its_room(checkout: Path, path: str, asked: set[str]) -> None:
    write(checkout, path)
    assert set(touched.tests_of_the_change()) == {"tests/architecture", "tests/kernel", *asked}


def test_a_branch_asks_for_all_that_it_changed_since_it_left(checkout: Path) -> None:
    git(checkout, "switch", "--quiet", "--create", "thought")
    write(checkout, "lists/models.py", "2")
    commit(checkout)
    write(checkout, "sanctions/models.py")
    commit(checkout)
    write(checkout, "jinan_credit/kernel/clock.py")
    assert set(touched.tests_of_the_change()) >= {"tests/lists", "tests/sanctions", "tests/kernel"}


def test_where_nothing_differs_the_last_commit_is_the_change(checkout: Path) -> None:
    write(checkout, "sanctions/models.py")
    commit(checkout)
    assert set(touched.tests_of_the_change()) == {"tests/architecture", "tests/kernel", "tests/sanctions"}
