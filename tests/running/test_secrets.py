"""No secret stands in the project: keys, tokens and passwords are made where it runs."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

NOT_OURS = {
    ".git",
    ".venv",
    "node_modules",
    ".local",
    "static_collected",
    "media",
    "secrets",
    ".mypy_cache",
    ".ruff_cache",
}
SHAPES = {
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}",
    "signing secret": r"whsec_[A-Za-z0-9+/]{24,}",
    "cloud key": r"\b(?:AKIA|LTAI)[0-9A-Za-z]{12,}",
    "access token": r"\b(?:ghp|gho|glpat|xox[bp])[-_][0-9A-Za-z-]{20,}",
    "signed token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "password of an address": r"\b(?:postgres|redis|smtp|submission|amqp)s?://[^\s:/@{}$]*:[0-9A-Za-z]{16,}@",
}


def test_nothing_looks_like_a_secret() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {kind}"
        for path in _texts(ROOT)
        for kind, shape in SHAPES.items()
        if re.search(shape, path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


def test_a_secret_would_be_seen(tmp_path: Path) -> None:
    samples = {
        "private key": "-----BEGIN PRIVATE " + "KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        "signing secret": "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "password of an address": "postgres://jc:" + "5f2c9d1b8a7e6f4c3b2a@db:5432/jc",
    }
    for kind, text in samples.items():
        assert re.search(SHAPES[kind], text), kind


def _texts(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in NOT_OURS and not path.is_symlink():
            yield from _texts(path)
        elif path.is_file() and path.suffix not in (".png", ".jpg", ".mo", ".xlsx", ".woff2", ".pyc"):
            yield path
