"""Files that people hand in: only what it says it is, and pictures without anything hidden in them."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import PurePath
from typing import IO, NamedTuple
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

MAX_BYTES = 10 * 2**20
MAX_NAME = 200


class Kind(NamedTuple):
    """What pictures of a kind are called, and how many millions of pixels one may have."""

    extension: str
    millions: int


# Unpacked a pixel takes four bytes; in a WebP, whose library keeps more copies, some thirty. No picture may
# take 100 MB of a server that serves others meanwhile. A phone's photo has 12 or 16 million pixels.
PICTURES = {"JPEG": Kind("jpg", 16), "PNG": Kind("png", 16), "WEBP": Kind("webp", 3)}
# The part of its archive that makes an office file what it is.
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
MACROS = "vbaProject.bin"


class BadFile(Exception):
    """A file that is not taken; the message says why and what to do."""


class UnknownFile(BadFile):
    """Content of no kind that is taken anywhere; who takes fewer kinds says which."""


class Upload(NamedTuple):
    """Bytes that are safe to keep, and the extension they have by right."""

    content: bytes
    extension: str


def examined(file: IO[bytes], name: str) -> Upload:
    """Return what may be kept of a file handed in as ``name``. Its content tells what it is, never its name.

    Pictures are drawn anew: no place, no camera, no comment goes with them. Raises BadFile.
    """
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise BadFile(_("This file is larger than 10 MB. Make it smaller, or split it."))
    if not content:
        raise BadFile(_("This file is empty. Choose it again."))
    upload = _pdf(content) or _office(content) or _picture(content)
    if upload is None:
        raise UnknownFile(
            _(
                "This is not a PDF, a picture (JPEG, PNG, WebP) or a Word, Excel or PowerPoint file. "
                "Save it as one of these."
            )
        )
    said = PurePath(name).suffix.lstrip(".").lower()
    if said not in {upload.extension, {"jpg": "jpeg"}.get(upload.extension)}:
        raise BadFile(
            _("The name ends in “.%(said)s”, but the file is a .%(is)s. Save it anew under its right name.")
            % {"said": said[:10], "is": upload.extension}
        )
    return upload


def _pdf(content: bytes) -> Upload | None:
    is_pdf = content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]
    return Upload(content, "pdf") if is_pdf else None


def _office(content: bytes) -> Upload | None:
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except BadZipFile as error:
        raise BadFile(_("This file is broken. Save it again, then choose it.")) from error
    if any(name.endswith(MACROS) for name in names):
        raise BadFile(_("This file has macros in it. Save it without them."))
    kind = next((kind for kind, part in OFFICE.items() if part in names), None)
    return Upload(content, kind) if kind else None


def _picture(content: bytes) -> Upload | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=list(PICTURES)) as picture:
                # A phone's photo may hold several pictures; the first one is a JPEG like any other.
                name = "JPEG" if isinstance(picture, JpegImageFile) else str(picture.format)
                kind = PICTURES[name]
                if picture.width * picture.height > kind.millions * 1_000_000:  # before one is unpacked
                    raise BadFile(
                        _("This picture is too large. Make it smaller than %(millions)d million pixels.")
                        % {"millions": kind.millions}
                    )
                return Upload(_drawn_anew(picture, name), kind.extension)
    except BadFile:
        raise
    except UnidentifiedImageError:
        return None
    except (
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
    ) as error:
        raise BadFile(_("This picture cannot be read. Save it again as JPEG or PNG.")) from error


def _drawn_anew(picture: Image.Image, kind: str) -> bytes:
    """The pixels alone, and which way up they are.

    No second copy of them is made: what hides beside them is forgotten before they are written, and a photo
    taken upright is not turned but says so.
    """
    picture.load()
    known = picture.getexif().get(ExifTags.Base.Orientation)
    kept = Image.Exif()
    if known in range(2, 9):
        kept[ExifTags.Base.Orientation] = known
    picture.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    out = BytesIO()
    picture.save(out, format=kind, **({"exif": kept} if kept else {}))
    return out.getvalue()
