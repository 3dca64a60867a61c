"""Where tablets send photos: asked by a program, answered in data, each photo taken in once."""

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from lessonstudy.lib import files
from lessonstudy.lib.policy import CYCLE, policy
from observations import workflow
from observations.gathered_forms import SentPhoto
from observations.views.lesson import lesson_for
from observations.views.work import no_room


@require_POST
@policy("lesson", sees=CYCLE, post_only=True, data=True)
def put_photo(request, pk, photo):
    """Take in the photo with this id. Sent again it is the same photo."""
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
        return JsonResponse({"error": "no_room", "message": no_room()}, status=507)


def _answer(photo, outcome):
    told = {"status": outcome.status, "reason": outcome.reason, "message": outcome.message}
    return JsonResponse({"id": str(photo), **told})
