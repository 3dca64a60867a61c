"""Debriefs and what is written in them, findings, reports for tests; ``debrief_in`` opens a meeting."""

from datetime import date
from typing import Any

from factory import LazyAttribute, SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from cycles.stages import Stage
from reflections.models import Claim, Debrief, Decision, EvidenceLink, Report, Statement
from tests.factories.cycles import ResearchLessonFactory, Scene, lesson_in
from tests.factories.schools import UserFactory


class DebriefFactory(DjangoModelFactory):
    class Meta:
        model = Debrief

    lesson = SubFactory(ResearchLessonFactory)
    school = SelfAttribute("lesson.school")


class StatementFactory(DjangoModelFactory):
    """An opinion unless it is given an ``observation``."""

    class Meta:
        model = Statement

    debrief = SubFactory(DebriefFactory)
    school = SelfAttribute("debrief.school")
    speaker = SubFactory(UserFactory)
    text = Sequence("She waited until the others had spoken {}".format)
    by = SelfAttribute("speaker")


class ClaimFactory(DjangoModelFactory):
    class Meta:
        model = Claim

    lesson = SubFactory(ResearchLessonFactory)
    cycle = SelfAttribute("lesson.cycle")
    school = SelfAttribute("lesson.school")
    text = Sequence("Drawing comes before asking {}".format)
    by = SubFactory(UserFactory)


class EvidenceLinkFactory(DjangoModelFactory):
    """Supports the claim; give it an ``observation``, an ``interview`` or a ``statement``."""

    class Meta:
        model = EvidenceLink

    claim = SubFactory(ClaimFactory)
    school = SelfAttribute("claim.school")
    by = SubFactory(UserFactory)


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    lesson = SubFactory(ResearchLessonFactory)
    cycle = SelfAttribute("lesson.cycle")
    school = SelfAttribute("lesson.school")
    text = Sequence("One pencil a table {}".format)
    owner = SubFactory(UserFactory)
    due_on = date(2030, 1, 15)
    by = SelfAttribute("owner")


class ReportFactory(DjangoModelFactory):
    """Waiting for its turn; ``ready=True`` for a finished one, without a file behind it."""

    class Meta:
        model = Report

    class Params:
        ready = Trait(
            state=Report.State.READY,
            step=Report.Step.DONE,
            progress=100,
            snapshot={},
            pdf="x.pdf",
            checksum="x",
        )

    lesson = SubFactory(ResearchLessonFactory)
    school = SelfAttribute("lesson.school")
    version = LazyAttribute(lambda report: report.lesson.reports.count() + 1)


def debrief_in(stage: Stage = Stage.REFLECT, **kwargs: Any) -> Scene:
    """A lesson that was taught, with its debrief open; see ``lesson_in``."""
    scene = lesson_in(stage, **kwargs)
    DebriefFactory(lesson=scene.lesson)
    return scene
