from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from jinan_credit.oversight.field_register import render

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    help = "Write docs/fields.md from the classification of each model."

    def handle(self, *args: Any, **options: Any) -> None:
        page = ROOT / "docs" / "fields.md"
        page.write_text(render(), encoding="utf-8")
        self.stdout.write(f"written: {page}")
