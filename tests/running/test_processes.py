"""The frame of bin/up, with real processes: ready, crashed, stopped, killed."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import processes
from processes import Crew, Process, has_logged
from tests.conftest import ROOT
from words import Trouble

SLEEPER = [sys.executable, "-u", "-c", "import time; print('here'); time.sleep(600)"]


@pytest.fixture
def crew(tmp_path):
    crew = Crew(tmp_path, os.environ)
    yield crew
    crew.stop()


def _until(answer, within=15):
    ends = time.monotonic() + within
    while not answer():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.05)


def _lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0] != "Z"


def test_ready_is_waited_for_and_all_are_stopped(crew):
    crew.start(*(Process(name, SLEEPER, ready=has_logged("here")) for name in ("one", "two")))
    crew.wait_until_ready(within=20)
    pids = [crew.pid_of(name) for name in ("one", "two")]

    crew.stop()

    assert not any(_lives(pid) for pid in pids)


def test_a_crash_is_told_with_the_tail_of_its_log(crew):
    crew.start(Process("sleeper", SLEEPER), Process("crasher", [sys.executable, "-c", "raise SystemExit('no luck')"]))

    with pytest.raises(Trouble, match=r"(?s)crasher ended with exit code 1.*no luck"):
        crew.watch()


def test_one_that_is_killed_is_told(crew):
    crew.start(Process("sleeper", SLEEPER))
    os.kill(crew.pid_of("sleeper"), signal.SIGKILL)

    with pytest.raises(Trouble, match="sleeper was ended by SIGKILL"):
        crew.watch()


def test_one_that_is_not_needed_is_told_and_the_others_go_on(crew, capfd):
    crew.start(Process("sleeper", SLEEPER), Process("extra", SLEEPER, is_needed=False))
    os.kill(crew.pid_of("extra"), signal.SIGKILL)
    threading.Timer(2, os.kill, (crew.pid_of("sleeper"), signal.SIGKILL)).start()

    with pytest.raises(Trouble, match="sleeper was ended by SIGKILL"):
        crew.watch()
    told = capfd.readouterr().err
    assert "extra was ended by SIGKILL" in told
    assert "go on" in told


def test_one_that_is_never_ready_is_told(crew):
    crew.start(Process("sleeper", SLEEPER, ready=lambda _: False))

    with pytest.raises(Trouble, match="sleeper was not ready within 1 s"):
        crew.wait_until_ready(within=1)


def test_a_program_that_does_not_exist_is_told(crew):
    with pytest.raises(Trouble, match="missing cannot be started"):
        crew.start(Process("missing", ["/nowhere/at/all"]))


def test_one_that_will_not_go_is_killed_with_its_children(crew, tmp_path):
    child = tmp_path / "child"
    stubborn = f"""
        import pathlib, signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        pathlib.Path({str(child)!r}).write_text(str(child.pid))
        print("here", flush=True)
        time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(stubborn)]
    crew.start(Process("stubborn", command, ready=has_logged("here"), stop_within=1))
    crew.wait_until_ready(within=20)

    crew.stop()

    _until(lambda: not _lives(int(child.read_text())))


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells children of their parent's death")
def test_nothing_outlives_a_killed_program(tmp_path):
    program = f"""
        import sys, time
        sys.path.insert(0, {str(ROOT / "bin" / "lib")!r})
        from pathlib import Path
        from processes import Crew, Process
        crew = Crew(Path({str(tmp_path)!r}), {{}})
        crew.start(Process("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"]))
        print(crew.pid_of("sleeper"), flush=True)
        time.sleep(600)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        assert _lives(pid)

        parent.kill()

    _until(lambda: not _lives(pid))


def test_services_are_stopped_last(crew, monkeypatch):
    stopped = []
    monkeypatch.setattr(processes, "_signal", lambda popen, number: (stopped.append(popen.pid), popen.kill()))
    crew.start(*(Process(name, SLEEPER) for name in ("postgres", "redis", "web")))
    pids = {name: crew.pid_of(name) for name in ("postgres", "redis", "web")}

    crew.stop()

    assert stopped[0] == pids["web"]
    assert set(stopped[1:]) == {pids["postgres"], pids["redis"]}
