"""What strangers upload is made harmless or refused."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from jinan_credit.kernel import uploads
from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.uploads import clean_upload

SECRET = b"N36.651 E117.120"


def jpeg_with_position() -> BytesIO:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "JPEG", exif=exif, comment=SECRET)
    return BytesIO(out.getvalue() + b"<script>alert(1)</script>")


def acting_pdf() -> BytesIO:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('acts')")
    pdf.Root.OpenAction = pdf.make_indirect(script)
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["x", pdf.make_indirect(script)]))
    pdf.attachments["virus.exe"] = b"MZ-embedded"
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=script)
    page.obj.Annots = pikepdf.Array([pdf.make_indirect(link)])
    page.obj.AA = pikepdf.Dictionary(O=script)
    pdf.docinfo["/Author"] = "Somebody"
    out = BytesIO()
    pdf.save(out)
    out.seek(0)
    return out


def test_a_pdf_whose_annotations_hold_a_null_is_taken():
    pdf = pikepdf.new()
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9])
    pdf.add_blank_page().obj.Annots = pikepdf.Array([None, 7, note])
    out = BytesIO()
    pdf.save(out)
    out.seek(0)
    with pikepdf.open(BytesIO(clean_upload(out).content)) as cleaned:
        assert [str(one.Subtype) for one in cleaned.pages[0].obj.Annots] == ["/Text"]


def test_a_picture_loses_position_comment_and_what_was_appended():
    cleaned = clean_upload(jpeg_with_position())
    with Image.open(BytesIO(cleaned.content)) as image:
        assert image.size == (40, 20)
        assert not image.getexif()
        assert "comment" not in image.info
    assert SECRET not in cleaned.content
    assert b"<script>" not in cleaned.content
    assert (cleaned.content_type, cleaned.extension) == ("image/jpeg", "jpg")


def test_a_png_keeps_its_kind_and_loses_its_text():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", SECRET.decode())
    out = BytesIO()
    Image.new("P", (8, 8)).save(out, "PNG", pnginfo=info)
    out.seek(0)
    cleaned = clean_upload(out)
    assert cleaned.content_type == "image/png"
    assert SECRET not in cleaned.content


def test_a_pdf_loses_scripts_actions_attachments_and_author():
    cleaned = clean_upload(acting_pdf())
    with pikepdf.open(BytesIO(cleaned.content)) as pdf:
        assert len(pdf.pages) == 1
        assert "/OpenAction" not in pdf.Root
        assert "/Names" not in pdf.Root
        assert "/AA" not in pdf.pages[0].obj
        assert "/A" not in pdf.pages[0].obj.Annots[0]
        assert not list(pdf.attachments)
        everything = b"".join(repr(thing).encode() for thing in pdf.objects)
    for part in (b"app.alert", b"/JavaScript", b"MZ-embedded", b"Somebody"):
        assert part not in everything
        assert part not in cleaned.content


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00",
        b"   %PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\x00" * 40,
        b"PK\x03\x04" + b"\x00" * 40,
    ],
)
def test_what_is_none_of_the_kinds_is_refused(content):
    with pytest.raises(InvalidInput) as refused:
        clean_upload(BytesIO(content))
    assert refused.value.code == "upload_kind_refused"


def test_an_empty_file_is_called_empty():
    with pytest.raises(InvalidInput) as refused:
        clean_upload(BytesIO())
    assert refused.value.code == "upload_empty"


@pytest.mark.parametrize("head", [b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
def test_a_head_without_a_body_is_refused(head):
    with pytest.raises(InvalidInput):
        clean_upload(BytesIO(head + b"<html><script>alert(1)</script>"))


def test_too_large_is_refused_without_reading_all():
    with pytest.raises(InvalidInput) as refused:
        clean_upload(BytesIO(b"%PDF-1.7\n" + b"0" * uploads.LARGEST_BYTES))
    assert refused.value.code == "upload_too_large"


def test_a_pixel_flood_is_refused_before_it_is_unpacked():
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    out.seek(0)
    with pytest.raises(InvalidInput) as refused:
        clean_upload(out)
    assert refused.value.code == "upload_unreadable"


def test_a_locked_pdf_is_refused():
    pdf = pikepdf.new()
    pdf.add_blank_page()
    out = BytesIO()
    pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    out.seek(0)
    with pytest.raises(InvalidInput) as refused:
        clean_upload(out)
    assert refused.value.code == "upload_unreadable"
