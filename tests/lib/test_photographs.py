"""Photos: only real ones, small and upright, with nothing hidden in them, and never dear to look at."""

import subprocess
import sys
import zlib
from io import BytesIO
from struct import pack

import pytest
from PIL import ExifTags, Image, ImageChops

from lessonstudy.lib.uploads import LONGEST_SIDE, MAX_BYTES, BadFile, photographed
from tests.lib.pictures import PRETENDERS, picture, telling


def taken(content, name="photo.jpg"):
    return photographed(BytesIO(content), name)


def seen(upload):
    return Image.open(BytesIO(upload.content))


@pytest.mark.parametrize("name", PRETENDERS)
def test_what_is_no_photo_or_is_named_like_something_else_is_refused(name):
    with pytest.raises(BadFile):
        taken(PRETENDERS[name], name)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("JPEG", ["photo.jpg", "photo.JPEG", "blob", "IMG.2026.11.05.jpg", "", "karya.siti.jpg"]),
        ("PNG", ["photo.png", "blob"]),
        ("WEBP", ["photo.webp", "blob"]),
    ],
)
def test_a_real_photo_is_taken_under_its_own_name_or_none(kind, names):
    for name in names:
        kept = seen(upload := taken(picture(kind), name))
        assert (kept.format, kept.size, upload.extension) == ("JPEG", (40, 30), "jpg")


def test_a_photo_of_more_than_ten_megabytes_is_refused():
    with pytest.raises(BadFile, match="larger than 10 MB"):
        taken(picture() + b"x" * MAX_BYTES)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_camera_comment_and_script_stay_behind(kind):
    content = telling(kind)

    kept = taken(content, "blob").content

    assert b"CANARY" in content
    assert [word for word in (b"CANARY", b"GPS", b"Exif", b"<script", b"<?php") if word in kept] == []
    assert dict(seen(taken(content, "blob")).getexif()) == {}


@pytest.mark.parametrize("way", range(1, 9))
def test_a_photo_stands_upright_however_the_camera_was_held(way):
    upright = Image.new("RGB", (60, 40), "white")
    upright.paste("black", (0, 0, 30, 20))  # dark above at the left
    back = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[way]
    held = upright if back is None else upright.transpose(Image.Transpose(back))
    told = Image.Exif()
    told[ExifTags.Base.Orientation] = way
    out = BytesIO()
    held.save(out, "PNG", exif=told)

    kept = seen(taken(out.getvalue(), "blob")).convert("L")

    assert kept.size == (60, 40)
    assert ImageChops.difference(kept, upright.convert("L")).getbbox() is None or (
        kept.getpixel((8, 8)) < 60 < 200 < kept.getpixel((50, 30))
    )


@pytest.mark.parametrize(
    "size", [(4000, 3000), (3000, 4000), (1601, 1600), (15000, 1000), (16000, 3), (1, 1)]
)
def test_a_photo_is_made_as_small_as_one_looks_at_it(size):
    kept = seen(taken(picture("PNG", size=size), "blob"))

    assert max(kept.size) == min(LONGEST_SIDE, max(size))
    assert abs(kept.width / kept.height - size[0] / size[1]) < 0.01 * size[0] / size[1] or min(kept.size) <= 2


@pytest.mark.parametrize(("mode", "clear"), [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0))])
def test_what_is_clear_becomes_white_paper(mode, clear):
    kept = seen(taken(picture("PNG", mode=mode, colour=clear), "blob"))

    assert kept.getpixel((5, 5)) == (255, 255, 255)


def test_greys_of_sixteen_bits_keep_their_shade():
    kept = seen(taken(picture("PNG", mode="I;16", colour=32768), "blob"))

    assert kept.getpixel((5, 5)) == (128, 128, 128)


def test_no_seam_shows_where_a_large_photo_was_made_small_strip_by_strip():
    noise = Image.effect_noise((4000, 3000), 60).convert("RGB")
    out = BytesIO()
    noise.save(out, "JPEG", quality=30)
    known = Image.open(BytesIO(out.getvalue()))
    known.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))

    kept = seen(taken(out.getvalue(), "blob"))

    apart = ImageChops.difference(kept.convert("L"), known.resize(kept.size).convert("L"))
    lines = [
        apart.crop((0, y, apart.width, y + 1)).resize((1, 1)).getpixel((0, 0)) for y in range(apart.height)
    ]
    assert max(lines) <= min(lines) + 6


# What it costs


GROWTH = """
import io, sys
from pathlib import Path
import django
from django.conf import settings
settings.configure(USE_I18N=False)
django.setup()
from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # what loading them takes is no picture's
from lessonstudy.lib.uploads import BadFile, photographed

def most():
    # Not ru_maxrss: that begins with what the process took that started this one.
    told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(told["VmHWM"].split()[0]) // 1024

content, before = sys.stdin.buffer.read(), most()
try:
    photographed(io.BytesIO(content), "blob")
    outcome = "taken"
except BadFile:
    outcome = "refused"
print(outcome, most() - before)
"""


def grown(content):
    run = subprocess.run([sys.executable, "-c", GROWTH], input=content, capture_output=True, check=True)
    outcome, megabytes = run.stdout.split()
    return outcome.decode(), int(megabytes)


@pytest.mark.parametrize(
    ("kind", "mode", "size"),
    [
        ("JPEG", "RGB", (4000, 4000)),
        ("JPEG", "CMYK", (4000, 4000)),
        ("PNG", "RGBA", (4000, 4000)),
        ("PNG", "RGBA", (3199, 3199)),
        ("PNG", "LA", (4000, 4000)),
        ("PNG", "RGB", (15000, 1000)),
        ("WEBP", "RGBA", (2000, 1500)),
    ],
)
def test_the_largest_photo_that_is_taken_costs_less_than_100_mb(kind, mode, size):
    outcome, megabytes = grown(picture(kind, mode=mode, size=size))

    assert outcome == "taken"
    assert megabytes < 100


def bomb(width=14000, height=12000):
    """A PNG of 168 million pixels in some kilobytes."""

    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width + 1)) for _row in range(height)) + packer.flush()
    head = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_bomb_is_refused_cheaply():
    content = bomb()

    outcome, megabytes = grown(content)

    assert len(content) < 600_000
    assert outcome == "refused"
    assert megabytes < 100


def test_the_same_bomb_would_be_dear_without_the_look_at_its_head():
    """The control: Pillow alone unpacks it."""
    run = GROWTH.replace('photographed(io.BytesIO(content), "blob")', LOADED)

    told = subprocess.run([sys.executable, "-c", run], input=bomb(), capture_output=True, check=True).stdout

    assert int(told.split()[1]) > 150


LOADED = "from PIL import Image; Image.MAX_IMAGE_PIXELS = None; Image.open(io.BytesIO(content)).load()"
