"""docker-compose.yml and what it names, checked without an engine."""

import re

import pytest
import yaml
from django.utils import translation

from jinan_credit.settings import base
from lists.api.import_serializers import ImportUploadSerializer
from lists.forms.imports import ImportForm
from lists.services.import_files import LARGEST_FILE
from tests.conftest import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
WORKERS = ("worker-jobs", "worker-sweep", "worker-push", "worker-push-failing", "worker-purge", "worker-seal")
APP = ("web", *WORKERS, "beat", "push-loop", "migrate", "backup")
# What a service may say in the compose specification; a misspelt key would be ignored or refused at the start.
KNOWN = {
    *(
        "build",
        "cap_drop",
        "command",
        "depends_on",
        "entrypoint",
        "environment",
        "healthcheck",
        "image",
        "init",
        "logging",
        "networks",
    ),
    *(
        "ports",
        "profiles",
        "read_only",
        "restart",
        "secrets",
        "security_opt",
        "shm_size",
        "stop_grace_period",
        "stop_signal",
    ),
    *("tmpfs", "user", "volumes"),
}


def test_the_services_are_the_production_shape():
    assert set(SERVICES) == {"front", "postgres", "redis", *APP}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_well_formed(name):
    service = SERVICES[name]

    assert set(service) <= KNOWN
    assert "image" in service
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    for other, condition in service.get("depends_on", {}).items():
        assert other in SERVICES
        if condition["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or (source.startswith("./") and (ROOT / source).exists())


@pytest.mark.parametrize("name", set(SERVICES) - {"migrate", "backup"})
def test_what_stays_up_is_watched(name):
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert "healthcheck" in SERVICES[name]


@pytest.mark.parametrize("name", APP)
def test_a_look_that_asks_the_program_knows_its_addresses(name):
    """Neither a health check nor `exec` goes through the entrypoint by itself, which makes them."""
    look = " ".join(SERVICES[name].get("healthcheck", {}).get("test", []))

    assert not re.search(r"(?<!deploy/entrypoint )python (-m celery|manage\.py)", look)
    assert name not in WORKERS or "deploy/entrypoint python -m celery" in look


def test_a_command_that_is_sent_into_a_container_knows_its_addresses():
    papers = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.yml")]
    sent = [line for path in papers for line in re.findall(r"docker compose exec[^`\n]*manage\.py", path.read_text())]

    assert sent
    assert [line for line in sent if "deploy/entrypoint python manage.py" not in line] == []


def test_the_papers_name_every_secret():
    words = {7: "seven", 8: "eight", 9: "nine", 10: "ten"}
    found = []
    for paper in ("docs/operations.md", "docs/settings.md", "docker-compose.yml"):
        found += re.findall(r"(?i)put (\w+) files into `?\./secrets", (ROOT / paper).read_text())

    assert found == [words[len(COMPOSE["secrets"])]] * 3
    table = (ROOT / "docs" / "settings.md").read_text()
    for secret in COMPOSE["secrets"].values():
        assert f"`{secret['file'].removeprefix('./secrets/')}`" in table


def test_the_papers_count_the_processes_of_the_workers():
    commands = [SERVICES[name]["command"] for name in WORKERS]
    processes = sum(int(command[command.index("--concurrency") + 1]) for command in commands)

    assert processes == 18
    assert "eighteen processes of workers" in (ROOT / "docs" / "operations.md").read_text()


def test_the_papers_know_every_program():
    table = (ROOT / "docs" / "architecture.md").read_text()
    picture = re.findall(r"workers\[(.*?)\]", (ROOT / "docs" / "operations.md").read_text())[0]

    assert [name for name in WORKERS if not re.search(rf"(?m)^\|[^|]*\b{name}\b[^|-]*[,|]", table)] == []
    assert ["worker" + one.strip().removeprefix("worker") for one in picture.split(",")] == list(WORKERS)


@pytest.mark.parametrize("name", [".gitignore", ".dockerignore"])
def test_what_a_site_adds_is_left_out(name):
    """The file of its variables holds passwords."""
    lines = [line.removeprefix("/") for line in (ROOT / name).read_text().splitlines()]

    assert {".env", "deploy/options/*.conf"} <= set(lines)


def test_every_queue_has_a_worker():
    """A queue that nobody reads would swallow its tasks in silence."""
    served = set()
    for service in SERVICES.values():
        command = service.get("command", [])
        if "--queues" in command:
            served |= set(command[command.index("--queues") + 1].split(","))
    routed = {base.CELERY_TASK_DEFAULT_QUEUE, *(route["queue"] for route in base.CELERY_TASK_ROUTES.values())}

    assert served == routed


def test_bin_up_serves_the_same_queues():
    import programs

    served = {queue for queues, _ in programs.QUEUES.values() for queue in queues.split(",")}

    assert served == {base.CELERY_TASK_DEFAULT_QUEUE, *(route["queue"] for route in base.CELERY_TASK_ROUTES.values())}


def test_a_sender_that_needs_no_celery_stands_by(tmp_path):
    """Else a dead broker stops the push until somebody has read the alert."""
    import programs
    from house import House
    from places import Place
    from processes import Crew

    house = House(Place(tmp_path), Crew(tmp_path, {}), {}, 8000, None)

    assert SERVICES["push-loop"]["command"][:3] == ["python", "manage.py", "push_loop"]
    assert set(SERVICES["push-loop"]["depends_on"]) == {"migrate"}
    assert SERVICES["push-loop"]["networks"] == ["inside", "outside"]
    assert "push_loop" in [word for process in programs.of_the_house(house) for word in process.command]


def test_who_knows_the_owner_of_the_database():
    """Whoever does can change the history."""
    knowing = {name for name, service in SERVICES.items() if "postgres_password" in service.get("secrets", [])}

    assert knowing == {"postgres", "migrate", "worker-purge", "backup"}


def test_who_holds_the_key_of_the_seals():
    assert [name for name, service in SERVICES.items() if "seal_key" in service.get("secrets", [])] == ["worker-seal"]
    assert "seals:/var/lib/jinan-credit/seals" in SERVICES["worker-seal"]["volumes"]


def test_only_the_front_has_ports():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["front"]


def test_data_services_cannot_be_reached_from_outside():
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert all(
        SERVICES[name]["networks"] == ["inside"] for name in ("postgres", "redis", "worker-sweep", "beat", "migrate")
    )


def test_the_database_knows_chinese():
    postgres = SERVICES["postgres"]

    assert postgres["image"].startswith("postgres:18")
    assert "--locale=C.UTF-8" in postgres["environment"]["POSTGRES_INITDB_ARGS"]


def test_the_log_is_archived_from_the_start():
    postgres = SERVICES["postgres"]

    assert "archive_mode=on" in postgres["command"]
    assert "archive:/var/lib/archive" in postgres["volumes"]
    assert "/var/lib/archive/wal" in postgres["entrypoint"][2]


def test_the_image_brings_the_servers_own_pg_dump():
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    (major,) = re.findall(r"postgresql-client-(\d+)", dockerfile)

    assert SERVICES["postgres"]["image"].startswith(f"postgres:{major}-")


def test_web_is_given_the_time_to_finish():
    (grace,) = re.findall(r'"--graceful-timeout", "(\d+)"', (ROOT / "deploy" / "Dockerfile").read_text())

    assert int(SERVICES["web"]["stop_grace_period"].removesuffix("s")) > int(grace)


def test_no_secret_stands_in_the_file():
    text = (ROOT / "docker-compose.yml").read_text()

    assert not re.search(r"(?i)(password|secret_key|token):\s*[^\s/{$\[]", text.split("\nsecrets:")[0])


def test_the_program_runs_as_nobody_in_particular():
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    app = dockerfile.split(" AS app")[1].split("\nFROM ")[0]

    assert "USER jinan_credit" in app
    assert "--require-hashes" in dockerfile


def test_the_image_holds_every_package():
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"jinan_credit", "static", "templates", "locale"}

    assert packages <= set(re.findall(r"^COPY (\w+) \w+$", dockerfile, re.MULTILINE))
    for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source


def test_the_front_lets_the_largest_list_file_pass():
    """With the form around it. Everybody is told the same size."""
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    (passes,) = re.findall(r"client_max_body_size (\d+)m;", nginx)
    told = f"at most {LARGEST_FILE // 1024**2} MB"

    assert int(passes) > LARGEST_FILE // 1024**2
    with translation.override("en"):
        assert told in str(ImportForm.base_fields["file"].help_text)
    assert told in ImportUploadSerializer().fields["file"].help_text


def test_a_backup_is_sealed_first_and_made_without_a_seal_too():
    shell, option, line = SERVICES["backup"]["command"]

    assert (shell, option) == ("sh", "-c")
    assert line.startswith("python manage.py seal_history --by-worker; exec python manage.py backup ")
