from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jinan_credit.accounts.models import User
from tests.oversight.history import new_key

SignIn = Callable[[User], Client]


@pytest.fixture
def sign_in() -> SignIn:
    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def seals(settings: Any, tmp_path: Path) -> Path:
    """A folder for the seals and a key to sign them, of this test's own."""
    settings.SEALS_FOLDER = tmp_path / "seals"
    settings.SEAL_KEY = new_key()
    return tmp_path / "seals"
