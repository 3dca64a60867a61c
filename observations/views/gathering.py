"""What the pages of what is gathered after a lesson have in common."""

from cycles.permissions import can_name_pupils
from observations.gathered import unfinished
from observations.selectors import ASKING, is_at


def gathering(request, lesson, here, **context):
    """What each page shows of the lesson and of the other pages; ``here`` is its own name."""
    return {
        "lesson": lesson,
        "cycle": lesson.cycle,
        "named": can_name_pupils(request.user, lesson.cycle),
        "is_open": is_at(lesson, ASKING),
        "my_sheet_is_open": bool(unfinished([lesson.pk], request.user)),
        "here": here,
        **context,
    }
