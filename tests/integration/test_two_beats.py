"""Two beats run, two workers beside each other, and every job of the schedule is asked for again and again meanwhile:
each has its effect once.

Real processes: Celery workers and beats, Redis, PostgreSQL; a mail server and an office system on loopback.
"""

import contextlib
import io
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
import redis
from django.conf import settings as current
from kombu import Connection
from pytest_django import Settings

from jinan_credit.accounts.models import ApplicantMessage
from jinan_credit.accounts.services.messages import tell_applicant
from jinan_credit.celery import app
from jinan_credit.exchange.models import OfficeDelivery
from jinan_credit.kernel import clock
from lists.enums import EntryState, ExportStatus
from lists.models import Change, Entry, EntryExport, ListImport
from lists.services.exports import request_export
from lists.services.imports import start_import
from lists.services.synthetic import list_file
from tests.cast import Cast, publish_many
from tests.exchange import conftest as receivers
from tests.exchange.conftest import Peer
from tests.exchange.mailbox import MailServer, mail_server
from tests.exchange.test_office_systems import register
from tests.integration.processes import Processes, wait_until

make_peer = receivers.make_peer
loopback_is_allowed = receivers.loopback_is_allowed

RUN_OUT, MAILS, ROWS = 60, 20, 3_000
ROUNDS = 3
QUEUES = ("-Q", "jobs,sweep,push,push-failing")

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def double(
    cast: Cast,
    process_environment: Callable[[], dict[str, str]],
    redis_address: str,
    mailbox: MailServer,
    tmp_path: Path,
    settings: Settings,
) -> Iterator[Processes]:
    settings.MEDIA_ROOT = tmp_path / "media"
    own = {
        "DJANGO_SETTINGS_MODULE": "jinan_credit.settings.local",
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "EMAIL_FROM": "credit@jinan.example.cn",
        "PUSH_ALLOWED_NETWORKS": "127.0.0.0/8",
        "REDIS_URL": redis_address,
        "LOG_LEVEL": "WARNING",
    }
    processes = Processes({**process_environment(), **own}, tmp_path)
    yield processes
    processes.kill_all()


def test_every_job_has_its_effect_once(
    cast: Cast,
    double: Processes,
    mailbox: MailServer,
    redis_address: str,
    make_peer: Callable[..., Peer],
    tmp_path: Path,
) -> None:
    office = make_peer()
    register(cast, office)
    publish_many(cast, RUN_OUT)
    listed = list(Entry.objects.values_list("pk", flat=True))
    yesterday = clock.today() - timedelta(days=1)
    Entry.objects.update(term_from=yesterday - timedelta(days=300), term_to=yesterday)
    for number in range(MAILS):
        tell_applicant(case_number=f"YY{number:04}", contact=f"applicant-{number}@example.cn", text=f"case {number}")
    given, wanted = checked_and_exported(cast)

    beats = []
    for number in (1, 2):
        start(double, f"worker-{number}", "worker", *QUEUES, "-c", "2", "-n", f"{number}@%h")
        schedule = str(tmp_path / f"schedule-{number}")
        beats.append(start(double, f"beat-{number}", "beat", "-s", schedule, "--pidfile", ""))
    with Connection(redis_address) as broker:
        for _round in range(ROUNDS):
            for job in current.CELERY_BEAT_SCHEDULE.values():
                app.send_task(str(job["task"]), connection=broker)

    def messages_wait() -> bool:
        return OfficeDelivery.objects.filter(taken_at=None).exists()

    wait_until("the import is checked", lambda: ListImport.objects.get(pk=given.pk).status == "CHECKED")
    wait_until("the export is ready", lambda: EntryExport.objects.get(pk=wanted.pk).status == ExportStatus.READY)
    wait_until("all have left", lambda: not Entry.objects.filter(state=EntryState.PUBLISHED).exists())
    wait_until("all is mailed", lambda: not ApplicantMessage.objects.filter(state="WAITING").exists())
    wait_until("the office system has all", lambda: bool(office.got) and not messages_wait())
    for beat in beats:
        double.kill(beat)
    wait_until("every job was done", lambda: is_done(redis_address))

    left = Entry.moves.rel.related_model.objects.filter(to_state=EntryState.REMOVED)
    assert Counter(left.values_list("of", flat=True)) == dict.fromkeys(listed, 1)
    told = Counter(Change.objects.values_list("entry", "op"))
    assert (len(told), set(told.values())) == (2 * RUN_OUT, {1})
    assert Counter(to for recipients, _mail in mailbox.mails for to in recipients if to.startswith("applicant-")) == {
        f"applicant-{number}@example.cn": 1 for number in range(MAILS)
    }
    assert set(Counter(got.headers["webhook-id"] for got in office.got).values()) == {1}
    assert ListImport.objects.get(pk=given.pk).row_count == ROWS
    assert len(list(Path(current.MEDIA_ROOT, "exports").iterdir())) == 1


def checked_and_exported(cast: Cast) -> tuple[ListImport, EntryExport]:
    clerk = cast.actor("clerk")
    file: io.BytesIO = list_file(cast.black, ROWS, random=Random(5), today=clock.today())
    given = start_import(credit_list=cast.black, file=file, file_name="名单.csv", by=clerk)
    return given, request_export(query="", reason="年度检查", by=clerk)


def is_done(redis_address: str) -> bool:
    """Nothing waits in a queue, and nothing that was taken is not acknowledged."""
    with contextlib.closing(redis.Redis.from_url(redis_address)) as broker:
        waiting = [broker.llen(queue) for queue in ("jobs", "sweep", "push", "push-failing")]
        return not any(waiting) and not broker.hlen("unacked")


def start(processes: Processes, name: str, *command: str) -> "subprocess.Popen[bytes]":
    celery = (sys.executable, "-m", "celery", "-A", "jinan_credit")
    return processes.start(name, *celery, *command, "--loglevel", "WARNING")
