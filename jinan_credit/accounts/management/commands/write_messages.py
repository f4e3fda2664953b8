from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from jinan_credit.accounts.message_page import render

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    help = "Write docs/messages.md from the kinds of events."

    def handle(self, *args: Any, **options: Any) -> None:
        page = ROOT / "docs" / "messages.md"
        page.write_text(render(), encoding="utf-8")
        self.stdout.write(f"written: {page}")
