"""Files that belong to rows: on disk with their row, or not at all."""

import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet, Sum
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.uploads import MEGABYTE, CleanFile

_written: ContextVar[list[FieldFile]] = ContextVar("files written in this transaction")


@contextmanager
def files_or_nothing() -> Iterator[None]:
    """A transaction: when it comes to nothing, the files that it wrote are removed with their rows.

    Where one lies in another, the outer one answers for the files of both.
    """
    outer, written, is_done = _written.get(None), list[FieldFile](), False
    mark = _written.set(written)
    try:
        with transaction.atomic():
            yield
            is_done = True
    except BaseException as error:
        # whether a commit came through that got no answer nobody knows: better a file too many than a row without one
        if not (is_done and isinstance(error, OperationalError | InterfaceError)):
            for file in written:
                file.storage.delete(str(file.name))
        raise
    finally:
        _written.reset(mark)
    if outer is not None:
        outer.extend(written)


def require_room(kept: QuerySet, files: Collection[CleanFile]) -> None:
    """`case_full` when these files and those that a case has (rows with a `size`) are too much together."""
    if not files:
        return
    size = sum(len(file.content) for file in files) + (kept.aggregate(size=Sum("size"))["size"] or 0)
    if size > settings.UPLOAD_BYTES_PER_CASE:
        words = _(
            "A case holds at most %(most)d MB of documents; with these it would be more. Hand in fewer or smaller."
        )
        most = settings.UPLOAD_BYTES_PER_CASE // MEGABYTE
        raise InvalidInput("case_full", words % {"most": most}, field="evidence")


def attachment(file: FieldFile | IO[bytes], name: str, content_type: str) -> FileResponse:
    """A file that is kept, or was just written, to be saved under this name; no cache keeps it."""
    opened = file.open() if isinstance(file, FieldFile) else file
    opened.seek(0)
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "no-store"
    return response


def keep_file(field: FieldFile, file: CleanFile) -> None:
    """Write the file of a row that is saved next, under a random name; in `files_or_nothing`."""
    written = _written.get()
    field.save(f"{secrets.token_hex(16)}.{file.extension}", ContentFile(file.content), save=False)
    written.append(field)


def keep_documents(
    kept: Any, files: Iterable[CleanFile], *, by: Actor, among: QuerySet[Any] | None = None, **more: Any
) -> None:
    """Add files to the documents that a row has `kept` (its related manager); in `files_or_nothing`.

    `among`: the documents of the whole case, where they hang on several rows; `more`: what else stands in a row of
    this kind. Refusals: `case_full`.
    """
    files = list(files)
    require_room(kept.all() if among is None else among, files)
    for file in files:
        document = kept.model(
            content_type=file.content_type,
            size=len(file.content),
            sha256=file.sha256,
            added_at=clock.now(),
            added_by=by.user,
            **more,
        )
        keep_file(document.file, file)
        kept.add(document, bulk=False)
