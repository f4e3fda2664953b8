"""What stands behind the `?` of a call that reads: a name that is not known is refused, not left out."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from jinan_credit.accounts.api.serializers import unknown_fields
from jinan_credit.kernel.errors import InvalidInput


class ReadingView(APIView):
    """A view with a `get` that knows what its pages and filters know, and no other parameter."""

    query_serializer: ClassVar[Any] = None
    """Where a serializer reads the query: the parameters that it knows."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refusal: `unknown_field` (400), at each name that is not known."""
        super().initial(request, *args, **kwargs)
        if request.method in ("GET", "HEAD") and (unknown := set(request.query_params) - self._known()):
            raise unknown_fields(sorted(unknown))

    def _known(self) -> set[str]:
        pages, filters = getattr(self, "pagination_class", None), getattr(self, "filterset_class", None)
        return {
            *(pages.parameters if pages else ()),
            *(filters.base_filters if filters else ()),
            *(self.query_serializer().fields if self.query_serializer else ()),
        }


class FilterBackend(DjangoFilterBackend):
    """What cannot be understood is refused: `filter_wrong` (400), at the parameter that is wrong."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        chosen = self.get_filterset(request, queryset, view)
        if not chosen.form.is_valid():
            name, errors = next(iter(chosen.form.errors.items()))
            raise InvalidInput("filter_wrong", str(errors[0]), field=name)
        return chosen.qs
