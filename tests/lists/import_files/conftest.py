import io
from collections.abc import Callable

import pytest

from lists.models import ListImport
from lists.services.import_jobs import check_import
from lists.services.imports import start_import
from tests.cast import Cast

Check = Callable[..., ListImport]


@pytest.fixture
def check(cast: Cast) -> Check:
    """Gives a file to the black list, as the clerk does, and has it checked as a worker does."""

    def checked(file: io.BytesIO, name: str = "名单.xlsx", red: bool = False) -> ListImport:
        made = start_import(
            credit_list=cast.red if red else cast.black, file=file, file_name=name, by=cast.actor("clerk")
        )
        check_import(made.pk)
        made.refresh_from_db()
        return made

    return checked
