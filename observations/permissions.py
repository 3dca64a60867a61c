"""Who may write down what they see, and take it back."""

from cycles.models import ResearchLesson
from cycles.permissions import can_take_part
from observations.models import Clash, Observation
from schools.models import User


def can_observe(user: User, lesson: ResearchLesson) -> bool:
    """Write down what one sees and interview pupils: everybody in the lesson's cycle, guests too."""
    return can_take_part(user, lesson.cycle)


def can_take_back(user: User, observation: Observation) -> bool:
    """Take an observation back: whoever wrote it, while in the cycle."""
    return observation.observer_id == user.pk and can_observe(user, observation.lesson)


def can_settle(user: User, clash: Clash) -> bool:
    """Choose between two texts of one's own, while in the cycle."""
    return clash.observer_id == user.pk and can_observe(user, clash.lesson)
