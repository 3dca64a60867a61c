"""What a tap can say: the built-in codes and a school's own."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cycles.models import Domain
from observations.codes import DEFINITIONS, LABELS, STATES
from schools.models import School


class EventCode(models.Model):
    """A countable act of a pupil; without a school it is one of the built-in twelve.

    A *state* (at work, or not) is no act: it is ticked when a time sample is taken and never counted as an
    event.
    """

    class Direction(models.TextChoices):
        GIVES = "gives", _("gives")
        TAKES = "takes", _("takes")
        NEITHER = "neither", _("neither")

    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="event_codes")
    slug = models.SlugField(max_length=30, unique=True)
    label = models.CharField(_("label"), max_length=60)
    definition = models.CharField(_("definition"), max_length=300)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.NEITHER)
    domain = models.CharField(max_length=12, choices=Domain.choices, default=Domain.COGNITIVE)
    order = models.PositiveSmallIntegerField(default=0)
    shown_first = models.BooleanField(default=False)
    is_state = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.slug

    @property
    def words(self) -> str:
        """The label as the reader's language has it; a school's own code keeps the school's words."""
        return str((LABELS | STATES).get(self.slug, self.label))

    @property
    def meaning(self) -> str:
        return str(DEFINITIONS.get(self.slug, self.definition))
