"""The service worker: opens the capture page without a network. It keeps an empty page, never a pupil."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from lessonstudy.lib import offline
from lessonstudy.lib.policy import policy
from observations.views.capture import SHELL, shell


@require_safe
@login_not_required
@policy(public=True)
def service_worker(request):
    """The worker's script. It changes when the page, its language or one of its files does."""
    context = {
        "version": _version(),
        "shell": reverse("observations:capture"),
        "files": [static(path) for path in offline.files()],
    }
    response = render(request, "lessonstudy/sw.js", context, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


def _version():
    page = render_to_string(SHELL, shell()).encode()
    return f"{get_language()}-{hashlib.sha256(page + offline.digest().encode()).hexdigest()[:16]}"
