"""Receivers to try the conformance test on, and the test as a unit's programmer runs it."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.kit import broken_receiver

EXAMPLES = ROOT / "examples"
SECRET = "whsec_" + "C" * 43 + "="
CONFORMANCE = [sys.executable, "-m", "conformance", "--allow-http", "--json", "--warn-after", "9.5"]
"""A busy machine is no slow receiver: told is what comes near to the deadline."""


@dataclass
class Report:
    """What the conformance test said."""

    code: int
    outcomes: dict[str, str]
    says: dict[str, str]

    def named(self, outcome: str) -> set[str]:
        return {name for name, found in self.outcomes.items() if found == outcome}


def run_conformance(url: str, *arguments: str, secret: str = SECRET) -> Report:
    done = subprocess.run(
        [*CONFORMANCE, url, "--secret", secret, *arguments],
        cwd=EXAMPLES / "conformance",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stderr == ""
    cases: list[dict[str, Any]] = json.loads(done.stdout)["cases"]
    return Report(
        done.returncode,
        {case["name"]: case["outcome"] for case in cases},
        {case["name"]: case["says"] for case in cases},
    )


@pytest.fixture
def start_broken() -> Iterator[Callable[[str], str]]:
    """`start_broken(fault)`: the address of a receiver that has it."""
    servers = []

    def start(fault: str) -> str:
        servers.append(broken_receiver.serve(SECRET, fault))
        return f"http://127.0.0.1:{servers[-1].server_address[1]}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@dataclass
class Program:
    """A receiver that runs as a process of its own."""

    process: subprocess.Popen[bytes]
    url: str

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(15)


@pytest.fixture
def start_program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """`start_program(command…)`: a receiver that says `Listening on 127.0.0.1:PORT.` when it does."""
    started: list[Program] = []

    def start(*command: str, cwd: Path = ROOT) -> Program:
        log = tmp_path / f"log-{len(started)}"
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=cwd, stdout=output, stderr=output)
        program = Program(process, "")
        started.append(program)
        program.url = f"http://127.0.0.1:{_port_in(log, process)}/"
        return program

    yield start
    for program in started:
        program.process.kill()
        program.process.wait(10)


def _port_in(log: Path, process: subprocess.Popen[bytes]) -> str:
    ends_at = time.monotonic() + 30
    while not (found := re.search(r"Listening on 127\.0\.0\.1:(\d+)\.", log.read_text())):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < ends_at, "it does not listen"
        time.sleep(0.05)
    return found[1]
