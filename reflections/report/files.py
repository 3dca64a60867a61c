"""Where finished pages are kept: written under a temporary name, then renamed, named by their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def folder(report_id: int) -> Path:
    """The one folder of a report; nothing else is ever put there."""
    return Path(settings.MEDIA_ROOT) / "reports" / str(report_id)


def put(report_id: int, content: bytes) -> tuple[str, str]:
    """Store the pages; return their key (path below MEDIA_ROOT) and SHA-256. Nobody sees half a file."""
    checksum = hashlib.sha256(content).hexdigest()
    place = folder(report_id)
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place, prefix=".", delete=False) as part:
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
    path = place / f"{checksum}.pdf"
    os.replace(part.name, path)
    return str(path.relative_to(settings.MEDIA_ROOT)), checksum


def read(key: str) -> bytes:
    """The stored pages. Raises FileNotFoundError."""
    return (Path(settings.MEDIA_ROOT) / key).read_bytes()


def keep_only(report_id: int, key: str) -> None:
    """Remove what other attempts left in the report's folder."""
    for path in folder(report_id).iterdir():
        if str(path.relative_to(settings.MEDIA_ROOT)) != key:
            path.unlink(missing_ok=True)
