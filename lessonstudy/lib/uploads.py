"""Files that people hand in: only what it says it is, and pictures without anything hidden in them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from math import ceil
from mimetypes import guess_type
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
LONGEST_SIDE = 1600  # pixels of a photo that is only looked at: a pupil's handwriting can be read
STRIP = 1_000_000  # pixels that are made small at once
SEAM = 3  # lines beyond a strip that tell in its outermost ones
SCRIPTS = {"asp", "aspx", "bat", "cgi", "cmd", "exe", "jsp", "phar", "php", "phtml", "pl", "py", "rb", "sh"}
# What a camera says of how it was held, and how the picture is set upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
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


def photographed(file: IO[bytes], name: str) -> Upload:
    """The picture in the file as a JPEG of its pixels alone, upright and no larger than a screen.

    ``name`` may claim nothing ("blob", as browsers call what a page made), but must not claim another kind.
    Raises BadFile.
    """
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise BadFile(_("This photo is larger than 10 MB. Make it smaller."))
    if not content:
        raise BadFile(_("This photo is empty. Take it again."))
    try:
        with _opened(content) as (picture, kind):
            said = _said_to_be(name)
            if said not in {"", PICTURES[kind].extension}:
                raise BadFile(
                    _("The name ends in “.%(said)s”, but the photo is a .%(is)s. Choose the photo itself.")
                    % {"said": said[-20:], "is": PICTURES[kind].extension}
                )
            return Upload(_small_and_upright(picture), "jpg")
    except UnidentifiedImageError:
        raise BadFile(_("This is not a photo. Choose a picture: JPEG, PNG or WebP.")) from None


def _said_to_be(name: str) -> str:
    """What a name claims: its ending, with those before it that a server or a browser might heed instead.

    Names of cameras and people have dots too: “IMG.2026.jpg” and “work.siti.jpg” claim to be a JPEG.
    """
    *inner, last = [ending.lstrip(".").lower() for ending in PurePath(name).suffixes] or [""]
    claims = [ending for ending in inner if ending in SCRIPTS or guess_type(f"x.{ending}")[0]]
    claims += [last] if any(letter.isalpha() for letter in last) else []
    return ".".join(claims).replace("jpeg", "jpg")


def _picture(content: bytes) -> Upload | None:
    try:
        with _opened(content) as (picture, kind):
            return Upload(_drawn_anew(picture, kind), PICTURES[kind].extension)
    except UnidentifiedImageError:
        return None


@contextmanager
def _opened(content: bytes) -> Iterator[tuple[Image.Image, str]]:
    """A picture of a kind we take, not unpacked yet, and its kind. Raises UnidentifiedImageError, BadFile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=list(PICTURES)) as picture:
                # A phone's photo may hold several pictures; the first one is a JPEG like any other.
                kind = "JPEG" if isinstance(picture, JpegImageFile) else str(picture.format)
                millions = PICTURES[kind].millions
                if picture.width * picture.height > millions * 1_000_000:  # before one is unpacked
                    raise BadFile(
                        _("This picture is too large. Make it smaller than %(millions)d million pixels.")
                        % {"millions": millions}
                    )
                yield picture, kind
    except (BadFile, UnidentifiedImageError):
        raise
    except (
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
    ) as error:
        raise BadFile(_("This picture cannot be read. Save it again as JPEG or PNG.")) from error


def _small_and_upright(picture: Image.Image) -> bytes:
    """The pixels on a new white sheet; what hid beside them stays behind.

    Strip by strip: a second copy of a large picture would take as much again as the picture does.
    """
    turned = picture.getexif().get(ExifTags.Base.Orientation, 1)
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG need not be unpacked whole
    width, height = picture.size
    scale = max(1.0, max(picture.size) / LONGEST_SIDE)
    sheet = Image.new("RGB", (max(1, round(width / scale)), max(1, round(height / scale))), "white")
    lines = max(1, int(STRIP / (picture.width * scale)))
    for top in range(0, sheet.height, lines):
        strip = _strip(picture, sheet.size, top, min(sheet.height, top + lines))
        sheet.paste(strip, (0, top), mask=strip if strip.mode == "RGBA" else None)
    if turned in UPRIGHT:
        sheet = sheet.transpose(UPRIGHT[turned])
    out = BytesIO()
    sheet.save(out, format="JPEG", quality=85, optimize=True)
    return out.getvalue()


def _strip(picture: Image.Image, small: tuple[int, int], begins: int, ends: int) -> Image.Image:
    """Some lines of the picture made as small as this. Their neighbours have a say at the seams."""
    scale = picture.height / small[1]
    first = max(0, int((begins - SEAM) * scale))
    last = min(picture.height, ceil((ends + SEAM) * scale))
    rows = _in_colour(picture.crop((0, first, picture.width, last)))
    box = (0, begins * scale - first, rows.width, min(rows.height, ends * scale - first))
    return rows.resize((small[0], ends - begins), box=box)


def _in_colour(strip: Image.Image) -> Image.Image:
    if strip.mode.startswith("I"):  # greys of sixteen bits, which Pillow would cut off at the eighth
        return strip.convert("I").point([grey // 256 for grey in range(65536)], "L").convert("RGB")
    return strip.convert("RGBA" if strip.has_transparency_data else "RGB")


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
