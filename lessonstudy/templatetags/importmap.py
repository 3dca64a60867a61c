"""The import map: lets modules name each other plainly while the browser fetches the hashed files."""

import json
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def importmap(context: template.Context) -> SafeString:
    """Map the plain address of every module under ``static/js`` to the address it is served at."""
    root = Path(settings.BASE_DIR) / "static"
    paths = sorted(path.relative_to(root).as_posix() for path in root.glob("js/**/*.js"))
    imports = json.dumps({"imports": {f"{settings.STATIC_URL}{path}": static(path) for path in paths}})
    nonce = getattr(context.get("request"), "csp_nonce", "")
    # Our own file names: nothing a person typed gets in here, and entities would not be read in a script.
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, mark_safe(imports))  # noqa: S308
