"""Sessions, watches, observations and interviews for tests. Codes are the built-in ones."""

from datetime import timedelta

from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from cycles.models import ResearchLesson
from observations.models import EventCode, Interview, Observation, ObservationSession, Watch, WorkSample
from schools.models import Student
from tests.factories.cycles import MORNING, ResearchLessonFactory
from tests.factories.schools import EnrolmentFactory, StudentFactory, UserFactory

Kind = Observation.Kind


def code(slug: str) -> EventCode:
    """A built-in code."""
    return EventCode.objects.get(slug=slug)


def some_pupil(lesson: ResearchLesson) -> Student:
    """A pupil of the lesson's class: the first by code, or a new one where the class is empty."""
    enrolled = lesson.school_class.enrolments.select_related("student").order_by("student__code").first()
    if enrolled is None:
        student = StudentFactory(school=lesson.school)
        enrolled = EnrolmentFactory(school=lesson.school, student=student, school_class=lesson.school_class)
    return enrolled.student


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = ObservationSession

    lesson = SubFactory(ResearchLessonFactory)
    school = SelfAttribute("lesson.school")
    observer = SubFactory(UserFactory)
    rules_accepted_at = MORNING


class WatchFactory(DjangoModelFactory):
    """Give it a ``student`` or a ``group``."""

    class Meta:
        model = Watch

    session = SubFactory(SessionFactory)
    school = SelfAttribute("session.school")
    from_at = MORNING


class ObservationFactory(DjangoModelFactory):
    """An event “asks” of the lesson's first pupil; ``note=True`` for a note. Each a minute after the last."""

    class Meta:
        model = Observation

    class Params:
        minute = Sequence(int)
        note = Trait(kind=Kind.NOTE, code=None, fact="Draws three parts, then rubs one out.")
        voided = Trait(voided_at=MORNING + timedelta(hours=1))

    lesson = SubFactory(ResearchLessonFactory)
    school = SelfAttribute("lesson.school")
    observer = SubFactory(UserFactory)
    kind = Kind.EVENT
    code = LazyFunction(lambda: code("asks"))
    student = LazyAttribute(lambda observation: some_pupil(observation.lesson))
    happened_at = LazyAttribute(lambda observation: MORNING + timedelta(minutes=observation.minute))
    elapsed = LazyAttribute(lambda observation: observation.minute * 60)


class InterviewFactory(DjangoModelFactory):
    class Meta:
        model = Interview

    lesson = SubFactory(ResearchLessonFactory)
    school = SelfAttribute("lesson.school")
    student = LazyAttribute(lambda interview: some_pupil(interview.lesson))
    interviewer = SubFactory(UserFactory)
    happened_at = MORNING + timedelta(hours=1)
    learned = "That thirds must be the same size."


class WorkSampleFactory(DjangoModelFactory):
    class Meta:
        model = WorkSample

    lesson = SubFactory(ResearchLessonFactory)
    school = SelfAttribute("lesson.school")
    student = LazyAttribute(lambda sample: some_pupil(sample.lesson))
    by = SubFactory(UserFactory)
    what_it_shows = "Three parts, not of the same size."
    happened_at = MORNING
