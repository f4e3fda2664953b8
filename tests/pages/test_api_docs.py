import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django_filters import FilterSet
from drf_spectacular.generators import SchemaGenerator

from sanctions.filters import ApiExecutionFilter, ApiPromiseFilter, ApiResponseFilter, ApiTaskFilter


def test_the_schema_is_valid_and_warns_of_nothing(tmp_path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))

    assert (tmp_path / "schema.yaml").read_text(encoding="utf-8").startswith("openapi: 3.1")


def described() -> dict[str, Any]:
    return SchemaGenerator().get_schema(public=True)["paths"]


def test_each_post_that_honours_a_key_says_so() -> None:
    keyed = {
        address
        for address, operations in described().items()
        for one in operations.get("post", {}).get("parameters", [])
        if (one["name"], one["in"], one.get("required", False)) == ("Idempotency-Key", "header", False)
        and one["schema"] == {"type": "string", "maxLength": 200}
    }
    posts = {address for address, operations in described().items() if "post" in operations}
    without = {f"/api/v1/{path}/" for path in ("feed/{code}/ack", "endpoint/pause", "endpoint/resume")}
    assert posts - keyed == without


def test_headers_of_answers_are_described() -> None:
    for operations in described().values():
        for operation in operations.values():
            assert operation["responses"]["429"]["headers"]["Retry-After"]["schema"] == {"type": "integer"}
    assert "Feed-Head" in described()["/api/v1/feed/{code}/"]["get"]["responses"]["200"]["headers"]


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("tasks", ApiTaskFilter),
        ("responses", ApiResponseFilter),
        ("executions", ApiExecutionFilter),
        ("promises", ApiPromiseFilter),
    ],
)
def test_each_filter_is_described(name: str, filters: type[FilterSet]) -> None:
    parameters = {one["name"]: one for one in described()[f"/api/v1/{name}/"]["get"]["parameters"]}
    assert set(parameters) == {*filters.base_filters, "cursor", "limit"}
    assert {one["in"] for one in parameters.values()} == {"query"}
    limit = parameters["limit"]["schema"]
    assert (limit["minimum"], limit["maximum"]) == (1, 500)


def test_the_docs_need_no_sign_in_and_hold_no_inline_code(client: Client, db: None) -> None:
    page = client.get("/api/docs/").content.decode()

    assert '<html lang="zh-Hans">' in page
    assert not re.search(r"<style|<script(?![^>]* src=)[^>]*>|<[^>]+ (style|on[a-z]+)=", page)
