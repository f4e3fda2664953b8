"""What strangers upload is never kept as it came: images are drawn anew, PDFs rewritten without anything that acts.

Allowed: PDF, JPEG, PNG up to 5 MB. The kind is read from the content, never from the name or the header.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

import pikepdf
import puremagic
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from jinan_credit.kernel.errors import InvalidInput

MEGABYTE = 1024 * 1024
LARGEST_BYTES = 5 * MEGABYTE
LARGEST_PIXELS = 40_000_000
MOST_PAGES = 300
MOST_FILES = 5

_SIGNATURES = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
_ACTING_KEYS = (
    "/A",
    "/AA",
    "/AF",
    "/AcroForm",
    "/Collection",
    "/EF",
    "/EmbeddedFiles",
    "/JS",
    "/JavaScript",
    "/Launch",
    "/Metadata",
    "/OpenAction",
    "/PieceInfo",
    "/RichMediaContent",
    "/RichMediaSettings",
    "/XFA",
)
_ACTING_ANNOTATIONS = {"/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound", "/3D", "/Widget"}


@dataclass(frozen=True)
class CleanFile:
    content: bytes
    content_type: str
    extension: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def clean_upload(upload: IO[bytes]) -> CleanFile:
    """The upload made harmless.

    Refusals: `upload_too_large`, `upload_empty`, `upload_kind_refused` (not PDF, JPEG or PNG), `upload_unreadable`
    (damaged, encrypted, too many pixels or pages).
    """
    content = upload.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise InvalidInput("upload_too_large", _("A file may have at most 5 MB."), field="evidence")
    if not content:
        raise InvalidInput("upload_empty", _("The file is empty."), field="evidence")
    return _CLEANERS[_kind_of(content)](content)


def _kind_of(content: bytes) -> str:
    for kind, signature in _SIGNATURES.items():
        if content.startswith(signature) and kind in _guessed(content):
            return kind
    raise InvalidInput(
        "upload_kind_refused", _("Only PDF, JPEG and PNG files are taken; this is none of them."), field="evidence"
    )


def _guessed(content: bytes) -> set[str]:
    try:
        return {guess.mime_type for guess in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return set()


def _redraw(content: bytes, *, image_format: str, mode: str) -> bytes:
    """The same picture without EXIF, position, comments or appended bytes."""
    try:
        with Image.open(BytesIO(content), formats=[image_format]) as image:
            if image.width * image.height > LARGEST_PIXELS:
                raise _unreadable()
            drawn = ImageOps.exif_transpose(image).convert(mode)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unreadable() from error
    fresh = Image.new(mode, drawn.size)
    fresh.paste(drawn)
    out = BytesIO()
    fresh.save(out, image_format, quality=88) if image_format == "JPEG" else fresh.save(out, image_format)
    return out.getvalue()


def _jpeg(content: bytes) -> CleanFile:
    return CleanFile(_redraw(content, image_format="JPEG", mode="RGB"), "image/jpeg", "jpg")


def _png(content: bytes) -> CleanFile:
    return CleanFile(_redraw(content, image_format="PNG", mode="RGBA"), "image/png", "png")


def _pdf(content: bytes) -> CleanFile:
    """The same pages without scripts, actions, forms, embedded files or metadata."""
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if pdf.is_encrypted or len(pdf.pages) > MOST_PAGES:
                raise _unreadable()
            _disarm(pdf)
            out = BytesIO()
            pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, RecursionError) as error:
        raise _unreadable() from error
    return CleanFile(out.getvalue(), "application/pdf", "pdf")


def _disarm(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        _drop_acting_annotations(page.obj)
    for thing in pdf.objects:
        _drop_acting_keys(thing)
    names = pdf.Root.get("/Names")
    if names is not None:
        del pdf.Root["/Names"]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def _drop_acting_annotations(page: Any) -> None:
    annotations = page.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return
    known = [one for one in annotations if isinstance(one, pikepdf.Dictionary)]  # some writers leave a null behind
    kept = [one for one in known if str(one.get("/Subtype", "")) not in _ACTING_ANNOTATIONS]
    page["/Annots"] = pikepdf.Array(kept)


def _drop_acting_keys(thing: Any) -> None:
    if isinstance(thing, pikepdf.Array):
        for part in thing:
            _visit(part)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key in _ACTING_KEYS:
            if key in thing:
                del thing[key]
        for key in list(thing.keys()):
            _visit(thing[key])


def _visit(part: Any) -> None:
    """Descend into what is written inside its parent; indirect objects are met on their own."""
    if isinstance(part, pikepdf.Object) and not part.is_indirect:
        _drop_acting_keys(part)


def _unreadable() -> InvalidInput:
    return InvalidInput(
        "upload_unreadable",
        _("The file is damaged, protected by a password or too large to be shown. Save it anew and try again."),
        field="evidence",
    )


_CLEANERS: dict[str, Callable[[bytes], CleanFile]] = {
    "application/pdf": _pdf,
    "image/jpeg": _jpeg,
    "image/png": _png,
}
