"""The example in JavaScript keeps to the contract as the one in Python does."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.kit.conftest import EXAMPLES, SECRET, Program, run_conformance

WHEEL = ROOT / ".venv" / "bin"
"""Where Node stands when it came as a Python package, because the machine has none."""

Start = Callable[..., Program]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with its library, installed from the lock as its README says."""
    folder = tmp_path_factory.mktemp("node") / "receiver"
    shutil.copytree(EXAMPLES / "receiver-node", folder, ignore=shutil.ignore_patterns("node_modules"))
    npm = shutil.which("npm", path=_path())
    assert npm, "npm is needed, as for the front-end assets"
    command = [npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PATH": _path()}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def start_node(installed: Path, start_program: Start, tmp_path: Path) -> Callable[..., Program]:
    node = shutil.which("node", path=_path())
    assert node

    def start(*arguments: str) -> Program:
        data = str(tmp_path / "copy.jsonl")
        return start_program(node, "receiver.mjs", "--port", "0", "--data", data, *arguments, cwd=installed)

    return start


def test_it_passes_the_conformance_test(start_node: Start) -> None:
    program = start_node("--secret", SECRET)
    report = run_conformance(program.url, "--digest-url", f"{program.url}digest")
    assert report.named("failed") == set()
    assert report.named("unseen") == {"challenge", "gzip"}, "it has a secret already, and takes no gzip"
    assert program.stop() == 0


def test_before_it_has_a_secret_it_answers_the_challenge_and_nothing_else(start_node: Start) -> None:
    report = run_conformance(start_node().url, "--only", "challenge", "signature")
    assert (report.outcomes["challenge"], report.outcomes["signature"]) == ("passed", "failed")


def test_killed_and_started_again_it_stands_where_it_stood(start_node: Start) -> None:
    for _ in range(2):
        program = start_node("--secret", SECRET)
        report = run_conformance(program.url, "--digest-url", f"{program.url}digest", "--list", "SXBZXR")
        assert report.named("failed") == set()
        program.process.kill()


def _path() -> str:
    return f"{os.environ.get('PATH', '')}{os.pathsep}{WHEEL}"
