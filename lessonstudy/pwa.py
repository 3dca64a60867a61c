"""The capture page without a network: its two files, and its worker, which keeps two pages without pupils."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from lessonstudy.lib import offline
from lessonstudy.lib.policy import policy
from observations.views.capture import SHELL, shell

NO_CONNECTION = "lessonstudy/no_connection.html"


@require_safe
@login_not_required
@policy(public=True)
@gzip_page
def service_worker(request):
    """The worker's script. It changes when the page, its language or one of its files does."""
    context = {
        "version": _version(),
        "shell": reverse("observations:capture"),
        "elsewhere": reverse("no_connection"),
        "files": [*offline.addresses().values()],
    }
    response = render(request, "lessonstudy/sw.js", context, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


def _version():
    # The page names its files by what is in them.
    pages = render_to_string(SHELL, shell()) + render_to_string(NO_CONNECTION, _elsewhere())
    return f"{get_language()}-{hashlib.sha256(pages.encode()).hexdigest()[:16]}"


@require_safe
@login_not_required
@policy(public=True)
@gzip_page
def no_connection(request):
    """What the worker shows in the place of a page that cannot be reached. It puts in the way back."""
    response = render(request, NO_CONNECTION, _elsewhere())
    response["Cache-Control"] = "no-cache"
    return response


def _elsewhere():
    # The way back is to no lesson in particular; the worker puts in the one that was open last.
    return {"made_of": offline.addresses(), "back": reverse("observations:capture")}


@require_safe
@login_not_required
@policy(public=True)
@gzip_page
def script(request, digest):
    """What the page does."""
    return _made(offline.script(), "text/javascript", digest)


@require_safe
@login_not_required
@policy(public=True)
@gzip_page
def styles(request, digest):
    """What it looks like."""
    return _made(offline.styles(), "text/css", digest)


def _made(text, content_type, digest):
    """Kept for ever under its mark; a page of yesterday gets what there is today, and may not keep it."""
    response = HttpResponse(text, content_type=f"{content_type}; charset=utf-8")
    is_it = digest == offline.digest()
    response["Cache-Control"] = "public, max-age=31536000, immutable" if is_it else "no-cache"
    return response
