"""Cycles, lessons, plans and groups for tests; ``lesson_in`` builds a whole lesson with its people."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import factory
from factory import SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from cycles.models import (
    AnticipatedResponse,
    CasePrediction,
    CasePupil,
    Cycle,
    CycleRole,
    Grouping,
    GroupPlace,
    LessonPlan,
    Objective,
    ObserverAssignment,
    PlanStep,
    ProfileDimension,
    ResearchLesson,
    StudentGroup,
    StudyNote,
    Team,
)
from cycles.stages import Stage
from schools.models import School, SchoolClass, Student, User
from tests.factories.schools import (
    EnrolmentFactory,
    MembershipFactory,
    SchoolClassFactory,
    SchoolFactory,
    StudentFactory,
    UserFactory,
)

Kind = CycleRole.Kind
MORNING = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)  # eight o'clock in Jakarta


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    school = SubFactory(SchoolFactory)
    name = Sequence("Team {}".format)


class CycleFactory(DjangoModelFactory):
    """At *plan* unless a trait says otherwise; a bare row, without the lessons its stage implies."""

    class Meta:
        model = Cycle

    class Params:
        observing = Trait(stage=Stage.OBSERVE)
        reflecting = Trait(stage=Stage.REFLECT)
        closed = Trait(stage=Stage.CLOSED, closed_at=MORNING + timedelta(days=7))

    school = SubFactory(SchoolFactory)
    team = SubFactory(TeamFactory, school=SelfAttribute("..school"))
    school_class = SubFactory(SchoolClassFactory, school=SelfAttribute("..school"))
    title = Sequence("Fractions as fair shares {}".format)
    subject = "Mathematics"


class CycleRoleFactory(DjangoModelFactory):
    class Meta:
        model = CycleRole

    cycle = SubFactory(CycleFactory)
    school = SelfAttribute("cycle.school")
    user = SubFactory(UserFactory)
    role = Kind.OBSERVER


class ResearchLessonFactory(DjangoModelFactory):
    class Meta:
        model = ResearchLesson

    cycle = SubFactory(CycleFactory)
    school = SelfAttribute("cycle.school")
    school_class = SelfAttribute("cycle.school_class")
    sequence = factory.LazyAttribute(lambda lesson: lesson.cycle.lessons.count() + 1)
    scheduled_at = MORNING


class LessonPlanFactory(DjangoModelFactory):
    class Meta:
        model = LessonPlan

    class Params:
        frozen = Trait(frozen_at=MORNING)

    lesson = SubFactory(ResearchLessonFactory)
    school = SelfAttribute("lesson.school")


class ObjectiveFactory(DjangoModelFactory):
    class Meta:
        model = Objective

    plan = SubFactory(LessonPlanFactory)
    school = SelfAttribute("plan.school")
    order = Sequence(int)
    statement = "Pupils share a bar fairly and name the part."
    success_criterion = "Draws equal parts and says how many there are."


class PlanStepFactory(DjangoModelFactory):
    class Meta:
        model = PlanStep

    plan = SubFactory(LessonPlanFactory)
    school = SelfAttribute("plan.school")
    order = Sequence(int)
    minutes = 10
    activity = Sequence("Groups compare drawings {}".format)
    observation_point = "Who explains, who takes over the pencil?"


class AnticipatedResponseFactory(DjangoModelFactory):
    class Meta:
        model = AnticipatedResponse

    step = SubFactory(PlanStepFactory)
    school = SelfAttribute("step.school")
    text = Sequence("Three parts, not equal {}".format)


class StudentGroupFactory(DjangoModelFactory):
    class Meta:
        model = StudentGroup

    lesson = SubFactory(ResearchLessonFactory)
    school = SelfAttribute("lesson.school")
    order = factory.LazyAttribute(lambda group: group.lesson.groups.count() + 1)
    name = factory.LazyAttribute(lambda group: f"Group {group.order}")


class GroupPlaceFactory(DjangoModelFactory):
    class Meta:
        model = GroupPlace

    group = SubFactory(StudentGroupFactory)
    lesson = SelfAttribute("group.lesson")
    school = SelfAttribute("group.school")
    student = SubFactory(StudentFactory, school=SelfAttribute("..school"))


class GroupingFactory(DjangoModelFactory):
    """An alternative in which nobody is placed yet."""

    class Meta:
        model = Grouping

    lesson = SubFactory(ResearchLessonFactory)
    school = SelfAttribute("lesson.school")
    number = Sequence(lambda n: n + 1)
    engine = "tests"
    objective = 0.5
    score = 50


class ObserverAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = ObserverAssignment

    group = SubFactory(StudentGroupFactory)
    lesson = SelfAttribute("group.lesson")
    school = SelfAttribute("group.school")
    observer = SubFactory(UserFactory)


@dataclass
class Scene:
    """A lesson and everybody in it. ``pupils`` sit in ``groups`` in turn: first, second, first, second …"""

    lesson: ResearchLesson
    teacher: User
    planner: User
    observer: User
    guest: User
    pupils: list[Student]
    groups: list[StudentGroup]

    @property
    def cycle(self) -> Cycle:
        return self.lesson.cycle

    @property
    def school(self) -> School:
        return self.lesson.school

    @property
    def plan(self) -> LessonPlan:
        return self.lesson.plans.get()


def lesson_in(
    stage: Stage = Stage.OBSERVE,
    *,
    school: School | None = None,
    pupils: int = 4,
    groups: int = 2,
    steps: int = 1,
    started_at: datetime | None = None,
) -> Scene:
    """A cycle at ``stage`` with its first lesson: a plan, people in every part, a class, groups.

    From *reflect* on the lesson has been taught; at *observe* it has begun only if ``started_at`` is given.
    Nobody is assigned to a group, and nothing has been observed.
    """
    taught = stage in {Stage.REFLECT, Stage.CLOSED}
    closed_at = MORNING + timedelta(days=7) if stage == Stage.CLOSED else None
    cycle = CycleFactory(school=school or SchoolFactory(), stage=stage, closed_at=closed_at)
    teacher = join(cycle, Kind.MODEL_TEACHER)
    lesson = ResearchLessonFactory(
        cycle=cycle,
        model_teacher=teacher,
        started_at=started_at or (MORNING if taught else None),
        ended_at=(started_at or MORNING) + timedelta(minutes=35) if taught else None,
    )
    plan = LessonPlanFactory(lesson=lesson, frozen_at=None if stage == Stage.PLAN else MORNING)
    PlanStepFactory.create_batch(steps, plan=plan)
    students = enrol(cycle.school_class, pupils)
    return Scene(
        lesson=lesson,
        teacher=teacher,
        planner=join(cycle, Kind.PLANNER),
        observer=join(cycle, Kind.OBSERVER),
        guest=CycleRoleFactory(cycle=cycle, role=Kind.COMMENTATOR).user,
        pupils=students,
        groups=seat(lesson, students, groups),
    )


def join(cycle: Cycle, role: str) -> User:
    """A new teacher of the school with this role in the cycle."""
    teacher = MembershipFactory(school=cycle.school).user
    return CycleRoleFactory(cycle=cycle, user=teacher, role=role).user


def enrol(school_class: SchoolClass, count: int) -> list[Student]:
    """``count`` new pupils of the class, by code."""
    school = school_class.school
    students = StudentFactory.create_batch(count, school=school)
    for student in students:
        EnrolmentFactory(school=school, student=student, school_class=school_class)
    return students


def seat(lesson: ResearchLesson, pupils: list[Student], count: int) -> list[StudentGroup]:
    """``count`` groups with the pupils placed in turn."""
    groups = [StudentGroupFactory(lesson=lesson) for _number in range(count)]
    for student, group in zip(pupils, itertools.cycle(groups), strict=False):
        GroupPlaceFactory(group=group, student=student)
    return groups


class CasePupilFactory(DjangoModelFactory):
    class Meta:
        model = CasePupil

    cycle = SubFactory(CycleFactory)
    school = SelfAttribute("cycle.school")
    student = SubFactory(StudentFactory, school=SelfAttribute("..school"))
    typifies = "Waits for others"


class CasePredictionFactory(DjangoModelFactory):
    class Meta:
        model = CasePrediction

    step = SubFactory(PlanStepFactory)
    school = SelfAttribute("step.school")
    case_pupil = SubFactory(CasePupilFactory, school=SelfAttribute("..school"))
    text = "Draws before the others."


class StudyNoteFactory(DjangoModelFactory):
    class Meta:
        model = StudyNote

    cycle = SubFactory(CycleFactory)
    school = SelfAttribute("cycle.school")
    question = Sequence("Which idea is at its heart? {}".format)


class ProfileDimensionFactory(DjangoModelFactory):
    class Meta:
        model = ProfileDimension

    school = SubFactory(SchoolFactory)
    name = Sequence("Reasons critically {}".format)
