"""Numbers are sealed anew under another key; nothing that was said changes, and a killed run is taken up again."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from jinan_credit.accounts.enums import DataProfile
from jinan_credit.exchange.models import EndpointKey
from jinan_credit.kernel import crypto
from lists.enums import SubjectKind
from lists.models import Change, Entry, Subject
from lists.selectors import entries_of, entry_bodies, render_body
from lists.services import key_rotation
from lists.services.key_rotation import rotate_keys, sealed_models, values_by_key
from lists.services.proposals import approve_proposal, propose_correction
from lists.services.reveals import reveal_number
from lists.services.synthetic import citizen_number
from objections.models import Objection
from repair.models import RepairApplication
from sanctions.models import Screening
from tests.cast import Cast, make_cast, publish_one

NUMBER = citizen_number(Random(5))
PERSON = {
    "kind": SubjectKind.NATURAL_PERSON,
    "name": "王测试",
    "code": "",
    "document_type": "CITIZEN",
    "number": NUMBER,
    "representative": "",
}


def key_file(current: str, provider: str = "SM4", index_provider: str = "SM3") -> dict[str, Any]:
    size = 16 if provider == "SM4" else 32
    return {
        "current": current,
        "keys": {
            kid: {"provider": provider, "key": base64.b64encode(mark * size).decode()} for kid, mark in _MARKS.items()
        },
        "index": {"provider": index_provider, "key": base64.b64encode(b"i" * 32).decode()},
    }


_MARKS = {"k1": b"a", "k2": b"b"}


@pytest.fixture
def use_key(settings: Any) -> Iterator[Callable[..., None]]:
    def use(*args: str) -> None:
        settings.FIELD_KEYS = key_file(*args)
        forget()

    def forget() -> None:
        crypto._key.cache_clear()
        crypto._keyed_hash.cache_clear()

    use("k1")
    yield use
    forget()


def test_every_sealed_column_of_the_project_is_found() -> None:
    models = {one.model for one in sealed_models() if not one.is_history}
    assert {Subject, Screening, Objection, RepairApplication, EndpointKey} < models
    assert sum(one.is_history for one in sealed_models()) >= 4


def test_live_rows_are_sealed_anew_and_the_feed_stays_readable(cast: Cast, use_key: Callable[..., None]) -> None:
    entry = publish_one(cast, **PERSON)
    told = Change.objects.get().body
    use_key("k2")
    assert rotate_keys() == 1
    assert rotate_keys() == 0
    subject = Subject.objects.get()
    assert subject.sealed_number.startswith("k2.")
    assert crypto.unseal(subject.sealed_number) == NUMBER
    assert entries_of(document_type="CITIZEN", document_number=NUMBER).in_force().get() == entry
    unchanged = Change.objects.get().body
    assert unchanged == told
    assert unchanged is not None
    assert render_body(unchanged, DataProfile.FULL)["subject"]["document_number"] == NUMBER


def test_with_the_history_the_old_key_may_go(cast: Cast, use_key: Callable[..., None], settings: Any) -> None:
    publish_one(cast, **PERSON)
    use_key("k2")
    rotate_keys()
    assert set(values_by_key()) == {"k1", "k2"}
    with pytest.raises(CommandError, match="still in use"):
        call_command("rotate_keys", "--check", stdout=StringIO())
    call_command("rotate_keys", "--with-history", stdout=StringIO(), stderr=StringIO())
    assert set(values_by_key()) == {"k2"}
    assert values_by_key()["k2"]["lists.Change"] == 1
    call_command("rotate_keys", "--check", stdout=StringIO())
    del settings.FIELD_KEYS["keys"]["k1"]
    crypto._key.cache_clear()
    body = Change.objects.get().body
    assert body is not None
    assert render_body(body, DataProfile.FULL)["subject"]["document_number"] == NUMBER


def test_the_persons_of_a_proposal_follow(cast: Cast, use_key: Callable[..., None], settings: Any) -> None:
    entry = publish_one(cast)
    boss = {"role": "PRINCIPAL", "name": "李某某", "document_type": "CITIZEN", "number": NUMBER}
    proposal = propose_correction(
        entry=entry, new_values={"related_persons": [boss]}, by=cast.actor("clerk"), reason="遗漏"
    )
    use_key("k2")
    assert values_by_key()["k1"] == {"lists.EntryProposal": 1, "lists.EntryProposalEvent": 1}
    assert rotate_keys() == 1
    assert rotate_keys() == 0
    rotate_keys(with_history=True)
    assert set(values_by_key()) == {"k2"}
    del settings.FIELD_KEYS["keys"]["k1"]
    crypto._key.cache_clear()
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    assert entries_of(document_type="CITIZEN", document_number=NUMBER).in_force().get() == entry
    assert crypto.unseal(entry.related_persons.get(name="李某某").sealed_number) == NUMBER


def test_the_feed_is_guarded_again_afterwards(cast: Cast, use_key: Callable[..., None]) -> None:
    publish_one(cast, **PERSON)
    use_key("k2")
    rotate_keys(with_history=True)
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        Change._base_manager.update(body=None)


def test_a_value_without_its_key_stops_the_run(cast: Cast, use_key: Callable[..., None], settings: Any) -> None:
    publish_one(cast, **PERSON)
    use_key("k2")
    del settings.FIELD_KEYS["keys"]["k1"]
    with pytest.raises(CommandError, match="lacks the key 'k1'"):
        call_command("rotate_keys", stdout=StringIO(), stderr=StringIO())


def test_an_altered_value_stops_the_run(cast: Cast, use_key: Callable[..., None]) -> None:
    publish_one(cast, **PERSON)
    sealed = Subject.objects.get().sealed_number
    Subject.objects.update(sealed_number=sealed[:-6] + ("AAAA==" if sealed[-6:] != "AAAA==" else "BBBB=="))
    use_key("k2")
    with pytest.raises(CommandError, match="altered"):
        call_command("rotate_keys", stdout=StringIO(), stderr=StringIO())


@pytest.mark.parametrize("providers", [("SM4", "SM3"), ("AES", "SHA256")], ids=["national", "international"])
def test_from_draft_to_reveal_with_either_provider(
    cast: Cast, use_key: Callable[..., None], providers: tuple[str, str]
) -> None:
    use_key("k1", *providers)
    entry = publish_one(cast, **PERSON)
    assert entries_of(document_type="CITIZEN", document_number=NUMBER).in_force().get() == entry
    assert not entries_of(document_type="PASSPORT", document_number=NUMBER).in_force().exists()
    for profile, number in ((DataProfile.FULL, NUMBER), (DataProfile.MASKED, None)):
        assert (
            entry_bodies(Entry.objects.filter(pk=entry.pk), profile)[entry.pk]["subject"]["document_number"] == number
        )
    assert reveal_number(entry=entry, by=cast.actor("reviewer"), reason="核对身份") == NUMBER


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_a_killed_run_is_taken_up_by_the_next(
    process_environment: Callable[[], dict[str, str]], tmp_path: Path, use_key: Callable[..., None]
) -> None:
    make_cast()
    rows = 4 * key_rotation.ROTATION_BATCH
    Subject.objects.bulk_create(
        Subject(kind="NATURAL_PERSON", name=f"{n}", sealed_number=crypto.seal(f"{n:018}"), number_index=f"{n:064}")
        for n in range(rows)
    )
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(key_file("k2")))
    environment = {**process_environment(), "FIELD_KEYS_FILE": str(file)}
    command = [sys.executable, "manage.py", "rotate_keys"]
    first = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = Subject.objects.filter(sealed_number__startswith="k2.")
    deadline = time.monotonic() + 60
    while not done.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    begun = done.count()
    assert 0 < begun <= rows
    assert begun % key_rotation.ROTATION_BATCH == 0
    again = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=120)
    assert again.returncode == 0, again.stderr
    use_key("k2")
    assert done.count() == rows
    assert all(crypto.unseal(one.sealed_number) == f"{int(one.name):018}" for one in Subject.objects.iterator())
    connection.close()


def test_entries_are_not_touched(cast: Cast, use_key: Callable[..., None]) -> None:
    entry = publish_one(cast, **PERSON)
    before = Entry.objects.values().get(pk=entry.pk)
    use_key("k2")
    rotate_keys(with_history=True)
    assert Entry.objects.values().get(pk=entry.pk) == before
