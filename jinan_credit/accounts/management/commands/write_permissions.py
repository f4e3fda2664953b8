from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from jinan_credit.accounts.permissions_page import render

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    help = "Write docs/permissions.md from what pages and calls ask for."

    def handle(self, *args: Any, **options: Any) -> None:
        page = ROOT / "docs" / "permissions.md"
        page.write_text(render(), encoding="utf-8")
        self.stdout.write(f"written: {page}")
