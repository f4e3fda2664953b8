"""Which programs make up the house, and how to tell that each is ready.

A new one is a `Process` in `of_the_house` (starts with the others) or in `around_it` (starts when the web answers).
"""

import signal

from house import OWNER, House
from places import PYTHON, ROOT
from processes import Process, answers, has_logged
from services import remembered_port

QUEUES = {
    "worker-jobs": ("jobs,seal", 1),
    "worker-sweep": ("sweep", 1),
    "worker-push": ("push", 2),
    "worker-push-failing": ("push-failing", 1),
    "worker-purge": ("purge", 1),
}
AS_OWNER = ("worker-purge",)
"""What deletes at the disclosure limit: no other role may delete history (ADR 0023)."""


def of_the_house(house: House) -> list[Process]:
    workers = [_worker(house, name, *queues) for name, queues in QUEUES.items()]
    return [_web(house), *workers, _beat(house), _push_loop()]


def around_it(house: House) -> list[Process]:
    return _sample_unit(house)


def _web(house: House) -> Process:
    return Process(
        "web",
        [
            *(str(PYTHON), "-m", "gunicorn", "jinan_credit.wsgi"),
            *("--bind", f"127.0.0.1:{house.port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "16"),
            *("--timeout", "120", "--graceful-timeout", "5"),
        ],
        ready=answers(f"{house.address}/accounts/login/"),
    )


def _worker(house: House, name: str, queues: str, processes: int) -> Process:
    return Process(
        name,
        [
            *(str(PYTHON), "-m", "celery", "-A", "jinan_credit", "worker"),
            *("--queues", queues, "--concurrency", str(processes), "--hostname", f"{name}@%h"),
            *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        ],
        env={OWNER: house.environment.get(OWNER, "")} if name in AS_OWNER else {},
        ready=has_logged("ready."),
    )


def _beat(house: House) -> Process:
    schedule = house.place.folder / "beat"
    schedule.mkdir(exist_ok=True)
    return Process(
        "beat",
        [
            *(str(PYTHON), "-m", "celery", "-A", "jinan_credit", "beat"),
            *("--schedule", str(schedule / "schedule"), "--pidfile", "", "--loglevel", "INFO"),
        ],
        ready=has_logged("beat: Starting..."),
    )


def _push_loop() -> Process:
    """Stands by, and sends when no worker has looked for two minutes."""
    return Process(
        "push-loop",
        [str(PYTHON), "manage.py", "push_loop"],
        ready=lambda log: has_logged("Standing by")(log) or has_logged("Sending.")(log),
        stop_signal=signal.SIGINT,
    )


def _sample_unit(house: House) -> list[Process]:
    """The first unit of the demonstration, played by the example for a unit's own programmers."""
    program = ROOT / "examples" / "receiver" / "receiver.py"
    units = house.demonstration.get("units", [])
    if not program.exists() or not units:
        return []
    folder = house.place.folder / "sample-unit"
    folder.mkdir(exist_ok=True)
    port = remembered_port(folder)
    address = f"http://127.0.0.1:{port}/"
    data = str(folder / "copy.sqlite3")
    return [
        Process(
            "sample-unit",
            [str(PYTHON), str(program), "--port", str(port), "--url", address, "--data", data, "--register"],
            env={
                "CREDIT_BASE": house.address,
                "CREDIT_CLIENT_ID": units[0]["client_id"],
                "CREDIT_CLIENT_SECRET": units[0]["client_secret"],
            },
            ready=has_logged("Registered at"),
            is_needed=False,
        )
    ]
