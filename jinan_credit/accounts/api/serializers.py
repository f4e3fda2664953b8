from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know: a typing error must not be taken for consent."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise unknown_fields(unknown)
        return super().to_internal_value(data)


def unknown_fields(names: Iterable[str]) -> serializers.ValidationError:
    words = _("This field is not known here. Leave it out, or compare its name with the description of the API.")
    return serializers.ValidationError({name: [serializers.ErrorDetail(words, code="unknown_field")] for name in names})
