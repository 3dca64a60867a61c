"""What the capture page asks of the server: who is signed in, the lesson's pack, and to take in records."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from cycles.models import ResearchLesson
from lessonstudy.lib.bounds import said_length
from lessonstudy.lib.policy import CYCLE, EVERYBODY, policy
from lessonstudy.lib.programs import for_programs, refusal
from observations import workflow
from observations.pack import pack_for
from observations.selectors import WATCHING, is_at
from observations.sync import MOST_BYTES, BadBatch, NewerTablet, TooLarge, read_batch

logger = logging.getLogger(__name__)

SOON = "2"  # seconds until a tablet asks again


@require_safe
@policy(sees=EVERYBODY, as_json=True)
@for_programs
def session(request):
    """Who is signed in here, and the token under which their records are taken."""
    who = {"author": request.user.pk, "name": request.user.get_short_name()}
    return JsonResponse({**who, "csrf": get_token(request), "server_now": timezone.now().isoformat()})


@require_safe
@policy("lesson", sees=CYCLE, as_json=True)
@for_programs
@gzip_page  # it holds no token and nothing that came with the request
def pack(request, pk):
    """Everything the capture page needs of a lesson."""
    lessons = ResearchLesson.objects.joined_by(request.user)
    lesson = get_object_or_404(lessons.select_related("cycle", "school", "school_class"), pk=pk)
    if not is_at(lesson, WATCHING):  # a roster that nobody takes to class any more
        return refusal(410, "over", _("This lesson is not being observed."))
    return JsonResponse(pack_for(lesson, request.user))


@policy(sees=EVERYBODY, post_only=True, as_json=True)
@for_programs
@require_POST
def sync(request):
    """Take in a batch of records; each has a result of its own."""
    if request.content_type != "application/json":
        return refusal(415, "not_json", _("Records come as application/json."))
    try:
        if said_length(request) > MOST_BYTES:  # unread: it may be very long
            raise TooLarge(_("This is more than 1 MiB at once. Send fewer records at a time."))
        receipt = workflow.receive(read_batch(request.body), by=request.user)
    except TooLarge as error:
        return refusal(413, "too_large", str(error))
    except NewerTablet as error:
        return refusal(426, "newer_tablet", str(error))
    except BadBatch as error:
        return refusal(400, "bad_batch", str(error))
    except (OperationalError, InterfaceError):
        # Who, and nothing of what they sent: it speaks of children.
        logger.exception("The records of person %s wait: the database gave no answer.", request.user.pk)
        return refusal(503, "busy", _("The server is busy. It is sent again."), **{"Retry-After": SOON})
    return JsonResponse(
        {
            "server_now": timezone.now().isoformat(),
            "results": [result._asdict() for result in receipt.results],
            "missing": receipt.missing,
        }
    )
