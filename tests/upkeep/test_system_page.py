"""The system administrator's page: what does not answer, and what waits for the workers."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from jinan_credit.accounts.enums import Role
from jinan_credit.exchange.models import DeliveryAlert, SweepMark
from jinan_credit.kernel import clock
from jinan_credit.upkeep.selectors import jobs, parts
from lists.services.imports import start_import
from tests.cast import Cast, make_cast, make_user
from tests.lists.files import row, xlsx


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def administrator(cast: Cast, client: Client) -> Client:
    client.force_login(make_user("system", None, Role.SYSTEM_ADMIN))
    return client


def in_trouble() -> list[bool]:
    return [not part.is_well for part in parts()]


def swept_now() -> None:
    SweepMark.objects.update_or_create(pk=1, defaults={"at": clock.now()})


def test_all_is_well(administrator: Client) -> None:
    swept_now()
    assert in_trouble() == [False, False, False]
    assert administrator.get("/system/").status_code == 200


def test_each_trouble_is_told(cast: Cast, administrator: Client, settings: Settings) -> None:
    swept_now()
    SweepMark.objects.update(at=clock.now() - timedelta(minutes=3))
    now = clock.now()
    DeliveryAlert.objects.create(
        unit=cast.finance,
        level=15,
        behind_from=now - timedelta(minutes=20),
        raised_at=now,
        lists=1,
        changes_behind=2,
    )
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert in_trouble() == [True, True, True]


def test_what_waits_is_counted_with_its_age(cast: Cast, administrator: Client) -> None:
    assert [one.count for one in jobs()] == [0, 0, 0, 0]
    made = start_import(credit_list=cast.black, file=xlsx(row(1)), file_name="名单.xlsx", by=cast.actor("clerk"))
    files = jobs()[0]
    assert (files.count, files.oldest) == (1, made.made_at)
    assert [figure.count for figure in administrator.get("/system/").context["jobs"]] == [1, 0, 0, 0]
