"""Where things lie. Everything that a start makes stands under `.local/`, `.venv/` and `node_modules/`."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from words import Trouble

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
LOCAL = ROOT / ".local"
OUTSIDE = Path("/var/lib/jinan-credit")


@dataclass(frozen=True)
class Place:
    """A folder that holds one running house: its data, keys, logs and environment file."""

    folder: Path

    @property
    def environment_file(self) -> Path:
        return self.folder / "env"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @property
    def secret_key(self) -> Path:
        return self.folder / "secret_key"

    @property
    def field_keys(self) -> Path:
        return self.folder / "field_keys.json"

    @property
    def seals(self) -> Path:
        return self.folder / "seals"

    @property
    def seal_key(self) -> Path:
        return self.folder / "seal_key.pem"

    @property
    def demonstration(self) -> Path:
        return self.folder / "demonstration.json"

    @property
    def unfinished(self) -> Path:
        """Stands while the database is being filled; left over, the filling broke off."""
        return self.folder / "unfinished"

    def make(self) -> "Place":
        try:
            for folder in (self.folder, self.logs, self.media):
                folder.mkdir(parents=True, exist_ok=True)
            # Search, not read: PostgreSQL runs as another user when a root starts it.
            self.folder.chmod(0o711)
            probe = self.folder / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise Trouble(f"{self.folder} cannot be written ({error.strerror}). It must belong to you.") from error
        return self


def throw_away() -> Place:
    return Place(Path(tempfile.mkdtemp(prefix="jinan-credit-"))).make()


def remove(place: Place) -> None:
    shutil.rmtree(place.folder, ignore_errors=True)
    shutil.rmtree(outside_for(place), ignore_errors=True)


def remake(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def outside_for(place: Place) -> Path:
    """A folder for what another user must reach, when the place itself lies where that user cannot go."""
    key = hashlib.sha256(str(place.folder).encode()).hexdigest()[:12]
    return OUTSIDE / key


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
