"""A city at work; then the law deletes, and every number is sealed under a new key: the history stays intact."""

import base64
from datetime import timedelta

import pytest
import time_machine

from jinan_credit.kernel import clock
from jinan_credit.oversight.models import Erasure
from jinan_credit.oversight.services.history_verifying import verify_history
from jinan_credit.oversight.services.sealing import seal_history
from lists.services.key_rotation import rotate_keys, values_by_key
from lists.services.purging import purge
from tests.e2e.samples import fill
from tests.oversight.history import run_sql, triggers_off

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_whatever_was_lawfully_erased_is_no_finding(cast, seals, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    fill(cast)
    with triggers_off():
        run_sql("DELETE FROM oversight_seal")  # the sample is of no file
        run_sql("DELETE FROM oversight_erasure")
    rows = seal_history().rows
    assert rows > 500
    with time_machine.travel(clock.now() + timedelta(days=15 * 365), tick=False):
        purge()
        assert Erasure.objects.filter(kind="DELETED").exists()
        assert Erasure.objects.filter(kind="REWRITTEN").exists()
        assert verify_history().findings == []
        seal_history()
        assert verify_history().findings == []

        key = {"provider": "SM4", "key": base64.b64encode(bytes(16)).decode()}
        settings.FIELD_KEYS = {
            **settings.FIELD_KEYS,
            "current": "k9",
            "keys": {**settings.FIELD_KEYS["keys"], "k9": key},
        }
        rotate_keys(with_history=True)
        assert set(values_by_key()) == {"k9"}
        assert verify_history().findings == []
        seal_history()
        assert verify_history().findings == []
