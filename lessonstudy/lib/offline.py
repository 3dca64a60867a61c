"""What the page that works without a network is made of, and a mark that changes whenever that does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from lessonstudy.lib import bundle

ROOT = Path(settings.BASE_DIR) / "static"
ICON = "img/mark.svg"


def _once(make: Callable[[], str]) -> Callable[[], str]:
    """Once a process, as the manifest of hashed names is read; while one works on the files, each time."""
    return make if settings.DEBUG else cache(make)


@_once
def script() -> str:
    """All of the page's modules, as one."""
    return bundle.script(ROOT / "js/observe/observe.js")


@_once
def styles() -> str:
    """All of its style sheets."""
    return bundle.styles(ROOT / "css/capture.css", ROOT)


@_once
def digest() -> str:
    """A mark of both."""
    return hashlib.sha256(f"{script()}{styles()}".encode()).hexdigest()[:16]


def addresses() -> dict[str, str]:
    """Where the page finds what it is made of."""
    made = {kind: reverse(f"capture_{kind}", args=[digest()]) for kind in ("script", "styles")}
    return made | {"icon": static(ICON)}
