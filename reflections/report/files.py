"""Where finished pages are kept: written under a temporary name, then renamed, named by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from lessonstudy.lib import files

FOLDER = "reports"


def folder(report_id: int) -> Path:
    """The one folder of a report; nothing else is ever put there."""
    return Path(settings.MEDIA_ROOT) / FOLDER / str(report_id)


def put(report_id: int, content: bytes) -> tuple[str, str]:
    """Store the pages; return their key (path below MEDIA_ROOT) and SHA-256. Nobody sees half a file."""
    checksum = hashlib.sha256(content).hexdigest()
    key = f"{FOLDER}/{report_id}/{checksum}.pdf"
    files.write(key, content)
    return key, checksum


def read(key: str) -> bytes:
    """The stored pages. Raises FileNotFoundError."""
    return (Path(settings.MEDIA_ROOT) / key).read_bytes()


def keep_only(report_id: int, key: str) -> None:
    """Remove what other attempts left in the report's folder."""
    for path in folder(report_id).iterdir():
        if str(path.relative_to(settings.MEDIA_ROOT)) != key:
            path.unlink(missing_ok=True)
