"""Where tablets send photos: asked by a program, answered in data, each photo taken in once."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessonstudy.lib import files
from lessonstudy.lib.policy import CYCLE, policy
from lessonstudy.lib.programs import for_programs, refusal
from observations import workflow
from observations.gathered_forms import SentPhoto
from observations.views.lesson import lesson_for
from observations.views.tablets import SOON
from observations.views.work import no_room

logger = logging.getLogger(__name__)


@policy("lesson", sees=CYCLE, post_only=True, as_json=True)
@for_programs
@require_POST
def put_photo(request, pk, photo):
    """Take in the photo with this id. Sent again it is the same photo.

    What cannot be read is ``rejected`` by its field: it reads no better the next time. What each answer
    means to the tablet says ``workflow.Outcome``.
    """
    lesson = lesson_for(request, pk)
    form = SentPhoto(request.POST, request.FILES)
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        return _answer(photo, workflow.Outcome("rejected", field, f"{field}: {' '.join(problems)}"))
    file = form.cleaned_data["photo"]
    sent = form.sent(by=request.user.pk)
    try:
        return _answer(
            photo, workflow.receive_photo(lesson, photo, sent, file, name=file.name, by=request.user)
        )
    except files.NoRoom:
        return refusal(507, "no_room", no_room())
    except (OperationalError, InterfaceError):
        logger.exception("Photo %s of lesson %s waits: the database gave no answer.", photo, pk)
        return refusal(503, "busy", _("The server is busy. It is sent again."), **{"Retry-After": SOON})


def _answer(photo, outcome):
    told = {"status": outcome.status, "reason": outcome.reason, "message": outcome.message}
    return JsonResponse({"id": str(photo), **told})
