"""What holds in every test: templates are strict, each test process has its own Redis database."""

import os
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.test.testcases import QuietWSGIRequestHandler, TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from jinan_credit.exchange import digests
from jinan_credit.exchange.batches import rendered_bodies
from tests.cast import Cast, make_cast

ROOT = Path(__file__).resolve().parents[1]
FOREIGN = (".venv", "site-packages")
FIRST_TEST_REDIS = 8
OF_THE_CODE = ("django_content_type", "auth_permission")
"""Tables whose rows say what models there are, and stay."""
FEW_ROWS = 500

FIGURES = "figures"
"""The property of a test whose text is shown at the end of the run, also when it passed."""


class UndefinedVariable(str):
    """What Django puts in place of an undefined template variable: in our own templates, a failing test.

    Templates of other projects (Django's admin, say) may use undefined variables; there it stays empty.
    """

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        origin = _template_being_rendered()
        if any(part in origin for part in FOREIGN):
            return ""
        raise AssertionError(f"undefined template variable {variable!r} in {origin or 'a template'}")


def pytest_configure(config: pytest.Config) -> None:
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()
    _read_static_files_once()
    _delete_rows_after_a_commit()
    QuietWSGIRequestHandler.disable_nagle_algorithm = True  # else each answer on a kept connection waits for 40 ms
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = os.environ.get("MIGRATED_DATABASE", "template0")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        _use_redis_database(FIRST_TEST_REDIS + int(worker.removeprefix("gw")))


def _read_static_files_once() -> None:
    """Each test client has middleware of its own, which would look at each of more than a thousand files anew."""
    read, found = WhiteNoiseMiddleware.add_files_from_finders, dict[str, Any]()

    def take(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            read(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = take


def _delete_rows_after_a_commit() -> None:
    """After a test that commits Django truncates: each of hundreds of tables is made anew, and all rights with them."""
    truncate = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def empty(test: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW is_superuser")
            if cursor.fetchone() != ("on",):
                truncate(test)
                return
        tables = sorted({*connection.introspection.django_table_names(only_existing=True)} - {*OF_THE_CODE})
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # neither triggers nor foreign keys
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE")
            filled = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
            cursor.execute(filled)
            deleted = {}
            for (table,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {table}")
                deleted[table] = cursor.rowcount
        if large := [table for table, rows in deleted.items() if rows > FEW_ROWS]:
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM ANALYZE {', '.join(large)}")  # else later tests read what is dead

    TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no core waits for the other at the end: each takes the next file."""
    items.sort(key=lambda item: (not item.get_closest_marker("slow"), -_longest(item)))


def _longest(test: pytest.Item) -> float:
    mark = test.get_closest_marker("timeout")
    return float(mark.args[0]) if mark else 0.0


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    for report in reports:
        for name, text in report.user_properties:
            if name == FIGURES and report.when == "call":
                terminalreporter.section(report.nodeid.rpartition("::")[2])
                terminalreporter.write_line(text)


@pytest.fixture(autouse=True)
def default_language() -> None:
    """A request of the test before leaves the language it was answered in active in this thread."""
    translation.deactivate()


@pytest.fixture(scope="module")
def city_of_the_module(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Cast | None]:
    """Made once for all tests of the module and rolled back after the last; none where one of them commits."""
    tests = [item for item in request.session.items if getattr(item, "module", None) is request.module]
    if any(_commits(test) for test in tests):
        yield None
        return
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_cast()
        transaction.set_rollback(True)


def _commits(test: pytest.Item) -> bool:
    marks = test.iter_markers("django_db")
    return "transactional_db" in getattr(test, "fixturenames", ()) or any(m.kwargs.get("transaction") for m in marks)


@pytest.fixture
def cast(city_of_the_module: Cast | None, db: None) -> Cast:
    """The small city of `tests.cast`, as it was made, whatever another test did to it."""
    for forget in (rendered_bodies.clear, digests._last.clear):  # the same positions held other entries there
        forget()
    return make_cast() if city_of_the_module is None else deepcopy(city_of_the_module)


@pytest.fixture
def empty_cache() -> Iterator[None]:
    """The cache, and with it every rate limit and lock, starts and ends empty."""
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def process_environment(db: None) -> Callable[[], dict[str, str]]:
    """The environment with which another process works on the same database and Redis as this test."""

    def environment() -> dict[str, str]:
        database = connection.settings_dict
        address = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
        return {
            **os.environ,
            "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{address}",
            "DATABASE_OWNER_URL": "",
            "REDIS_URL": settings.REDIS_URL,
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "DJANGO_SETTINGS_MODULE": "jinan_credit.settings.test",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }

    return environment


def _template_being_rendered() -> str:
    frame = sys._getframe(2)
    while frame is not None:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        if frame.f_code.co_name in ("render", "render_annotated") and origin is not None:
            return str(getattr(origin, "name", origin))
        frame = frame.f_back  # type: ignore[assignment]
    return ""


def _use_redis_database(number: int) -> None:
    address = f"{settings.REDIS_URL.rpartition('/')[0]}/{number}"
    settings.REDIS_URL = settings.CELERY_BROKER_URL = address
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "LOCATION": address}}
    from jinan_credit.celery import app

    app.conf.broker_url = address
