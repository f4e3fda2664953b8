from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from jinan_credit.oversight.workflow_page import render

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    help = "Write docs/workflows.md from the tables of moves."

    def handle(self, *args: Any, **options: Any) -> None:
        page = ROOT / "docs" / "workflows.md"
        page.write_text(render(), encoding="utf-8")
        self.stdout.write(f"written: {page}")
