"""What every call of the REST interface refuses alike: too much of something, limits and filters that mean nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile

from jinan_credit.accounts.api.errors import handle
from tests.cast import Cast
from tests.sanctions.conftest import Call
from tests.sanctions.test_api import error_of

Connect = Callable[..., Call]
MIB = 1024**2
PAGED = ["tasks/", "executions/", "promises/", "memorandum-receipts/", "catalogue-items/", "portfolios/"]


@pytest.fixture
def call(cast: Cast, api: Connect) -> Call:
    return api(cast.finance)


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("parties.ndjson", b"{}")


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("screenings/", lambda: {"purpose": "x" * 6 * MIB}, (413, "too_large", None)),
        ("screening-batches/", lambda: {"file": file(), "purpose": "x" * 6 * MIB}, (413, "too_large", None)),
        (
            "screening-batches/",
            lambda: {"file": file(), **{f"field{number}": "" for number in range(1_100)}},
            (400, "too_many_fields", None),
        ),
        (
            "screening-batches/",
            lambda: {f"file{number}": file() for number in range(101)},
            (400, "too_many_files", None),
        ),
    ],
    ids=["body", "field", "fields", "files"],
)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k-1"}], ids=["", "with a key"])
def test_too_much_is_refused_in_words(
    call: Call, path: str, body: Callable[[], dict[str, Any]], said: tuple[int, str, None], headers: dict[str, str]
) -> None:
    answer = call("post", path, body(), **{"Accept-Language": "en"}, **headers)
    assert error_of(answer) == said
    assert answer.json()["type"] == "client_error"
    assert answer.json()["errors"][0]["detail"].count(".") == 2, "what is wrong, and what to do"


def test_whatever_else_is_suspicious_is_no_fault_of_ours() -> None:
    answer = handle(SuspiciousOperation("secret"), {})
    assert answer is not None
    assert (answer.status_code, answer.data["errors"][0]["code"]) == (400, "not_taken")
    assert "secret" not in json.dumps(answer.data)


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "1.5", "", "²", "9" * 5_000])
def test_a_limit_out_of_bounds_is_refused(call: Call, path: str, limit: str) -> None:
    assert error_of(call("get", f"{path}?limit={limit}")) == (400, "limit_wrong", "limit")


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize("limit", ["1", "500"])
def test_a_limit_within_bounds_is_taken(call: Call, path: str, limit: str) -> None:
    assert call("get", f"{path}?limit={limit}").status_code == 200


@pytest.mark.parametrize(
    ("path", "name", "wrong", "right"),
    [
        ("tasks/", "publication", ["1.5", "x", "0", "9" * 30, "NaN", "1e3"], ["1", str(2**63 - 1)]),
        ("tasks/", "overdue", ["perhaps", "1", "yes"], ["true", "false"]),
        ("promises/", "overdue", ["perhaps"], ["true", "false"]),
        ("executions/", "cancelled", ["perhaps"], ["true", "false"]),
    ],
)
def test_a_filter_that_means_nothing_is_refused(
    call: Call, path: str, name: str, wrong: list[str], right: list[str]
) -> None:
    for value in wrong:
        assert error_of(call("get", f"{path}?{name}={value}")) == (400, "filter_wrong", name), value
    for value in right:
        assert call("get", f"{path}?{name}={value}").status_code == 200, value


def test_refusals_are_told_in_the_callers_language(call: Call) -> None:
    for language, words in (("zh-hans", "此处没有该字段"), ("en", "This field is not known here")):
        said = call("get", "tasks/?surprise=1", **{"Accept-Language": language}).json()["errors"][0]["detail"]
        assert said.startswith(words)
