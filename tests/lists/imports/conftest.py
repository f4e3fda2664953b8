import io
from collections.abc import Callable
from typing import Any

import pytest

from lists.models import ListImport
from lists.services.import_jobs import check_import, run_import
from lists.services.imports import confirm_import, start_import
from tests.cast import Cast
from tests.lists import files

Give = Callable[..., ListImport]


@pytest.fixture
def give(cast: Cast) -> Give:
    """Rows, given as a file by a person and checked."""

    def given(
        *rows: list[Any], by: str = "clerk", credit_list: Any = None, file: io.BytesIO | None = None
    ) -> ListImport:
        list_import = start_import(
            credit_list=credit_list or cast.black,
            file=file or files.xlsx(*rows),
            file_name="名单.xlsx",
            by=cast.actor(by),
        )
        check_import(list_import.pk)
        list_import.refresh_from_db()
        return list_import

    return given


@pytest.fixture
def take(cast: Cast) -> Give:
    """A checked import, confirmed and run."""

    def taken(list_import: ListImport, *, by: str = "clerk", with_changes: bool = False) -> ListImport:
        confirm_import(list_import=list_import, by=cast.actor(by), with_changes=with_changes)
        run_import(list_import.pk)
        list_import.refresh_from_db()
        return list_import

    return taken


def codes(list_import: ListImport) -> list[str]:
    return [error["code"] for row in list_import.rows.all() for error in row.errors or ()]
