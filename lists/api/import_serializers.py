from typing import Any

from rest_framework import serializers

from jinan_credit.accounts.api.paging import KeysetPagination
from jinan_credit.accounts.api.serializers import StrictSerializer
from jinan_credit.accounts.models import Unit
from lists.enums import ImportStatus
from lists.models import CreditList, ImportRow, ListImport
from lists.selectors import ErrorKind
from lists.services.import_errors import explain
from lists.services.import_refusals import words_of_refusal


class ImportUploadSerializer(StrictSerializer):
    list = serializers.SlugRelatedField(
        slug_field="code",
        queryset=CreditList.objects.all(),
        help_text="Code of a list that this unit initiates, or is a source of.",
    )
    file = serializers.FileField(
        allow_empty_file=True, help_text="XLSX or CSV with the header of the template; at most 50 MB, 100,000 rows."
    )
    unit = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Unit.objects.all(),
        required=False,
        help_text="From a source: code of the initiating unit that shall review, where the list has several.",
    )
    source = serializers.SlugRelatedField(  # type: ignore[assignment]
        slug_field="code",
        queryset=Unit.objects.all(),
        required=False,
        help_text="From an initiating unit: code of the data source of the list that the file was received from.",
    )


class ConfirmationSerializer(StrictSerializer):
    with_changes = serializers.BooleanField(
        default=False,
        help_text="True: rows that differ from a draft or returned entry revise it. A correction of a published entry "
        "is proposed by a person: such rows are left out.",
    )


_SHEET = "The sheet that was read; empty for CSV."


class RowErrorSerializer(serializers.Serializer[Any]):
    sheet = serializers.CharField(help_text=_SHEET)
    row = serializers.IntegerField(help_text="As a person counts: the header is row 1.")
    value = serializers.CharField(help_text="Personal numbers masked.")
    expected = serializers.CharField()


class ErrorKindSerializer(serializers.Serializer[Any]):
    column = serializers.CharField(help_text="Empty: the row as a whole.")
    code = serializers.CharField()
    count = serializers.IntegerField(help_text="Rows with this error.")
    first = RowErrorSerializer(many=True, help_text="The first of them.")


class ErrorsQuerySerializer(StrictSerializer):
    cursor = serializers.CharField(required=False, help_text="From `next` or `previous` of an answer.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=KeysetPagination.max_page_size)


class CellErrorSerializer(serializers.Serializer[Any]):
    column = serializers.CharField(help_text="Empty: the row as a whole.")
    code = serializers.CharField()
    value = serializers.CharField(help_text="Personal numbers masked.")
    expected = serializers.CharField()


class WrongRowSerializer(serializers.Serializer[Any]):
    sheet = serializers.CharField(help_text=_SHEET)
    row = serializers.IntegerField(help_text="As a person counts: the header is row 1.")
    errors = CellErrorSerializer(many=True)  # type: ignore[assignment]


class WrongRowPageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = WrongRowSerializer(many=True)


class DifferenceSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    old = serializers.CharField(allow_null=True)
    new = serializers.CharField(allow_null=True)


class ChangedRowSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    entry = serializers.UUIDField(help_text="The entry that the row differs from.")
    differences = DifferenceSerializer(many=True)


class ImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    list = serializers.CharField()
    unit = serializers.CharField(help_text="Code of the initiating unit whose drafts the rows become.")
    source = serializers.CharField(allow_null=True, help_text="Code of the data source; null: the unit itself.")  # type: ignore[assignment]
    status = serializers.ChoiceField(choices=[value for value, _label in ImportStatus.choices])
    refusal = serializers.CharField(help_text="Why the file was refused as a whole; else empty.")
    refusal_code = serializers.CharField(help_text="The same for machines, such as `header_wrong`.")
    sheet = serializers.CharField(help_text=_SHEET)
    progress = serializers.IntegerField(help_text="Rows done in the present step.")
    of = serializers.IntegerField(help_text="Rows to be done in the present step; 0 while nobody knows.")
    rows = serializers.IntegerField()
    new = serializers.IntegerField(help_text="Rows that become drafts, or became.")
    changed = serializers.IntegerField(help_text="Rows that differ from the entry that they name.")
    same = serializers.IntegerField(help_text="Rows that stand on the list already and are left out.")
    wrong = serializers.IntegerField(help_text="Rows with errors; they are left out.")
    left_out = serializers.IntegerField(help_text="Good rows that others overtook between check and import.")
    errors = ErrorKindSerializer(many=True, help_text="What is wrong, by kind; row by row: `…/errors/`.")  # type: ignore[assignment]
    changes = ChangedRowSerializer(many=True, help_text="The first 50 changed rows, until they are imported.")
    imported_at = serializers.DateTimeField(allow_null=True)
    reversed_at = serializers.DateTimeField(allow_null=True)


def import_answer(list_import: ListImport, errors: list[ErrorKind], changes: list[ImportRow]) -> dict[str, Any]:
    return {
        "id": list_import.pk,
        "list": list_import.credit_list.code,
        "unit": list_import.unit.code,
        "source": list_import.source.code if list_import.source is not None else None,
        "status": list_import.status,
        "refusal": words_of_refusal(list_import.refusal),
        "refusal_code": list_import.refusal_code,
        "sheet": list_import.sheet_name,
        "progress": list_import.progress,
        "of": list_import.work_total,
        "rows": list_import.row_count,
        "new": list_import.new_count,
        "changed": list_import.changed_count,
        "same": list_import.same_count,
        "wrong": list_import.error_count,
        "left_out": list_import.left_out_count,
        "errors": [_error_kind(kind, list_import.sheet_name) for kind in errors],
        "changes": [
            {
                "row": row.row,
                "entry": row.entry_id,
                "differences": [
                    {"field": name, "old": old, "new": new} for name, (old, new) in (row.differences or {}).items()
                ],
            }
            for row in changes
        ],
        "imported_at": list_import.imported_at,
        "reversed_at": list_import.reversed_at,
    }


def wrong_row(row: ImportRow, sheet: str) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "row": row.row,
        "errors": [
            {
                "column": error["column"],
                "code": error["code"],
                "value": error.get("value", ""),
                "expected": explain(error),
            }
            for error in row.errors or []
        ],
    }


def _error_kind(kind: ErrorKind, sheet: str) -> dict[str, Any]:
    return {
        "column": kind.column,
        "code": kind.code,
        "count": kind.count,
        "first": [
            {"sheet": sheet, "row": row, "value": error.get("value", ""), "expected": explain(error)}
            for row, error in kind.first
        ],
    }
