"""The words and characters that the engine knows, one text file a kind, parted by spaces or line ends."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def words(kind: str) -> list[str]:
    return (_FOLDER / f"{kind}.txt").read_text(encoding="utf-8").split()
