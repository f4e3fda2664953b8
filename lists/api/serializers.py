from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.serializers import StrictSerializer
from jinan_credit.kernel.identifiers import is_uscc, normalise_code
from lists.enums import EntryState, ImportStatus
from lists.models import CreditList, ListImport
from lists.selectors import ErrorKind
from lists.services.import_errors import explain


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


class ImportUploadSerializer(StrictSerializer):
    list = serializers.SlugRelatedField(
        slug_field="code", queryset=CreditList.objects.all(), help_text="Code of a list that this unit initiates."
    )
    file = serializers.FileField(
        allow_empty_file=True, help_text="XLSX or CSV with the header of the template; at most 50 MiB, 100,000 rows."
    )


class NothingSerializer(StrictSerializer):
    """No field is taken."""


class RowErrorSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="As a person counts: the header is row 1.")
    value = serializers.CharField(help_text="Personal numbers masked.")
    expected = serializers.CharField()


class ErrorKindSerializer(serializers.Serializer[Any]):
    column = serializers.CharField()
    code = serializers.CharField()
    count = serializers.IntegerField(help_text="Rows with this error.")
    first = RowErrorSerializer(many=True, help_text="The first of them.")


class ImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    list = serializers.CharField()
    status = serializers.ChoiceField(choices=[value for value, _label in ImportStatus.choices])
    refusal = serializers.CharField(help_text="Why the file was refused as a whole; else empty.")
    rows = serializers.IntegerField()
    new = serializers.IntegerField(help_text="Rows that become drafts, or became.")
    same = serializers.IntegerField(help_text="Rows that stand on the list already and are left out.")
    wrong = serializers.IntegerField(help_text="Rows with errors; they are left out.")
    errors = ErrorKindSerializer(many=True)  # type: ignore[assignment]


def import_answer(list_import: ListImport, errors: list[ErrorKind]) -> dict[str, Any]:
    return {
        "id": list_import.pk,
        "list": list_import.credit_list.code,
        "status": list_import.status,
        "refusal": list_import.refusal,
        "rows": list_import.row_count,
        "new": list_import.new_count,
        "same": list_import.same_count,
        "wrong": list_import.error_count,
        "errors": [
            {
                "column": kind.column,
                "code": kind.code,
                "count": kind.count,
                "first": [
                    {"row": row, "value": error.get("value", ""), "expected": explain(error)}
                    for row, error in kind.first
                ],
            }
            for kind in errors
        ],
    }
