"""Archives that people hand in, unpacked so that a hostile one costs little."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MAX_INFLATED = 32 * 2**20  # bytes
MAX_PARTS = 2000


class TooLarge(Exception):
    """The archive holds more than it may."""


def inflated(content: bytes, *, wanted: Callable[[ZipInfo], bool] = lambda _part: True) -> BytesIO:
    """The wanted parts of the archive in one without compression.

    The libraries that read office files inflate some parts in one go, whatever size the archive states: a
    file of 200 kB that understates it takes 400 MB. Copied in small steps, no part grows beyond the size it
    states. Raises TooLarge, and BadZipFile or ValueError for an archive that is broken.
    """
    copied = BytesIO()
    with ZipFile(BytesIO(content)) as packed, ZipFile(copied, "w") as copy:
        parts = [part for part in packed.infolist() if wanted(part)]
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_INFLATED:
            raise TooLarge
        for part in parts:
            if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise ValueError("A compression that cannot be undone in small steps.")
            with packed.open(part) as source, copy.open(part.filename, "w") as target:
                shutil.copyfileobj(source, target)
    copied.seek(0)
    return copied
