"""How a line of the record is said; in Python, since a page has a hundred of them."""

from functools import lru_cache

from django import template
from django.urls import get_script_prefix, reverse
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
def around(at, lesson):
    """As ``minute`` has it within the lesson; else that it was before or after."""
    start, end = lesson.started_at, lesson.ended_at
    if start and at < start:
        shown = _("before")
    elif end and at > end:
        shown = _("after")
    else:
        shown = minute(at, lesson)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), shown)


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


MORE = ("flagged", "replaces_id", "voided_at", "response_id", "fact", "interpretation", "question")


@register.filter
def says_more(seen):
    """Whether it says more than who did what, and when: most lines of a record do not."""
    return any(getattr(seen, name) for name in MORE)


@register.simple_tag
def to_story(lesson, student, named):
    """The pupil, called as the reader may call them, with the way to their whole story."""
    url = _story_url(lesson.pk, student.pk, get_script_prefix())
    return format_html('<a class="pupil" href="{}">{}</a>', url, called(student, named))


@lru_cache(maxsize=4096)
def _story_url(lesson, student, _prefix):
    """The same few pupils come again and again; where the site stands is part of the address."""
    return reverse("observations:story", args=[lesson, student])


@register.simple_tag
def who_did(seen, lesson, named):
    """Who did what to whom; pupils with the way to their stories."""
    who = whom = ""
    if seen.student:
        who = to_story(lesson, seen.student, named)
    elif seen.group:
        who = format_html('<span class="pupil">{}</span>', seen.group)
    if seen.target:
        whom = format_html(" → {}", to_story(lesson, seen.target, named))
    elif seen.target_teacher:
        whom = format_html(" → {}", _("teacher"))
    return format_html('{} <span class="deed {}">{}</span>{}', who, seen.kind, deed(seen), whom)


@register.simple_tag
def by_whom(seen, step):
    """Who wrote it down, at which step where that is to be said, and about which domain."""
    said = [str(seen.observer)]
    if step:
        said.append(_("step %(n)d") % {"n": step})
    if seen.domain:
        said.append(seen.get_domain_display())
    return " · ".join(said)
