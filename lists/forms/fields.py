"""Fields that are the same in every form, and what is asked of a document number."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.identifiers import normalise_code, normalise_text
from jinan_credit.kernel.uploads import CleanFile, clean_upload
from lists.enums import DocumentType


class LineField(forms.CharField):
    """One line of text in one spelling: half width, no invisible characters."""

    def to_python(self, value: Any) -> str:
        return normalise_text(super().to_python(value) or "")


class LinesField(forms.CharField):
    """Several texts, one a line, as a list; an empty line is none."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line for one in (value or "").splitlines() if (line := normalise_text(one)[:200])]


class CodeField(forms.CharField):
    """A code in one spelling: half width, upper case, no spaces or hyphens."""

    def to_python(self, value: Any) -> str:
        return normalise_code(super().to_python(value) or "")


class TolerantDateField(forms.DateField):
    """A day as people write it: 2026-03-31, 2026/3/31, 2026年3月31日, 20260331."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2026-03-31"})

    def __init__(self, **kwargs: Any) -> None:
        formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
        super().__init__(input_formats=formats, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(normalise_text(value).replace(" ", "") if isinstance(value, str) else value)


class CleanFileField(forms.FileField):
    """One file, made harmless before anything else sees it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"})
        super().__init__(widget=widget, allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> CleanFile | None:
        upload: UploadedFile | None = super().clean(data, initial)
        if not upload:
            return None
        try:
            return clean_upload(upload)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def text_area(label: Any, rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def choices(enum: Any, blank: Any = "—") -> list[tuple[str, Any]]:
    return [("", blank), *(choice for choice in enum.choices if choice[0])]


def number_faults(document_type: str, number: str) -> dict[str, Any]:
    """What is wrong with a document number, by field."""
    if not document_type:
        return {"document_type": _("Give the type of the document.")}
    fault = DocumentType(document_type).fault_of(number)
    return {"number": fault} if fault else {}
