"""The processes that do the work: how each is started, killed with -9, and started again."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from random import Random

from house import House
from places import PYTHON
from processes import Crew, Process
from tests.chaos.opening import quiet_port

WEB, POSTGRES, REDIS, EVERYTHING = "web", "postgres", "redis", "everything"
WORKERS, BEATS, PUBLISHERS, PUSH_LOOP, UNITS = "workers", "beats", "publishers", "push-loop", "units"
GROUPS = {
    WORKERS: ("worker-push", "worker-failing"),
    BEATS: ("beat-1", "beat-2"),
    PUBLISHERS: ("publisher-1", "publisher-2"),
}
QUEUES = {"worker-push": ("sweep,push,jobs", 2), "worker-failing": ("sweep,push-failing,jobs", 1)}


def targets_of(group: str, units: tuple[str, ...]) -> tuple[str, ...]:
    return units if group == UNITS else GROUPS.get(group, (group,))


class Programs(Crew):
    """All processes but the two services. What dies by itself is no trouble here: it is started again, and told."""

    def __init__(self, house: House, seed: int, units: tuple[str, ...]) -> None:
        super().__init__(house.place.logs, house.environment)
        self._house, self._random = house, Random(f"lives {seed}")
        self.ports = {unit: quiet_port() for unit in units}

    def launch(self, *names: str) -> None:
        """Each life of a program writes a log of its own."""
        for name in names:
            process = self._process(name)
            log = self.log_of(process)
            if log.exists():
                log.rename(log.with_suffix(f".{time.time():.0f}"))
            self.start(process)

    def kill(self, name: str) -> None:
        """With -9, and all its children."""
        if name in self.names():
            os.killpg(self.pid_of(name), signal.SIGKILL)
            self.stop_one(name)

    def kill_all(self) -> None:
        for name in self.names():
            self.kill(name)

    def kill_child(self, name: str, number: int) -> None:
        """One of the processes that it has started for its work, if it has come so far."""
        pid = self.pid_of(name) if name in self.names() else 0
        with suppress(FileNotFoundError, ProcessLookupError, ZeroDivisionError):
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            os.kill(int(children[number % len(children)]), signal.SIGKILL)

    def tend(self) -> list[str]:
        """Start again what ended by itself. Gives the names."""
        ended = [process.name for process, popen in self._running if popen.poll() is not None]
        for name in ended:
            self.stop_one(name)
            self.launch(name)
        return ended

    def _process(self, name: str) -> Process:
        if name == WEB:
            return self._web()
        if name in QUEUES:
            return self._worker(name, *QUEUES[name])
        if name in GROUPS[BEATS]:
            return self._beat(name)
        if name == PUSH_LOOP:
            return self._push_loop()
        if name in GROUPS[PUBLISHERS]:
            journal = str(self._house.place.folder / f"{name}.jsonl")
            return _module(name, "tests.chaos.publishers", str(self._random.random()), journal)
        copy = str(self._house.place.folder / f"{name}.sqlite3")
        return _module(name, "tests.chaos.receivers", str(self.ports[name]), copy)

    def _web(self) -> Process:
        threads = ["--worker-class", "gthread", "--workers", "1", "--threads", "8"]
        return _module(WEB, "gunicorn", "jinan_credit.wsgi", "--bind", f"127.0.0.1:{self._house.port}", *threads)

    def _worker(self, name: str, queues: str, processes: int) -> Process:
        options = ["--queues", queues, "--concurrency", str(processes), "--hostname", f"{name}@%h"]
        return _celery(name, "worker", *options, "--without-gossip", "--without-mingle", "--loglevel", "INFO")

    def _beat(self, name: str) -> Process:
        schedule = str(self._house.place.folder / f"{name}.schedule")
        return _celery(name, "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "WARNING")

    def _push_loop(self) -> Process:
        """In one life of two it sends beside the workers, in the other it stands by."""
        always = ["--always"] if self._random.random() < 0.5 else []
        return Process(PUSH_LOOP, [str(PYTHON), "manage.py", "push_loop", "--every", "3", *always])


def _module(name: str, *arguments: str) -> Process:
    return Process(name, [str(PYTHON), "-m", *arguments])


def _celery(name: str, *arguments: str) -> Process:
    return _module(name, "celery", "-A", "jinan_credit", *arguments)
