"""The conformance test passes whoever keeps to the contract, and names exactly what the others get wrong."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kit.conftest import EXAMPLES, SECRET, Program, run_conformance

UNSIGNED = {"unsigned", "forged", "changed-body", "stale", "future"}
PLACES = {"gap", "rewind"}

FAULTS = {
    "wrong-token": {"challenge"},
    "reserialises": {"raw-bytes"},
    "takes-unsigned": {"unsigned"},
    "takes-forged": {"forged", "changed-body"},
    "stores-first": UNSIGNED,
    "stores-quietly": UNSIGNED,
    "first-signature-only": {"two-signatures"},
    "no-age": {"stale", "future"},
    "no-future": {"future"},
    "strict-clock": {"clock-skew"},
    "counts-twice": {"duplicate", "concurrency"},
    "races": {"concurrency"},
    "any-order": {"gap", "rewind"},
    "bare-409": PLACES,
    "wrong-409": PLACES,
    "refuses-overlap": {"overlap"},
    "goes-back": {"overlap"},
    "acks-nothing": {"acknowledgement"},
    "old-versions": {"older-version", "removed"},
    "forgets-removed": {"removed"},
    "crashes-on-unreadable": {"unreadable"},
    "stops-at-unreadable": {"unreadable"},
    "rejects-all": {"unreadable"},
    "wants-every-number": {"thinned"},
    "small": {"big"},
    "gzip-crash": {"gzip"},
    "refuses-unknown": {"unknown-type"},
    "refuses-resync": {"resync", "reissued"},
    "acks-the-old-epoch": {"resync", "reissued"},
    "keeps-versions": {"reissued"},
    "refuses-ended": {"ended"},
    "keeps-ended": {"ended"},
    "floods": {"size"},
}

WAYS = {
    "": set(),
    "forgets-ids": set(),
    "partial": set(),
    "halves": set(),
    "holds": set(),
    "no-gzip": {"gzip"},
    "loads": {"resync", "reissued"},
}
"""Ways that the contract leaves open, and what then cannot be judged."""


@pytest.mark.parametrize(("fault", "fail"), FAULTS.items())
def test_a_fault_fails_its_cases_and_no_other(start_broken: Callable[[str], str], fault: str, fail: set[str]) -> None:
    url = start_broken(fault)
    report = run_conformance(url, "--digest-url", f"{url}digest")
    assert report.named("failed") == fail
    assert report.code == 1


@pytest.mark.parametrize(("way", "unseen"), WAYS.items())
def test_every_way_that_the_contract_leaves_open_passes(
    start_broken: Callable[[str], str], way: str, unseen: set[str]
) -> None:
    url = start_broken(way)
    report = run_conformance(url, "--digest-url", f"{url}digest")
    assert (report.code, report.named("failed"), report.named("unseen")) == (0, set(), unseen)


def test_what_cannot_be_seen_is_not_claimed(start_broken: Callable[[str], str]) -> None:
    report = run_conformance(start_broken("old-versions"))
    assert report.code == 0
    assert report.named("unseen") == {"older-version", "removed", "reissued", "ended"}
    assert "not visible from outside" in report.says["older-version"]


def test_a_slow_answer_is_told(start_broken: Callable[[str], str]) -> None:
    report = run_conformance(start_broken("slow"), "--warn-after", "0.3", "--only", "big")
    assert (report.code, report.outcomes) == (0, {"big": "passed", "time": "unseen", "size": "passed"})


def test_a_receiver_that_knows_another_secret_fails_at_the_first_batch(start_broken: Callable[[str], str]) -> None:
    report = run_conformance(start_broken(""), "--only", "gap", secret="whsec_AAAA")
    assert report.named("failed") == {"gap"}
    assert "Not even a first good batch" in report.says["gap"]


def test_one_list_may_serve_all_cases_twice(start_broken: Callable[[str], str]) -> None:
    url = start_broken("")
    for _ in range(2):
        report = run_conformance(url, "--digest-url", f"{url}digest", "--list", "SXBZXR")
        assert report.named("failed") == set()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("http://127.0.0.1:1/", "--secret", SECRET), "must be https"),
        (("https://127.0.0.1:1/", "--secret", "nonsense"), "whsec_"),
        (("https://127.0.0.1:1/", "--secret", SECRET, "--only", "none"), "invalid choice"),
    ],
)
def test_wrong_arguments(arguments: tuple[str, ...], why: str) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert why in done.stderr


def test_for_people_it_prints_a_line_a_case(start_broken: Callable[[str], str]) -> None:
    done = _run(start_broken("any-order"), "--secret", SECRET, "--allow-http", "--only", "signature", "gap", "removed")
    assert done.returncode == 1
    assert "ok    signature " in done.stdout
    assert "FAIL  gap " in done.stdout
    assert "?     removed " in done.stdout
    assert done.stdout.rstrip().endswith("3 held, 1 failed, 1 to be looked at.")


def test_nobody_there_is_told() -> None:
    report = run_conformance("http://127.0.0.1:9/", "--only", "signature")
    assert "no answer" in report.says["signature"]
    assert report.code == 1


def test_the_sample_receiver_passes(start_program: Callable[..., Program], tmp_path: Path) -> None:
    program = start_sample(start_program, tmp_path)
    report = run_conformance(program.url, "--digest-url", f"{program.url}digest")
    assert report.named("failed") == set()
    assert report.named("unseen") == {"resync", "reissued"}, "it has no service to load a snapshot from"
    assert program.stop() == 0


def test_the_sample_receiver_passes_on_one_list_and_after_a_kill(
    start_program: Callable[..., Program], tmp_path: Path
) -> None:
    for _ in range(2):
        program = start_sample(start_program, tmp_path)
        report = run_conformance(program.url, "--digest-url", f"{program.url}digest", "--list", "SXBZXR")
        assert report.named("failed") == set()
        program.process.kill()


def start_sample(start_program: Callable[..., Program], tmp_path: Path) -> Program:
    receiver, data = EXAMPLES / "receiver" / "receiver.py", tmp_path / "copy.sqlite3"
    return start_program(
        *(sys.executable, str(receiver), "--port", "0", "--data", str(data)),
        *("--secret", SECRET, "--answer-challenges"),
    )


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "conformance", *arguments]
    return subprocess.run(command, cwd=EXAMPLES / "conformance", capture_output=True, text=True, timeout=120)
