"""Processes that are started, watched and stopped together. None outlives this program, even when it is killed."""

import ctypes
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from places import ROOT
from words import Trouble, complain, tail

_PR_SET_PDEATHSIG = 1
_POLL = 0.1
_WITHOUT_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Process:
    """One process to run: its command, what it adds to the environment, and how to tell that it is ready."""

    name: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[Path], bool] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 10
    run_as: int | None = None
    run_as_group: int | None = None
    folder: Path = ROOT
    is_needed: bool = True


class Stopped(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


class Crew:
    """The running processes, in the order of their start; stopped in the opposite order."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self.logs = logs
        self.environment = dict(environment)
        self._running: list[tuple[Process, subprocess.Popen[bytes]]] = []

    def start(self, *processes: Process) -> None:
        for process in processes:
            self._running.append((process, self._popen(process)))

    def wait_until_ready(self, within: float = 60) -> None:
        """Until each process says that it is ready. Trouble if one ends or takes too long."""
        waiting = [process for process, _ in self._running if process.ready]
        until = time.monotonic() + within
        while waiting:
            self.look()
            waiting = [process for process in waiting if process.ready and not process.ready(self.log_of(process))]
            if waiting and time.monotonic() > until:
                raise Trouble(self._not_well(waiting[0], f"was not ready within {within:.0f} s"))
            time.sleep(_POLL)

    def look(self) -> None:
        """Trouble, with the tail of its log, if a process has ended."""
        for process, popen in self._running:
            if end := _end_of(popen):
                raise Trouble(self._not_well(process, end))

    def watch(self) -> None:
        """Until one ends without which the others are of no use: Trouble."""
        while True:
            self._let_go()
            self.look()
            time.sleep(5 * _POLL)

    def _let_go(self) -> None:
        for entry in list(self._running):
            process, popen = entry
            if not process.is_needed and (end := _end_of(popen)):
                self._running.remove(entry)
                complain(f"\n{self._not_well(process, end)}\nThe others go on without it.")

    def stop(self) -> None:
        """Stop all: the ones that serve first, the database last. Whoever does not go in time is killed."""
        while self._running:
            layer = self._last_of_a_kind()
            for process, popen in layer:
                _signal(popen, process.stop_signal)
            for process, popen in layer:
                _wait_or_kill(popen, process.stop_within)

    def stop_one(self, name: str) -> None:
        for entry in [entry for entry in self._running if entry[0].name == name]:
            process, popen = entry
            self._running.remove(entry)
            _signal(popen, process.stop_signal)
            _wait_or_kill(popen, process.stop_within)

    def names(self) -> list[str]:
        return [process.name for process, _ in self._running]

    def pid_of(self, name: str) -> int:
        return next(popen.pid for process, popen in self._running if process.name == name)

    def log_of(self, process: Process) -> Path:
        return self.logs / f"{process.name}.log"

    def _last_of_a_kind(self) -> list[tuple[Process, subprocess.Popen[bytes]]]:
        services = [entry for entry in self._running if entry[0].name in ("postgres", "redis")]
        serving = [entry for entry in self._running if entry not in services]
        layer = serving or services
        self._running = services if serving else []
        return layer

    def _popen(self, process: Process) -> subprocess.Popen[bytes]:
        with self.log_of(process).open("wb") as log:
            try:
                return subprocess.Popen(
                    process.command,
                    cwd=process.folder,
                    env={**self.environment, **process.env},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    user=process.run_as,
                    group=process.run_as_group,
                    extra_groups=[] if process.run_as is not None else None,
                    preexec_fn=_die_with_parent(process.stop_signal),
                )
            except OSError as error:
                raise Trouble(f"{process.name} cannot be started: {error}") from error

    def _not_well(self, process: Process, how: str) -> str:
        return f"{process.name} {how}. The last lines of {self.log_of(process)}:\n{tail(self.log_of(process))}"


def answers(url: str) -> Callable[[Path], bool]:
    """Ready when the address answers with anything but a server error."""

    def ready(_: Path) -> bool:
        try:
            with _WITHOUT_PROXY.open(url, timeout=5) as response:
                return bool(response.status < 500)
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    return ready


def has_logged(words: str) -> Callable[[Path], bool]:
    """Ready when its log holds these words."""
    return lambda log: words.encode() in log.read_bytes()


def _end_of(popen: "subprocess.Popen[bytes]") -> str:
    """How it ended, in words; empty while it runs."""
    code = popen.poll()
    if code is None:
        return ""
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def _signal(popen: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if popen.poll() is None:
        popen.send_signal(number)


def _wait_or_kill(popen: subprocess.Popen[bytes], within: float) -> None:
    try:
        popen.wait(within)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(popen.pid, signal.SIGKILL)  # what it left behind in its own session
    except ProcessLookupError:
        pass
    popen.wait()


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Linux ends the child when this program dies without having stopped it (kill -9)."""
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return None
    return lambda: prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
