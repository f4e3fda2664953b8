"""What a backup says of itself. Written last: a folder without it was never finished."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinan_credit.kernel.errors import DomainError

FORMAT = 1
NAME = "manifest.json"
UNFINISHED = ".unfinished"
"""The end of a folder's name while the backup is being written."""
DATABASE, MEDIA = "database", "media"
"""The two folders of a backup."""


@dataclass(frozen=True)
class ListState:
    """One list: where its feed stands, and the hash of its digest (`docs/delivery.md`)."""

    epoch: str
    seq: int
    entries: int
    digest: str


@dataclass(frozen=True)
class Content:
    """What the database held at the moment of the backup; read again after a restore and compared."""

    migrations: dict[str, list[str]]
    rows: dict[str, int]
    lists: dict[str, ListState]
    keys: list[str]


@dataclass(frozen=True)
class FileState:
    size: int
    sha256: str
    changed_at: int = 0
    """Of a media file, in nanoseconds: equal size and time mean that the backup before holds it already."""


@dataclass(frozen=True)
class Manifest:
    made_at: str
    server_version: int
    dump_major: int
    content: Content
    key_checks: dict[str, str]
    files: dict[str, FileState]
    absent_files: int = 0
    """Files that rows name and the media folder did not hold."""
    format: int = FORMAT

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files.values())


def write(folder: Path, manifest: Manifest) -> None:
    with (folder / NAME).open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, ensure_ascii=False, indent=1, sort_keys=True)


def read(folder: Path) -> Manifest:
    """Refuses what is no backup, was never finished, or was made in another format."""
    if not folder.is_dir():
        raise DomainError("no_backup", f"There is no folder {folder}.")
    if folder.name.endswith(UNFINISHED) or not (folder / NAME).is_file():
        raise DomainError(
            "backup_torn",
            f"{folder} holds no finished backup: {NAME} is written last, and is missing. Take an earlier backup.",
        )
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise DomainError(
                "backup_format", f"{folder} has the format {told['format']}; this program reads format {FORMAT} only."
            )
        return _manifest(told)
    except (KeyError, TypeError, ValueError) as error:
        raise DomainError(
            "backup_torn", f"{folder / NAME} cannot be read ({error!r}). Take an earlier backup."
        ) from error


def _manifest(told: dict[str, Any]) -> Manifest:
    content = told["content"]
    lists = {code: ListState(**state) for code, state in content["lists"].items()}
    files = {name: FileState(**state) for name, state in told["files"].items()}
    return Manifest(**{**told, "content": Content(**{**content, "lists": lists}), "files": files})
