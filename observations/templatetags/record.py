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
    words = called(student, named)
    return _kept(lesson, (student.pk, words), _link, lesson.pk, student.pk, words)


def _link(lesson, student, words):
    url = reverse("observations:story", args=[lesson, student])
    return format_html('<a class="pupil" href="{}">{}</a>', url, words)


@register.simple_tag
def who_did(seen, lesson, named):
    """Who did what to whom; pupils with the way to their stories."""
    who = to_story(lesson, seen.student, named) if seen.student else ""
    if seen.group and not seen.student:
        who = format_html('<span class="pupil">{}</span>', seen.group)
    whom = to_story(lesson, seen.target, named) if seen.target else ""
    if seen.target_teacher:
        whom = _("teacher")
    said = (who, seen.kind, deed(seen), " → " if whom else "", whom)
    return _kept(lesson, said, format_html, '{} <span class="deed {}">{}</span>{}{}', *said)


def _kept(lesson, key, make, *about):
    """What the same few pupils do again and again is made once a page; it goes with the page's lesson."""
    kept = vars(lesson).setdefault("_lines", {})
    if key not in kept:
        kept[key] = make(*about)
    return kept[key]


@register.simple_tag
def by_whom(seen, step):
    """Who wrote it down, at which step where that is to be said, and about which domain."""
    said = [str(seen.observer)]
    if step:
        said.append(_("step %(n)d") % {"n": step})
    if seen.domain:
        said.append(seen.get_domain_display())
    return " · ".join(said)
