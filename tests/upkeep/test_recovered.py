"""After PostgreSQL itself went back to a moment: nobody is signed in, no token lives, every list begins anew."""

import io

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from oauth2_provider.models import get_access_token_model

from jinan_credit.upkeep.content import forgotten_models
from lists.models import FeedHead
from tests.cast import Cast, make_cast
from tests.exchange import conftest as receivers
from tests.exchange.conftest import client_of

loopback_is_allowed = receivers.loopback_is_allowed


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_whoever_was_in_is_out(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    _actor, client_id, secret = client_of(cast.finance)
    grant = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "scope": "feed"}
    token = {"Authorization": f"Bearer {Client().post('/o/token/', grant).json()['access_token']}"}
    assert Client().get("/api/v1/lists/", headers=token).status_code == 200
    epochs = dict(FeedHead.objects.values_list("pk", "epoch"))

    call_command("restore", recovered=True, stdout=(said := io.StringIO()), stderr=io.StringIO())

    assert "Everybody signs in anew" in said.getvalue()
    assert client.get(reverse("workbench")).status_code == 302
    assert Client().get("/api/v1/lists/", headers=token).status_code == 401
    assert not Session.objects.exists()
    assert not get_access_token_model().objects.exists()
    anew = dict(FeedHead.objects.values_list("pk", "epoch"))
    assert set(anew) == set(epochs)
    assert not set(anew.values()) & set(epochs.values())


def test_whoever_may_be_in_is_forgotten(db: None) -> None:
    """A table of sessions or tokens that is added one day must be in the list."""
    from django.apps import apps

    forgotten = set(forgotten_models())
    for model in apps.get_models():
        if model._meta.app_label in ("sessions", "oauth2_provider", "usersessions"):
            assert model in forgotten, model._meta.label


@pytest.mark.parametrize("arguments", [[], ["somewhere", "--recovered"]])
def test_it_is_one_or_the_other(db: None, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="Name the folder of one backup, or say --recovered"):
        call_command("restore", *arguments)
