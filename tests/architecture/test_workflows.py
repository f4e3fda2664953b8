"""The page of the workflows says what the tables say."""

from jinan_credit.oversight.workflow_page import render
from tests.conftest import ROOT


def test_the_page_of_the_workflows_is_current():
    assert (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8") == render(), "run manage.py write_workflows"
