"""What a long command tells: one line that is drawn over on a terminal, a line for each step elsewhere."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.management.base import OutputWrapper

MEBIBYTE = 1024 * 1024
_DRAW_EVERY = 0.2


@dataclass
class Progress:
    stream: OutputWrapper
    _drawn_at: float = field(default=0.0)
    _is_drawn: bool = field(default=False)

    def say(self, line: str) -> None:
        self._end_line()
        self._write(f"{line}\n")

    def draw(self, line: str) -> None:
        """Only where somebody looks on."""
        if self.stream.isatty() and time.monotonic() - self._drawn_at > _DRAW_EVERY:
            self._write(f"\r\x1b[K{line}")
            self._drawn_at, self._is_drawn = time.monotonic(), True

    def counter(self, words: str) -> Callable[[int], None]:
        """To be told of each file's bytes."""
        files = size = 0

        def tell(more: int) -> None:
            nonlocal files, size
            files, size = files + 1, size + more
            self.draw(f"{words}: {files:,} files, {size // MEBIBYTE:,} MiB")

        return tell

    def _end_line(self) -> None:
        if self._is_drawn:
            self._write("\r\x1b[K")
            self._is_drawn = False

    def _write(self, text: str) -> None:
        self.stream.write(text, style_func=str, ending="")
        self.stream.flush()
