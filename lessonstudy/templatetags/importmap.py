"""The import map: lets modules name each other plainly while the browser fetches the hashed files."""

import json
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@cache  # once a process, as the manifest of hashed names is read
def modules() -> tuple[str, ...]:
    """Paths of our modules below ``static/``."""
    root = Path(settings.BASE_DIR) / "static"
    return tuple(sorted(path.relative_to(root).as_posix() for path in root.glob("js/**/*.js")))


@register.simple_tag(takes_context=True)
def importmap(context: template.Context) -> SafeString:
    """Map the plain address of every module under ``static/js`` to the address it is served at."""
    addresses = {f"{settings.STATIC_URL}{path}": static(path) for path in modules()}
    nonce = getattr(context.get("request"), "csp_nonce", "")
    # Names of our own files, which a script reads as they are: entities would break them.
    imports = mark_safe(json.dumps({"imports": addresses}))  # noqa: S308
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, imports)
