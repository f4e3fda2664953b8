"""How many calls may wait for a change at once. Each keeps a thread of its web process; pages need threads, too."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

MOST_WAITING = 8
"""In one process: half of the threads that it is started with."""
MOST_A_UNIT = 4


class WaitingRoom:
    """The places of one process."""

    def __init__(self, most: int, most_a_unit: int) -> None:
        self._most, self._most_a_unit = most, most_a_unit
        self._lock = threading.Lock()
        self._waiting: Counter[int] = Counter()

    @contextmanager
    def place(self, unit_id: int, seconds: float) -> Iterator[float]:
        """How long this call may wait: as long as it asks to, or not at all when no place is free."""
        is_taken = seconds > 0 and self._take(unit_id)
        try:
            yield seconds if is_taken else 0.0
        finally:
            if is_taken:
                self._leave(unit_id)

    def _take(self, unit_id: int) -> bool:
        with self._lock:
            if self._waiting.total() >= self._most or self._waiting[unit_id] >= self._most_a_unit:
                return False
            self._waiting[unit_id] += 1
            return True

    def _leave(self, unit_id: int) -> None:
        with self._lock:
            self._waiting[unit_id] -= 1


waiting_room = WaitingRoom(MOST_WAITING, MOST_A_UNIT)
