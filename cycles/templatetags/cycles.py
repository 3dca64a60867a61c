"""How cycles and pupils are shown, the same on every page."""

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cycles.ground_rules import RULES, WHY
from cycles.stages import Stage
from cycles.waiting import days_of, look, next_thing, things_left
from schools.models import Student

register = template.Library()
ORDER = [Stage.PLAN, Stage.OBSERVE, Stage.REFLECT]


@register.filter
def called(student: Student, named: bool) -> str:
    """The pupil's code; with the given name for those who may see it."""
    return f"{student.code} {student.given_name}" if named else student.code


@register.inclusion_tag("cycles/_rules.html")
def ground_rules():
    """What observers keep to."""
    return {"why": WHY, "rules": RULES}


@register.inclusion_tag("components/stage_bar.html", takes_context=True)
def stage_bar(context, cycle):
    """Where the cycle is: done stages ticked, the present one filled; each says when, and leads on."""
    at = len(ORDER) if cycle.stage == Stage.CLOSED else ORDER.index(Stage(cycle.stage))
    days = days_of(cycle)
    notes = {
        Stage.PLAN: _left(context, days.lesson),
        Stage.OBSERVE: " · ".join(filter(None, [_moment(days.lesson.scheduled_at), _observers(days)])),
        Stage.REFLECT: _moment(days.debrief_at),
    }
    return {
        "stages": [
            {
                "slug": stage.value,
                "label": stage.label,
                "url": reverse("cycle_stage", args=[cycle.pk, stage.value]),
                "state": "current" if index == at else "done" if index < at else "ahead",
                "note": notes[stage],
            }
            for index, stage in enumerate(ORDER)
        ]
    }


def _left(context, lesson):
    """How many things are left to do before the lesson, for whoever looks at the page."""
    if lesson.cycle.stage != Stage.PLAN:
        return ""
    n = len(things_left(_known(context, lesson)))
    return n and ngettext("%(n)d thing left for you", "%(n)d things left for you", n) % {"n": n}


def _observers(days):
    n = days.observers
    return n and ngettext("%(n)d observer", "%(n)d observers", n) % {"n": n}


def _moment(moment):
    """“Tue 13 Oct, 8 a.m.”, by the school's clock; "" without a day."""
    if moment is None:
        return ""
    here = timezone.localtime(moment)
    return f"{date_format(here, 'D j M')}, {time_format(here, 'TIME_FORMAT')}"


def _known(context, lesson):
    """What is known of the lesson and the reader, read once for a page."""
    kept = context.render_context
    key = ("cycles.waiting", lesson.pk)
    if key not in kept:
        kept[key] = look(lesson, context["user"])
    return kept[key]


@register.filter
def kicker(cycle):
    """The line above a page's title: class and subject."""
    return " · ".join(filter(None, [cycle.school_class.name, cycle.subject, cycle.team.name]))


PARTS = [  # of planning, in the order a team goes through them: address, words, what the address is about
    ("theme", _("Theme"), "cycle"),
    ("study", _("Study notes"), "cycle"),
    ("case_pupils", _("Case pupils"), "cycle"),
    ("plan", _("The sheet"), "lesson"),
    ("revisions", _("Versions"), "lesson"),
    ("exports", _("Download"), "lesson"),
    ("groups", _("Groups"), "lesson"),
    ("observers", _("Observers"), "lesson"),
    ("meetings", _("Dates"), "cycle"),
    ("briefing", _("Briefing"), "lesson"),
]


FOR_PLANNERS = {"groups", "observers"}


@register.inclusion_tag("components/parts.html", takes_context=True)
def planning(context, lesson, here, is_writing=False):
    """The pages on which a lesson is planned, and what is this person's to do next.

    ``here`` is the name of the present one; who is writing a row is not called away (``is_writing``).
    """
    known = _known(context, lesson)
    return {
        "parts": [
            {"label": label, "url": reverse(f"cycles:{name}", args=[subject.pk]), "current": name == here}
            for name, label, about in PARTS
            if (known.plans or name not in FOR_PLANNERS)
            and (subject := lesson if about == "lesson" else lesson.cycle)
        ],
        "next": None if is_writing else next_thing(known),
        "stage": lesson.cycle.stage,
        "is_writing": is_writing,
        "path": context["request"].path,
    }


@register.inclusion_tag("components/next_thing.html", takes_context=True)
def yours_next(context, lesson):
    """What is this person's to do next, where the pages of planning are not listed."""
    known = _known(context, lesson)
    return {"next": next_thing(known), "stage": lesson.cycle.stage, "path": context["request"].path}
