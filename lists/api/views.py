"""For the initiating unit's own system: read entries."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.authentication import actor_of
from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.queries import ReadingView
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.kernel.errors import NotFound
from lists.api import serializers
from lists.filters import with_code
from lists.models import Entry
from lists.selectors import entry_bodies
from lists.services.handouts import log_entries


class ListsView(ReadingView):
    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @property
    def profile(self) -> DataProfile:
        unit = self.actor.unit
        assert unit is not None, "a client belongs to a unit"
        return DataProfile(unit.data_profile)

    def hand_out(self, entries: list[Entry]) -> list[Any]:
        """The entries as this unit's system gets them; full numbers in them are logged."""
        bodies = entry_bodies(Entry.objects.filter(pk__in=[entry.pk for entry in entries]), self.profile)
        log_entries(entries=entries, bodies=bodies, by=self.actor)
        return _rendered(entries, bodies)


class Entries(ListsView):
    required_scope = "entries:read"
    query_serializer = serializers.EntriesQuerySerializer

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
        return pages.get_paginated_response(self.hand_out(page or []))


class EntryDetail(ListsView):
    required_scope = "entries:read"

    @extend_schema(tags=["entries"], responses=serializers.OwnEntrySerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """One entry. 404 for another unit's draft, as for one that does not exist."""
        entry = Entry.objects.visible_to(self.actor).filter(pk=pk).first()
        if entry is None:
            raise NotFound("entry_not_found", _("There is no such entry."))
        return Response(self.hand_out([entry])[0])


def _rendered(entries: list[Entry], bodies: dict[Any, dict[str, Any]]) -> list[Any]:
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
