"""For the initiating unit's own system: read entries, hand in list files. A machine never publishes."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.kernel.errors import NotFound
from lists.api import serializers
from lists.enums import ImportStatus
from lists.filters import with_code
from lists.models import Entry, ListImport
from lists.selectors import entry_bodies, import_errors
from lists.services.imports import confirm_import, start_import


class ListsView(APIView):
    @property
    def actor(self) -> Actor:
        actor: Actor = self.request._request.actor  # type: ignore[attr-defined]
        return actor

    @property
    def profile(self) -> DataProfile:
        unit = self.actor.unit
        assert unit is not None, "a client belongs to a unit"
        return DataProfile(unit.data_profile)


class Entries(ListsView):
    required_scope = "entries:read"

    @extend_schema(
        operation_id="entries_list",
        tags=["entries"],
        parameters=[serializers.EntriesQuerySerializer],
        responses=serializers.OwnEntryPageSerializer,
    )
    def get(self, request: Request) -> Response:
        """This unit's entries in every state, and what was published on lists it cooperates on; newest first."""
        query = serializers.EntriesQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        wanted = {"list": "credit_list__code", "state": "state"}
        filters = {path: query.validated_data[name] for name, path in wanted.items() if name in query.validated_data}
        if "code" in query.validated_data:
            filters["subject__in"] = with_code(query.validated_data["code"])
        pages = KeysetPagination()
        page = pages.paginate_queryset(Entry.objects.visible_to(self.actor).filter(**filters), request, view=self)
        return pages.get_paginated_response(_rendered(page or [], self.profile))


class EntryDetail(ListsView):
    required_scope = "entries:read"

    @extend_schema(tags=["entries"], responses=serializers.OwnEntrySerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """One entry. 404 for another unit's draft, as for one that does not exist."""
        entry = Entry.objects.visible_to(self.actor).filter(pk=pk).first()
        if entry is None:
            raise NotFound("entry_not_found", _("There is no such entry."))
        return Response(_rendered([entry], self.profile)[0])


def _rendered(entries: list[Entry], profile: DataProfile) -> list[Any]:
    bodies = entry_bodies(Entry.objects.filter(pk__in=[entry.pk for entry in entries]), profile)
    rows = [
        {
            "id": entry.pk,
            "state": entry.state,
            "version": entry.version,
            "in_force": entry.is_in_force,
            "published_at": entry.published_at,
            "exit_on": entry.exit_on,
            "exit_reason": entry.exit_reason or None,
            "entry": bodies[entry.pk],
        }
        for entry in entries
    ]
    return serializers.OwnEntrySerializer(rows, many=True).data  # type: ignore[return-value]


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

        403 for a list that this unit does not initiate; 409 `file_known` for a file given before.
        """
        upload = serializers.ImportUploadSerializer(data=request.data)
        upload.is_valid(raise_exception=True)
        file = upload.validated_data["file"]
        list_import = start_import(
            credit_list=upload.validated_data["list"], file=file, file_name=file.name, by=self.actor
        )
        return Response(_answer(list_import), status=202)


class ImportDetail(ListsView):
    required_scope = "entries:write"

    @extend_schema(tags=["entries"], responses=serializers.ImportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How far an import is, what it found and what is wrong with which rows."""
        return Response(_answer(_mine(self.actor, pk)))


class ImportConfirmation(ListsView):
    required_scope = "entries:write"
    parser_classes = [JSONParser]

    @extend_schema(
        tags=["entries"], request=serializers.NothingSerializer, responses={202: serializers.ImportSerializer}
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Let the good rows become drafts. 409 `import_not_checked` unless the import waits for confirmation."""
        serializers.NothingSerializer(data=request.data).is_valid(raise_exception=True)
        return Response(_answer(confirm_import(list_import=_mine(self.actor, pk), by=self.actor)), status=202)


def _mine(actor: Actor, pk: int) -> ListImport:
    found = ListImport.objects.visible_to(actor).select_related("credit_list").filter(pk=pk).first()
    if found is None:
        raise NotFound("import_not_found", _("There is no such import."))
    return found


def _answer(list_import: ListImport) -> Any:
    is_checked = list_import.status in (ImportStatus.CHECKED, ImportStatus.IMPORTED)
    errors = import_errors(list_import) if is_checked and list_import.error_count else []
    return serializers.ImportSerializer(serializers.import_answer(list_import, errors)).data
