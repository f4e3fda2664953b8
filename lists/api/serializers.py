from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.serializers import StrictSerializer
from jinan_credit.kernel.identifiers import is_uscc, normalise_code
from lists.enums import EntryState


class EntriesQuerySerializer(StrictSerializer):
    list = serializers.SlugField(required=False, help_text="Code of a list.")
    state = serializers.ChoiceField(choices=EntryState.choices, required=False)
    code = serializers.CharField(
        required=False, max_length=40, help_text="A whole unified social credit code; never a personal number."
    )
    cursor = serializers.CharField(required=False, help_text="From `next` or `previous` of an answer.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=KeysetPagination.max_page_size)

    def validate_code(self, raw: str) -> str:
        code = normalise_code(raw)
        if not is_uscc(code):
            raise serializers.ValidationError(
                _("A unified social credit code: 18 characters with the right check character (GB 32100)."),
                code="bad_code",
            )
        return code


class ListedSubjectSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    name = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    document_type = serializers.CharField(allow_null=True)
    document_number = serializers.CharField(allow_null=True, help_text="Null for a unit with the masked profile.")


class ListedPersonSerializer(serializers.Serializer[Any]):
    role = serializers.CharField()
    name = serializers.CharField()
    document_type = serializers.CharField(allow_null=True)
    document_number = serializers.CharField(allow_null=True)


class ListedDocumentSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    on = serializers.DateField()


class ListedTermSerializer(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, serializers.Field]:
        return {"from": serializers.DateField(), "to": serializers.DateField(help_text="The last day, included.")}


class ListedEntrySerializer(serializers.Serializer[Any]):
    """The same `entry` as in the feed."""

    list = serializers.CharField()
    kind = serializers.CharField()
    subject = ListedSubjectSerializer()
    related_persons = ListedPersonSerializer(many=True)
    decided_by = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]
        required=False,
        allow_null=True,
        help_text="The platform or region that handed the entry in; null where the deciding unit entered it itself. "
        "Not there in changes that were published before the field was.",
    )
    basis = serializers.CharField()
    document = ListedDocumentSerializer()
    decided_on = serializers.DateField()
    term = ListedTermSerializer()
    grounds = serializers.CharField()
    dishonesty_class = serializers.CharField(allow_null=True)
    disclosure = serializers.CharField()
    marks = serializers.ListField(child=serializers.CharField())


class OwnEntrySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.CharField()
    version = serializers.IntegerField(help_text="0 before it is published.")
    in_force = serializers.BooleanField(help_text="Today, by its dates.")
    published_at = serializers.DateTimeField(allow_null=True)
    exit_on = serializers.DateField(allow_null=True)
    exit_reason = serializers.CharField(allow_null=True)
    entry = ListedEntrySerializer()


class OwnEntryPageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = OwnEntrySerializer(many=True)
