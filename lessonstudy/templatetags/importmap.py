"""The import map: lets modules name each other plainly while the browser fetches the hashed files."""

import json
from functools import cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from lessonstudy.lib import offline

register = template.Library()


@cache  # once a process, as the manifest of hashed names is read
def modules(only: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Paths of our modules below ``static/``; of those that begin with one of ``only``."""
    return offline.modules(*only)


@register.simple_tag(takes_context=True)
def importmap(context: template.Context, only: tuple[str, ...] = ()) -> SafeString:
    """Map the plain address of every module under ``static/js`` to the address it is served at.

    ``only``: of those that begin with one of these, and fetch them all at once.
    """
    addresses = {f"{settings.STATIC_URL}{path}": static(path) for path in modules(only)}
    nonce = getattr(context.get("request"), "csp_nonce", "")
    # Names of our own files, which a script reads as they are: entities would break them.
    imports = mark_safe(json.dumps({"imports": addresses}))  # noqa: S308
    script = format_html('<script type="importmap" nonce="{}">{}</script>', nonce, imports)
    if not only:
        return script
    early = ((address,) for address in addresses.values())
    return script + format_html_join("", '<link rel="modulepreload" href="{}">', early)
