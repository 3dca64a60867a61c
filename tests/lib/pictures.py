"""Pictures, and what pretends to be one."""

from io import BytesIO
from zipfile import ZipFile

from PIL import ExifTags, Image

CANARY = b"CANARY"


def picture(kind="JPEG", *, mode="RGB", size=(40, 30), colour=None, **options):
    out = BytesIO()
    Image.new(mode, size, colour or 0).save(out, kind, **options)
    return out.getvalue()


def archive():
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("work.jpg", picture())
    return out.getvalue()


def telling(kind="JPEG"):
    """A photo that says where it was taken and by what, with a comment, a profile and a script behind it."""
    told = Image.Exif()
    told[ExifTags.Base.ImageDescription] = "CANARY <?php system($_GET['x']); ?>"
    told[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "S",
        ExifTags.GPS.GPSLatitude: (6.0, 12.0, 7.0),
    }
    options = {"comment": CANARY} if kind == "JPEG" else {}
    return (
        picture(kind, exif=told, xmp=CANARY, icc_profile=CANARY * 50, **options) + b"<script>CANARY</script>"
    )


PRETENDERS = {  # name → content that is no photo, whatever the name says
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "svg.jpg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "page.html": b"<html><script>alert(1)</script></html>",
    "html.png": b"<html><script>alert(1)</script></html>",
    "polyglot.gif": b"GIF89a/*<svg onload='x'/>*/=1;",
    "polyglot.jpg": b"GIF89a/*<svg onload='x'/>*/=1;",
    "real.gif": picture("GIF"),
    "script.php": b"<?php system($_GET['x']); ?>",
    "archive.jpg": archive(),
    "paper.pdf": b"%PDF-1.7\n%%EOF",
    "cut.jpg": picture()[:300],
    "empty.jpg": b"",
    "photo.jpg.php": picture(),
    "photo.php.jpg": picture(),
    "photo.jpg.html": picture(),
    "photo.png": picture("JPEG"),
    "photo.jpg": picture("PNG"),
    "poster.tiff": picture("TIFF"),
}
