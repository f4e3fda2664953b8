import re

from django.core.management import call_command
from django.test import Client


def test_the_schema_is_valid_and_warns_of_nothing(tmp_path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))

    assert (tmp_path / "schema.yaml").read_text(encoding="utf-8").startswith("openapi: 3.1")


def test_the_docs_need_no_sign_in_and_hold_no_inline_code(client: Client, db: None) -> None:
    page = client.get("/api/docs/").content.decode()

    assert '<html lang="zh-Hans">' in page
    assert not re.search(r"<style|<script(?![^>]* src=)[^>]*>|<[^>]+ (style|on[a-z]+)=", page)
