"""How what was seen is shown, the same on every page."""

from django import template

from observations.gathered_forms import ANSWERS

register = template.Library()


@register.filter
def clock(seconds):
    """Seconds since the lesson began, as its clock shows them: 754 is 12:34."""
    return f"{seconds // 60}:{seconds % 60:02d}"


@register.filter
def answers(interview):
    """The questions a pupil answered, each with what they said."""
    fields = map(interview._meta.get_field, ANSWERS)
    return [(field.verbose_name, said) for field in fields if (said := getattr(interview, field.name))]


@register.filter
def asked(interview):
    """Everybody who answered, by code. The companions were fetched along."""
    return sorted(
        [interview.student, *(one.student for one in interview.companions.all())],
        key=lambda pupil: pupil.code,
    )
