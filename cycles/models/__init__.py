"""Plan: teams, cycles, research lessons, their plans, groups of pupils and who watches whom."""

from cycles.models.cycle import Cycle, CycleRole, StageChange, Team
from cycles.models.grouping import Grouping, GroupingPlace, GroupingProof
from cycles.models.groups import ROOM, GroupPlace, GroupRole, ObserverAssignment, RoomFeature, StudentGroup
from cycles.models.lesson import BriefingReading, CalendarAddress, Meeting, ResearchLesson
from cycles.models.plan import (
    AnticipatedResponse,
    BoardZone,
    ChangeReason,
    Domain,
    LessonPlan,
    Objective,
    PlanComment,
    PlanDimension,
    PlanPresence,
    PlanRevision,
    PlanStep,
    ProfileDimension,
)
from cycles.models.rows import LONGEST, Row
from cycles.models.study import CasePrediction, CasePupil, StudyNote

__all__ = [
    "LONGEST",
    "ROOM",
    "AnticipatedResponse",
    "BoardZone",
    "BriefingReading",
    "CalendarAddress",
    "CasePrediction",
    "CasePupil",
    "ChangeReason",
    "Cycle",
    "CycleRole",
    "Domain",
    "GroupPlace",
    "GroupRole",
    "Grouping",
    "GroupingPlace",
    "GroupingProof",
    "LessonPlan",
    "Meeting",
    "Objective",
    "ObserverAssignment",
    "PlanComment",
    "PlanDimension",
    "PlanPresence",
    "PlanRevision",
    "PlanStep",
    "ProfileDimension",
    "ResearchLesson",
    "RoomFeature",
    "Row",
    "StageChange",
    "StudentGroup",
    "StudyNote",
    "Team",
]
