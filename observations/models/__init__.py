"""Observe: event codes, sessions, what was really watched, observations, and what is gathered afterwards.

What was observed is never overwritten: a correction voids the old row and adds a new one.
"""

from observations.models.afterwards import Attainment, Interview, InterviewCompanion, Level, WorkSample
from observations.models.codes import EventCode
from observations.models.observation import Observation, ObservationQuerySet
from observations.models.received import Clash, Tablet, Void
from observations.models.watching import ObservationSession, Watch

__all__ = [
    "Attainment",
    "Clash",
    "EventCode",
    "Interview",
    "InterviewCompanion",
    "Level",
    "Observation",
    "ObservationQuerySet",
    "ObservationSession",
    "Tablet",
    "Void",
    "Watch",
    "WorkSample",
]
