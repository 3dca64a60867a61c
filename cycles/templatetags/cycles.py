"""How cycles and pupils are shown, the same on every page."""

from django import template
from django.urls import reverse

from cycles.stages import Stage

register = template.Library()
ORDER = [Stage.PLAN, Stage.OBSERVE, Stage.REFLECT]


@register.filter
def called(student, named):
    """The pupil's code; with the given name for those who may see it."""
    return f"{student.code} {student.given_name}" if named else student.code


@register.inclusion_tag("components/stage_bar.html")
def stage_bar(cycle):
    """Where the cycle is: done stages ticked, the present one filled; each leads to its page."""
    at = len(ORDER) if cycle.stage == Stage.CLOSED else ORDER.index(Stage(cycle.stage))
    return {
        "stages": [
            {
                "slug": stage.value,
                "label": stage.label,
                "url": reverse("cycle_stage", args=[cycle.pk, stage.value]),
                "state": "current" if index == at else "done" if index < at else "ahead",
            }
            for index, stage in enumerate(ORDER)
        ]
    }


@register.filter
def kicker(cycle):
    """The line above a page's title: class and subject."""
    return " · ".join(filter(None, [cycle.school_class.name, cycle.subject, cycle.team.name]))
