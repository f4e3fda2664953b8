"""Finds a Python that is new enough. Nothing here may need one."""

import os
import shutil
import sys

NEEDED = (3, 11)


def hand_over_to_a_newer_one():
    # type: () -> None
    """Go on in this Python if it is new enough, else in a newer one on PATH, else say what is needed and stop."""
    if sys.version_info >= NEEDED:
        return
    for minor in range(14, NEEDED[1] - 1, -1):
        newer = shutil.which("python3.%d" % minor)
        if newer:
            os.execv(newer, [newer] + sys.argv)
    sys.stderr.write(
        "Python %d.%d or newer is needed; this is Python %d.%d (%s).\n"
        "On Debian 12 or newer: apt-get install python3 python3-venv\n"
        % (NEEDED[0], NEEDED[1], sys.version_info[0], sys.version_info[1], sys.executable)
    )
    sys.exit(1)
