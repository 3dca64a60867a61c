"""What the page that works without a network is made of, and a mark that changes whenever that does."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR) / "static"
MODULES = ("js/observe/", "js/offline/", "js/lib/csrf.js", "js/ui/confirm.js")
STYLES = "css/capture.css"
ICON = "img/mark.svg"


def modules(*under: str) -> tuple[str, ...]:
    """Paths of our modules below ``static/`` that begin with one of these; all of them without any."""
    every = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("js/**/*.js"))
    return tuple(path for path in every if path.startswith(under or "js/"))


@cache  # once a process, as the manifest of hashed names is read
def files() -> tuple[str, ...]:
    """Everything below ``static/`` that the page fetches."""
    styles = re.findall(rf"{settings.STATIC_URL}([\w/.-]+\.css)", (ROOT / STYLES).read_text())
    return (STYLES, *styles, *modules(*MODULES), ICON)


@cache
def digest() -> str:
    """A mark of what is in the files."""
    return hashlib.sha256(b"".join((ROOT / path).read_bytes() for path in files())).hexdigest()
