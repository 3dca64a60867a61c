"""Who may write down what they see and gather afterwards, and take it back."""

from cycles.models import ResearchLesson
from cycles.permissions import can_conclude, can_lead, can_take_part
from observations.models import Clash, Observation, WorkSample
from schools.models import User


def can_observe(user: User, lesson: ResearchLesson) -> bool:
    """Write down what one sees and interview pupils: everybody in the lesson's cycle, guests too."""
    return can_take_part(user, lesson.cycle)


def can_take_back(user: User, observation: Observation) -> bool:
    """Take an observation back: whoever wrote it, while in the cycle."""
    return observation.observer_id == user.pk and can_observe(user, observation.lesson)


def can_gather(user: User, lesson: ResearchLesson) -> bool:
    """Keep pupils' work and what it shows: everybody in the cycle, guests too."""
    return can_take_part(user, lesson.cycle)


def can_correct_work(user: User, sample: WorkSample) -> bool:
    """Correct what was said of a piece of work: whoever said it, while in the cycle."""
    return sample.by_id == user.pk and can_gather(user, sample.lesson)


def can_remove_work(user: User, sample: WorkSample) -> bool:
    """Take a piece of work away: whoever brought it, and those who lead the cycle. A child is in it."""
    return can_correct_work(user, sample) or can_lead(user, sample.lesson.cycle)


def can_rate(user: User, lesson: ResearchLesson) -> bool:
    """Say how far pupils got: the team, not its guests."""
    return can_conclude(user, lesson.cycle)


def can_settle(user: User, clash: Clash) -> bool:
    """Choose between two texts of one's own, while in the cycle."""
    return clash.observer_id == user.pk and can_observe(user, clash.lesson)
