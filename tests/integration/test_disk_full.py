"""The disk is full, really: nothing half-written stays, and whoever asked is told."""

import io
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from jinan_credit.kernel import clock
from jinan_credit.kernel.room import NoRoom
from jinan_credit.upkeep import media
from jinan_credit.upkeep.manifest import Content, Manifest
from jinan_credit.upkeep.progress import Progress
from jinan_credit.upkeep.services import restoring
from lists.enums import ExportStatus
from lists.models import EntryExport, ListImport
from lists.services.exports import request_export, run_export
from lists.services.file_imports import import_file
from lists.services.synthetic import list_file
from tests.cast import Cast

ROOM, ROWS = 64 * 1024, 1_500

pytestmark = [pytest.mark.integration]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for 64 KiB: a file system of its own; where none may be mounted, files are limited to that."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(folder)], capture_output=True
        ).returncode
    )
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    if not mounted:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, limits[1]))
    yield folder
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def a_list(cast: Cast) -> io.BytesIO:
    return list_file(cast.black, ROWS, random=Random(5), today=clock.today())


def test_an_upload_is_kept_whole_or_not_at_all(
    cast: Cast, small_disk: Path, settings: Settings, client: Client
) -> None:
    settings.MEDIA_ROOT = small_disk
    client.force_login(cast.clerk)
    content = a_list(cast).getvalue()
    assert len(content) > ROOM

    file = SimpleUploadedFile("名单.csv", content)
    answer = client.post(
        reverse("import_new"), {"credit_list": cast.black.code, "file": file}, headers={"Accept-Language": "en"}
    )

    assert "There is no room for the file on the server; nothing was kept." in answer.content.decode()
    assert answer.status_code == 400, "the form stands there again"
    assert not ListImport.objects.exists()
    assert not files_below(small_disk)


def test_an_export_fails_whole_and_says_why(cast: Cast, small_disk: Path, settings: Settings) -> None:
    import_file(credit_list=cast.black, file=a_list(cast), file_name="名单.csv", by=cast.actor("clerk"))
    wanted = request_export(query="", reason="年度检查", by=cast.actor("clerk"))
    settings.MEDIA_ROOT = small_disk

    run_export(wanted.pk)

    failed = EntryExport.objects.get(pk=wanted.pk)
    assert (failed.status, failed.file.name, failed.leased_until) == (ExportStatus.FAILED, "", None)
    assert failed.failure
    assert not files_below(small_disk)


def test_a_backup_is_whole_or_is_none(cast: Cast, small_disk: Path, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "no media"

    with pytest.raises(CommandError, match=r"The disk is full.* No backup was made\."):
        call_command("backup", str(small_disk), stderr=io.StringIO(), stdout=io.StringIO())
    assert [path.name for path in small_disk.iterdir()] == [".lock"]


def test_restored_files_are_all_there_or_none(cast: Cast, small_disk: Path, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    settings.MEDIA_ROOT = small_disk
    files = {}
    for name, size in (("a small one", 100), ("a large one", ROOM + 1)):
        (tmp_path / "media" / name).write_bytes(b"x" * size)
        files[f"media/{name}"] = media.state_of(tmp_path / "media" / name)
    told = Manifest("", 0, 0, Content({}, {}, {}, []), {}, files)

    with pytest.raises(NoRoom, match=r"The disk is full: no room for .*a large one"):
        restoring._copy_media(tmp_path, told, Progress(OutputWrapper(io.StringIO())))
    assert not list(small_disk.iterdir())
