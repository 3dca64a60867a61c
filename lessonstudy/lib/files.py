"""Files below MEDIA_ROOT that a row names by key: written whole or not at all, named so that nobody guesses.

The row comes after its file and goes before it, so that no row names a file that is not there. What that
leaves behind when the power goes are files that no row names; ``left_over`` finds them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from time import time
from typing import IO
from uuid import uuid4

from django.conf import settings

ON_ITS_WAY = 60 * 60  # seconds in which the row of a file may still come


class NoRoom(Exception):
    """The file could not be written; nothing of it is left."""


def put(folder: str, content: bytes, extension: str) -> str:
    """Store the content in the folder; return its key. Nobody sees half a file. Raises NoRoom."""
    key = f"{folder}/{uuid4()}.{extension}"
    try:
        write(key, content)
    except OSError as error:
        raise NoRoom(str(error)) from error
    return key


def write(key: str, content: bytes) -> None:
    """Store the content under this key, in place of what was there. Raises OSError."""
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False)  # noqa: SIM115 renamed below
    try:
        with part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        os.replace(part.name, path)
    except BaseException:
        Path(part.name).unlink(missing_ok=True)
        raise


def opened(key: str) -> IO[bytes]:
    """The stored file, to read. Raises FileNotFoundError."""
    return _path(key).open("rb")


def is_there(key: str) -> bool:
    return _path(key).is_file()


def forget(key: str) -> None:
    """Delete a stored file; none is none."""
    _path(key).unlink(missing_ok=True)


def left_over(folder: str, named: Collection[str]) -> Iterator[str]:
    """Keys of files in the folder that none of these rows names, but for those that were just written."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted((root / folder).rglob("*")):
        key = path.relative_to(root).as_posix()
        if path.is_file() and key not in named and path.stat().st_mtime < time() - ON_ITS_WAY:
            yield key


def _path(key: str) -> Path:
    """Where the key leads; never out of MEDIA_ROOT, whatever a row may say. Raises FileNotFoundError."""
    root = Path(settings.MEDIA_ROOT).resolve()
    path = (root / key).resolve()
    if not path.is_relative_to(root) or path == root:
        raise FileNotFoundError(key)
    return path
