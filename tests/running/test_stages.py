"""The checks before the tests: two chains, one beside the other."""

import os
import sys
import time
from pathlib import Path

import pytest

from house import OWNER, House
from places import Place
from processes import Crew
from stages import Stage, _side_by_side


@pytest.fixture
def house(tmp_path: Path) -> House:
    place = Place(tmp_path / "a place").make()
    return House(place, Crew(place.logs, {}), {OWNER: "", "DATABASE_URL": "postgres://nobody"}, 0, None)


def stage(name: str, program: str) -> Stage:
    return Stage(name, (sys.executable, "-c", program))


def waits_for(other: Path, *, own: Path) -> str:
    return (
        f"from pathlib import Path; from time import sleep; Path({str(own)!r}).touch()\n"
        f"while not Path({str(other)!r}).exists(): sleep(0.01)"
    )


@pytest.mark.timeout(60)
def test_chains_run_beside_each_other(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first of each waits for that of the other."""
    one, other = tmp_path / "one", tmp_path / "other"
    first = [stage("first", waits_for(other, own=one)), stage("fails", "raise SystemExit('what is wrong')")]
    second = [stage("second", waits_for(one, own=other))]

    assert list(_side_by_side(house, [first, second])) == ["fails"]
    told = capsys.readouterr().out
    assert "ok   second" in told
    assert told.index("ok   first") < told.index("FAIL fails") < told.index("what is wrong")


@pytest.mark.timeout(60)
def test_what_runs_is_ended_when_the_checks_are_stopped(house: House, tmp_path: Path) -> None:
    number = tmp_path / "number"
    lasts = f"import os, pathlib, time; pathlib.Path({str(number)!r}).write_text(str(os.getpid())); time.sleep(600)"
    fails = f"{waits_for(number, own=tmp_path / 'other')}\nraise SystemExit(1)"
    checks = _side_by_side(house, [[stage("lasts", lasts)], [stage("fails", fails)]])
    assert next(checks) == "fails"
    while not number.read_text():
        time.sleep(0.01)

    checks.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)
