"""A lesson's groups held against what was seen in them."""

from __future__ import annotations

from dataclasses import dataclass

from cycles.models import ResearchLesson
from cycles.selectors import pupils_of
from observations.participation import Basis, basis, records_before
from reflections.afterwards.groups import Group, groups_of
from reflections.afterwards.making import Making, making_of
from reflections.afterwards.proposing import Proposal, proposals_of, silent_before
from reflections.measures import Spread
from schools.models import User

__all__ = ["Afterwards", "afterwards_of"]


@dataclass(frozen=True)
class Afterwards:
    """Everything the page shows."""

    groups: list[Group]
    absent: list[str]
    basis: Basis
    making: Making | None
    proposals: list[Proposal]

    @property
    def is_enough(self) -> bool:
        """Whether in any group there were turns enough to say something about how they were shared."""
        return any(group.measures.verdict != Spread.TOO_FEW for group in self.groups)


def afterwards_of(lesson: ResearchLesson, reader: User, *, plans: bool) -> Afterwards:
    """The lesson's groups as they were seen. ``plans``: the reader plans with this class."""
    groups = groups_of(lesson)
    seated = {place.student.pk for group in groups for place in group.places}
    records = records_before(lesson, itself=True)
    return Afterwards(
        groups=groups,
        absent=[pupil.code for pupil in pupils_of(lesson) if pupil.pk not in seated],
        basis=basis(records),
        making=making_of(lesson, groups, plans=plans),
        proposals=proposals_of(lesson, groups, silent_before(lesson, reader, records), plans=plans),
    )
