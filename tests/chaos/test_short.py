"""A score of faults of all quick kinds, real processes, a fixed seed. The long run is by hand: docs/delivery.md."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.plan import SHORT
from tests.conftest import ROOT

SEED, KINDS = 419, len(SHORT.names)

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


def test_all_holds_whatever_breaks(tmp_path: Path, process_environment: Callable[[], dict[str, str]]) -> None:
    log = tmp_path / "chaos.log"
    command = [sys.executable, "-m", "tests.chaos", "--short", "--faults", str(KINDS), "--seed", str(SEED)]
    if "MIGRATED_DATABASE" in os.environ:  # on a server of the same version as that of the house
        command += ["--tables-of", process_environment()["DATABASE_URL"]]
    done = subprocess.run([*command, "--log", str(log)], cwd=ROOT, capture_output=True, text=True, timeout=380)
    assert done.returncode == 0, f"seed {SEED}, log {log}\n{done.stdout}\n{done.stderr[-5000:]}"
