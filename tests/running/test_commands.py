"""What the commands say, and the small browser with which the story is walked."""

import subprocess
import sys
from pathlib import Path

import pytest

import story
import visitor
from house import _write_environment_file, opened, stopped_by_signals
from places import Place, remove, write_private
from processes import Crew
from services import free_port, port_is_free
from tests.conftest import ROOT
from up import _table, _wanted_port
from visitor import Page, Wrong
from words import Trouble


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path / "a place").make()
    yield place
    remove(place)


def test_an_old_python_is_told_what_is_needed(monkeypatch, capsys):
    import old_python

    monkeypatch.setattr(sys, "version_info", (3, 8, 1, "final", 0))
    monkeypatch.setattr(old_python.shutil, "which", lambda name: None)

    with pytest.raises(SystemExit, match="1"):
        old_python.hand_over_to_a_newer_one()

    assert "Python 3.11 or newer is needed; this is Python 3.8" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["up", "test", "lib/old_python.py"])
def test_the_first_lines_can_be_read_by_old_pythons(name):
    source = (ROOT / "bin" / name).read_text()

    compile(source, name, "exec")
    assert ' f"' not in source
    assert "(f'" not in source
    assert ") -> " not in source.replace("# type: () -> None", "")


def test_a_busy_port_is_told_with_another(monkeypatch):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(Trouble, match=rf"Port {port} is in use\. Choose another: PORT="):
            _wanted_port()


@pytest.mark.parametrize("port", ["0", "65536", "web", "-1", "²"])
def test_a_bad_port_is_named(monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(Trouble, match="PORT is"):
        _wanted_port()


def test_a_free_port_is_free():
    assert port_is_free(free_port())


def test_a_folder_that_is_not_ours_is_told(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(Trouble, match="cannot be written"):
        Place(tmp_path / "file" / "below").make()


def test_private_files_are_private(tmp_path):
    write_private(tmp_path / "key", "secret")

    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "key").read_text() == "secret"


def test_the_environment_file_is_read_back_as_written(place):
    from environs import Env

    values = {"FIELD_KEYS_FILE": '/tmp/a b/it\'s "here"\\x', "DATABASE_URL": "postgres://a:b@127.0.0.1:1/c#d"}
    _write_environment_file(place, values)
    env = Env()
    read = env.read_env(str(place.environment_file), override=False, return_path=False, recurse=False)

    import dotenv

    assert read
    assert dotenv.dotenv_values(place.environment_file) == values


def test_wide_characters_line_up():
    assert _table([("name", "role"), ("王芳", "clerk")]) == ["name  role ", "王芳  clerk"]


@pytest.mark.integration
def test_the_database_of_a_house_knows_chinese(place, monkeypatch):
    """The whole start of the services, at a path with a space, with PostgreSQL and Redis of its own."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    place.folder.parent.chmod(0o755)

    with opened(place, port=free_port(), durable=False) as house:
        environment = house.environment
        query = "SELECT ('济' ~ '[[:alpha:]]')::text || current_setting('server_version_num')"
        answer = house.postgres._sql(query)
        names = house.crew.names()

    assert answer.startswith("true18")
    assert names == ["postgres", "redis"]
    assert environment["DATABASE_URL"].startswith("postgres://jinan_credit_app:")
    assert environment["DATABASE_OWNER_URL"].startswith("postgres://postgres:")
    assert house.crew.environment["DATABASE_OWNER_URL"] == ""
    assert house.crew.names() == []


def test_a_second_start_is_refused_while_the_first_runs(place):
    from house import only_one

    again = f"""
import sys; sys.path.insert(0, {str(ROOT / "bin" / "lib")!r})
from pathlib import Path
from house import only_one; from places import Place
with only_one(Place(Path({str(place.folder)!r}))): pass
"""
    with only_one(place):
        done = subprocess.run([sys.executable, "-c", again], capture_output=True, text=True)

    assert "bin/up already runs for this checkout" in done.stderr


def test_signals_stop_once():
    import os
    import signal

    from processes import Stopped

    with pytest.raises(Stopped), stopped_by_signals():
        os.kill(os.getpid(), signal.SIGTERM)


class _House:
    def __init__(self, folder: Path) -> None:
        self.place = Place(folder)
        self.crew = Crew(folder, {})
        self.address = "http://127.0.0.1:1"
        self.demonstration = {}


def test_a_story_prints_a_line_a_step(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(story, "STEPS", [])
    story.step("the first thing held")(lambda walk: walk.kept.update(seen=1))
    story.step("the second saw the first")(lambda walk: f"{walk.kept['seen']} thing")

    assert story.walk(_House(tmp_path))
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("ok    1  the first thing held  (")
    assert lines[3].startswith("ok    2  the second saw the first: 1 thing  (")


def test_a_story_ends_at_the_first_step_that_fails(monkeypatch, capsys, tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "web.log").write_text("what the web server said\n")

    def wrong(walk):
        raise Wrong("the list is empty")

    monkeypatch.setattr(story, "STEPS", [])
    story.step("something held")(wrong)
    story.step("never reached")(lambda walk: None)

    assert not story.walk(_House(tmp_path))
    told = capsys.readouterr()
    assert "FAIL  1  something held" in told.out
    assert "never reached" not in told.out
    assert "the list is empty" in told.err
    assert "what the web server said" in told.err


def test_until_tells_what_did_not_happen():
    with pytest.raises(Wrong, match=r"the push did not happen within 0 s; the last answer was \[\]"):
        story.until(list, "the push", within=0.1)


PAGE = """
<form action="/search/"><input name="q"></form>
<form method="post" action="/decide/?next=1">
  <input type="hidden" name="csrfmiddlewaretoken" value="token">
  <input name="title" value="旧&amp;新"><input type="checkbox" name="agreed"><input type="checkbox" name="told" checked>
  <input type="radio" name="way" value="a"><input type="radio" name="way" value="b" checked>
  <input type="file" name="file">
  <select name="unit"><option value="1">One</option><option value="2" selected>Two</option></select>
  <textarea name="reason">because</textarea>
  <button name="move" value="approve">Approve</button>
</form>
"""


def test_a_form_is_read_as_a_browser_would_send_it():
    form = Page(200, "http://127.0.0.1/entry/", {}, PAGE.encode()).form("/decide/")

    assert form.method == "post"
    assert form.fields == {
        "csrfmiddlewaretoken": "token",
        "title": "旧&新",
        "told": "on",
        "way": "b",
        "unit": "2",
        "reason": "because",
    }
    assert form.buttons == [("move", "approve")]


def test_a_page_without_the_form_is_wrong():
    with pytest.raises(Wrong, match="no form with 'objection'"):
        Page(200, "http://127.0.0.1/entry/", {}, PAGE.encode()).form("objection")


@pytest.mark.django_db(transaction=True)
def test_a_visitor_signs_in_and_out(live_server):
    from jinan_credit.accounts.models import User

    User.objects.create_user("walker", password="柳絮-quiet-harbour-7")
    person = visitor.Visitor(live_server.url)

    with pytest.raises(Wrong, match="could not sign in"):
        person.sign_in("walker", "not the password")

    page = person.sign_in("walker", "柳絮-quiet-harbour-7").get("/")
    assert "walker" in page.text or page.status == 200
