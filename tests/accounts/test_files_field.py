"""Several files at once: what is wrong with one of them is said of that one."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from jinan_credit.accounts.applicants import FilesField
from tests.kernel.test_uploads import jpeg_with_position


def _picture(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg_with_position().read())


def test_of_several_files_the_wrong_ones_are_named() -> None:
    given = [
        _picture("good.jpg"),
        SimpleUploadedFile("bill.pdf", b"MZ not a PDF"),
        SimpleUploadedFile("empty.pdf", b""),
    ]
    with pytest.raises(forms.ValidationError) as refused:
        FilesField().clean(given)
    wrong, empty = refused.value.messages
    assert wrong.startswith("bill.pdf")
    assert empty.startswith("empty.pdf")


def test_of_one_file_only_the_fault_is_said() -> None:
    with pytest.raises(forms.ValidationError) as refused:
        FilesField().clean([SimpleUploadedFile("bill.pdf", b"MZ not a PDF")])
    assert "bill.pdf" not in refused.value.messages[0]


def test_good_files_are_taken_in_their_order() -> None:
    assert len(FilesField().clean([_picture("a.jpg"), _picture("b.jpg")])) == 2
