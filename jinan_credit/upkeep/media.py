"""The files of MEDIA_ROOT: copied with their hashes, or linked to the backup before, where they are already."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from jinan_credit.kernel.room import room_needed
from jinan_credit.upkeep.manifest import FileState

_CHUNK = 1024 * 1024

Tell = Callable[[int], None]


def files_below(folder: Path) -> Iterator[Path]:
    """All regular files, in a steady order; links are none of ours."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def copy_files(
    source: Path, target: Path, before: Path | None, known: dict[str, FileState], tell: Tell
) -> dict[str, FileState]:
    """Copy what is below `source`. A file that the backup `before` holds with equal size and time is linked to it.

    Files never change once they are written, so a link is as good as a copy. One that is deleted meanwhile is left out.
    """
    found: dict[str, FileState] = {}
    for path in files_below(source):
        name = path.relative_to(source).as_posix()
        try:
            state = _linked(path, target / name, before and before / name, known.get(name)) or copy(path, target / name)
        except FileNotFoundError:
            continue
        found[name] = state
        tell(state.size)
    return found


def _linked(path: Path, target: Path, before: Path | None, known: FileState | None) -> FileState | None:
    there = path.stat()
    if before is None or known is None or (there.st_size, there.st_mtime_ns) != (known.size, known.changed_at):
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(before, target)
    except OSError:  # gone from there, or a file system without links
        return None
    return known


def copy(source: Path, target: Path) -> FileState:
    """A copy with its hash and the time of the original."""
    target.parent.mkdir(parents=True, exist_ok=True)
    hashed, size = hashlib.sha256(), 0
    with room_needed(f"The disk is full: no room for {target}."), source.open("rb") as reading:
        there = os.fstat(reading.fileno())
        with target.open("wb") as writing:
            while chunk := reading.read(_CHUNK):
                hashed.update(chunk)
                size += len(chunk)
                writing.write(chunk)
        os.utime(target, ns=(there.st_mtime_ns, there.st_mtime_ns))
    return FileState(size, hashed.hexdigest(), there.st_mtime_ns)


def state_of(path: Path) -> FileState:
    with path.open("rb") as file:
        return FileState(os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest())
