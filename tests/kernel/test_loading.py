"""Whoever serves the first request or does the first job does not wait for the pages to be loaded."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

TELL = """
import sys
{program}
print("lists.views.review" in sys.modules)
"""
WEB = "import jinan_credit.wsgi"
WORKER = """
import jinan_credit.celery
import django
django.setup()
from celery.signals import worker_process_init
worker_process_init.send(None)
"""


@pytest.mark.parametrize("program", [WEB, WORKER], ids=["web", "worker"])
def test_all_pages_are_loaded_at_the_start(program: str) -> None:
    command = [sys.executable, "-c", TELL.format(program=program)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "True"
