"""For the system of an initiating unit, or of a source of its list: hand in list files. A machine never publishes."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.parsers import JSONParser
from jinan_credit.accounts.api.serializers import StrictSerializer
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.api import import_serializers as serializers
from lists.api.views import ListsView
from lists.enums import ImportStatus
from lists.models import ListImport
from lists.selectors import import_errors
from lists.services.imports import cancel_import, confirm_import, start_import

MOST_CHANGES = 50
KNOWN = (ImportStatus.CHECKED, ImportStatus.IMPORTING, ImportStatus.IMPORTED)
"""Its rows were looked at, and what is wrong with them is kept."""


class Imports(ListsView):
    required_scope = "entries:write"
    parser_classes = [MultiPartParser]

    @extend_schema(
        tags=["entries"],
        request={"multipart/form-data": serializers.ImportUploadSerializer},
        responses={202: serializers.ImportSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Hand in a list file. It is checked; after `confirm` its good rows are drafts, which people submit and review.

        From a source of the list the drafts are the initiating unit's, and of what is known only what came from that
        source can be changed. 403 for a list that this unit neither initiates nor is a source of; 409 `file_known` for
        a file given before, `imports_waiting` while too many imports of the unit are not finished.
        """
        upload = serializers.ImportUploadSerializer(data=request.data)
        upload.is_valid(raise_exception=True)
        file = upload.validated_data["file"]
        list_import = start_import(
            credit_list=upload.validated_data["list"],
            file=file,
            file_name=file.name,
            by=self.actor,
            source=upload.validated_data.get("source"),
            unit=upload.validated_data.get("unit"),
        )
        return Response(_answer(list_import), status=202)


class ImportDetail(ListsView):
    required_scope = "entries:write"

    @extend_schema(tags=["entries"], responses=serializers.ImportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How far an import is, what it found, which rows are wrong and which differ from their entry."""
        return Response(_answer(_mine(self.actor, pk)))


class ImportConfirmation(ListsView):
    required_scope = "entries:write"
    parser_classes = [JSONParser]

    @extend_schema(
        tags=["entries"], request=serializers.ConfirmationSerializer, responses={202: serializers.ImportSerializer}
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Let the new rows become drafts. 409 `import_not_checked` unless the import waits for confirmation."""
        confirmation = serializers.ConfirmationSerializer(data=request.data)
        confirmation.is_valid(raise_exception=True)
        list_import = confirm_import(list_import=_mine(self.actor, pk), by=self.actor, **confirmation.validated_data)
        return Response(_answer(list_import), status=202)


class ImportCancellation(ListsView):
    required_scope = "entries:write"
    parser_classes = [JSONParser]

    @extend_schema(tags=["entries"], request=None, responses=serializers.ImportSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Forget a checked file and its rows; then the same file may be given again. 409 `import_not_checked` else."""
        StrictSerializer(data=request.data).is_valid(raise_exception=True)
        return Response(_answer(cancel_import(list_import=_mine(self.actor, pk), by=self.actor)))


class ImportErrors(ListsView):
    required_scope = "entries:write"
    query_serializer = serializers.ErrorsQuerySerializer

    @extend_schema(
        tags=["entries"],
        parameters=[serializers.ErrorsQuerySerializer],
        responses=serializers.WrongRowPageSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        """Every row that is left out and all that is wrong in it, in the order of the file.

        409 `import_not_checked` before the file was checked, and when it was refused or cancelled.
        """
        query = serializers.ErrorsQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        list_import = _mine(self.actor, pk)
        if list_import.status not in KNOWN:
            raise DomainError("import_not_checked", _("The rows of this import were not checked, or are not kept."))
        pages = KeysetPagination()
        pages.ordering = "row"
        rows = pages.paginate_queryset(list_import.rows.with_errors(), request, view=self) or []
        return pages.get_paginated_response([serializers.wrong_row(row, list_import.sheet_name) for row in rows])


def _mine(actor: Actor, pk: int) -> ListImport:
    found = ListImport.objects.handed_in_by(actor).select_related("credit_list", "unit", "source").filter(pk=pk).first()
    if found is None:
        raise NotFound("import_not_found", _("There is no such import."))
    return found


def _answer(list_import: ListImport) -> Any:
    is_checked = list_import.status in (ImportStatus.CHECKED, ImportStatus.IMPORTED)
    has_errors = is_checked and list_import.error_count + list_import.left_out_count
    has_changes = list_import.status == ImportStatus.CHECKED and list_import.changed_count
    return serializers.ImportSerializer(
        serializers.import_answer(
            list_import,
            import_errors(list_import) if has_errors else [],
            list(list_import.rows.changed()[:MOST_CHANGES]) if has_changes else [],
        )
    ).data
