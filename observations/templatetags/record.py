"""How a line of the record is said; in Python, since a page has a hundred of them."""

from django import template
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cycles.templatetags.cycles import called
from observations.models import Observation
from observations.templatetags.observations import clock

register = template.Library()


@register.filter
def moment(seen, lesson):
    """The lesson's clock; the school's where it did not run; “–” for what came without a time of its own."""
    if seen.elapsed is not None:
        shown = clock(seen.elapsed)
    elif seen.happened_at == (lesson.started_at or lesson.scheduled_at):
        # As a paper tally comes: the day is known and no more.
        return format_html('<span class="when">–<span class="sr"> {}</span></span>', _("no time"))
    else:
        shown = time_format(localtime(seen.happened_at), "TIME_FORMAT")
    return format_html('<time datetime="{}">{}</time>', seen.happened_at.isoformat(), shown)


@register.filter
def minute(at, lesson):
    """A moment on the lesson's clock, or on the school's where the lesson's did not run."""
    if lesson.started_at is None:
        return time_format(localtime(at), "TIME_FORMAT")
    return clock(max(0, int((at - lesson.started_at).total_seconds())))


@register.filter
def deed(seen):
    """What was written down, in a word or two."""
    if seen.code:
        return seen.code.words
    if seen.kind != Observation.Kind.MARKER:
        return _("note")
    if seen.response:
        return _("an answer the team had foreseen")
    return _("an answer nobody had foreseen") if seen.fact else _("this step begins")


@register.simple_tag
def to_story(lesson, student, named):
    """The pupil, called as the reader may call them, with the way to their whole story."""
    url = reverse("observations:story", args=[lesson.pk, student.pk])
    return format_html('<a class="pupil" href="{}">{}</a>', url, called(student, named))
