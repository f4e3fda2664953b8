"""Python runs this before a program. The program's clock stands as many seconds off as the file says, and follows it:
written anew, the clock jumps while everything runs. What is measured between two moments does not jump, as in life."""

import os
import threading
import time

import time_machine

_file = os.environ["SECONDS_OFF_FILE"]


def _seconds_off() -> float:
    with open(_file) as file:
        return float(file.read() or 0)


class _Clock:
    def __init__(self) -> None:
        self._off = _seconds_off()
        self._shown = time_machine.travel(time.time() + self._off, tick=True).start()
        self.follow()

    def follow(self) -> None:
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        while True:
            wanted = _seconds_off()
            if wanted != self._off:
                self._shown.shift(wanted - self._off)
                self._off = wanted
            threading.Event().wait(0.1)


_clock = _Clock()
os.register_at_fork(after_in_child=_clock.follow)
