"""A body that is itself the file of parties, not a form: it goes to disk as it comes."""

from typing import IO, Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from rest_framework.parsers import BaseParser, DataAndFiles

from lists.services.import_files import LARGEST_FILE
from lists.services.import_refusals import refuse

CHUNK = 64 * 1024


class FileParser(BaseParser):
    """Gives the body as the one field `file`. Refusal: `file_too_large`, before more is read."""

    file_name = ""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> "DataAndFiles[Any, Any]":
        request, size = parser_context["request"]._request, 0
        file = TemporaryUploadedFile(self.file_name, self.media_type, 0, None)
        request._post, request._files = QueryDict(), MultiValueDict({"file": [file]})  # closed with the request
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > LARGEST_FILE:
                refuse({"refused": "file_too_large", "most": LARGEST_FILE // 1024**2})
            file.write(chunk)
        file.size = size
        file.seek(0)
        return DataAndFiles({}, {"file": file})


class NdjsonParser(FileParser):
    media_type = "application/x-ndjson"
    file_name = "parties.ndjson"


class CsvParser(FileParser):
    media_type = "text/csv"
    file_name = "parties.csv"


class XlsxParser(FileParser):
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file_name = "parties.xlsx"


FILE_PARSERS = [NdjsonParser, CsvParser, XlsxParser]
