"""The sample receiver is told to stop while a message comes in: it takes that one, then ends."""

import http.client
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from jinan_credit.kernel import clock
from tests.kit.conftest import EXAMPLES, SECRET, Program


def test_what_is_under_way_is_finished(start_program: Callable[..., Program], tmp_path: Path) -> None:
    data = tmp_path / "copy.sqlite3"
    receiver = str(EXAMPLES / "receiver" / "receiver.py")
    program = start_program(sys.executable, receiver, "--port", "0", "--data", str(data), "--secret", SECRET)
    changes = {"list": "L", "from": "e:0", "to": "e:7", "changes": []}
    body = json.dumps({"type": "list.changes", "data": changes}).encode()

    client = http.client.HTTPConnection(urlsplit(program.url).netloc, timeout=10)
    client.putrequest("POST", "/")
    for name, value in signed(body).items():
        client.putheader(name, value)
    client.endheaders(body[:10])
    time.sleep(0.3)
    program.process.terminate()
    time.sleep(0.3)
    client.send(body[10:])
    assert client.getresponse().status == 200
    client.close()
    assert program.process.wait(10) == 0
    with sqlite3.connect(data) as db:
        assert db.execute("SELECT seq FROM cursor").fetchall() == [(7,)]
    db.close()


def signed(body: bytes) -> dict[str, str]:
    at = clock.now().replace(microsecond=0).astimezone(UTC)
    return {
        "Content-Length": str(len(body)),
        "webhook-id": "m",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("m", at, body.decode()),
    }
