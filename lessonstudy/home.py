"""What is mine to do next: one line for each open cycle, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cycles.models import Cycle, CycleRole, ResearchLesson
from cycles.permissions import PLANS
from cycles.stages import Stage
from observations.models import ObservationSession
from reflections.models import Decision, Report
from schools.models import User

MOST = 20  # open cycles on the home page; the list has them all


@dataclass(frozen=True)
class Next:
    """One thing to do: where it stands, what it is, and the page to do it on."""

    cycle: Cycle
    words: str
    url: str


@dataclass
class Standing:
    """What is known of one open cycle when its next thing is chosen."""

    cycle: Cycle
    lesson: ResearchLesson
    leads: bool
    teaches: bool
    has_session: bool
    has_open_sheet: bool
    report: Report | None


def next_things(user: User) -> list[Next]:
    """One next thing for each of the person's open cycles, newest first."""
    return [_next(standing) for standing in _standings(user)]


def _standings(user: User) -> list[Standing]:
    cycles = list(
        Cycle.objects.joined_by(user)
        .open()
        .select_related("team", "school_class")
        .order_by("-created_at")[:MOST]
    )
    lessons = {lesson.cycle_id: lesson for lesson in _current_lessons(cycles)}
    ids = [lesson.pk for lesson in lessons.values()]
    leads = set(
        CycleRole.objects.filter(user=user, cycle__in=cycles, role__in=PLANS).values_list("cycle", flat=True)
    )
    mine = ObservationSession.objects.filter(observer=user, lesson__in=ids)
    sessions = dict(mine.values_list("lesson", "finished_at"))
    reports: dict[int, Report] = {}
    newest = Report.objects.filter(lesson__in=ids).defer("snapshot").order_by("version")
    for report in newest:
        reports[report.lesson_id] = report
    return [
        Standing(
            cycle,
            lesson,
            leads=cycle.pk in leads,
            teaches=lesson.model_teacher_id == user.pk,
            has_session=lesson.pk in sessions,
            has_open_sheet=lesson.pk in sessions and sessions[lesson.pk] is None,
            report=reports.get(lesson.pk),
        )
        for cycle in cycles
        if (lesson := lessons.get(cycle.pk))
    ]


def _current_lessons(cycles: list[Cycle]) -> QuerySet[ResearchLesson]:
    """Lessons with what their plan has so far; the last of each cycle wins when put into a dict."""
    return (
        ResearchLesson.objects.filter(cycle__in=cycles)
        .annotate(
            step_count=Count("plans__steps", distinct=True),
            group_count=Count("groups", distinct=True),
            assignment_count=Count("assignments", distinct=True),
        )
        .order_by("cycle", "sequence")
    )


def _next(standing: Standing) -> Next:
    choose = {Stage.PLAN: _next_to_plan, Stage.OBSERVE: _next_to_observe, Stage.REFLECT: _next_to_reflect}
    words, url = choose[Stage(standing.cycle.stage)](standing)
    return Next(standing.cycle, words, url)


def _next_to_plan(standing: Standing) -> tuple[str, str]:
    lesson = standing.lesson
    if not standing.leads:
        return _("Read what the team plans"), reverse("cycles:plan", args=[lesson.pk])
    if not lesson.step_count:  # type: ignore[attr-defined]
        return _("Write the first step of the lesson"), reverse("cycles:plan", args=[lesson.pk])
    if not lesson.group_count:  # type: ignore[attr-defined]
        return _("Place pupils in groups"), reverse("cycles:groups", args=[lesson.pk])
    if not lesson.assignment_count:  # type: ignore[attr-defined]
        return _("Say who watches which group"), reverse("cycles:observers", args=[lesson.pk])
    if lesson.scheduled_at is None:
        return _("Set the day of the lesson"), reverse("cycles:schedule", args=[lesson.pk])
    return _("Read the plan once more, then start to observe"), reverse("cycle", args=[standing.cycle.pk])


def _next_to_observe(standing: Standing) -> tuple[str, str]:
    if standing.teaches:
        return _("Teach the lesson; the others watch the pupils"), reverse("cycle", args=[standing.cycle.pk])
    words = _("Go on observing") if standing.has_session else _("Observe the lesson")
    return words, reverse("observations:observe", args=[standing.lesson.pk])


def _next_to_reflect(standing: Standing) -> tuple[str, str]:
    report = standing.report
    debrief = reverse("reflections:debrief", args=[standing.lesson.pk])
    if report is None and standing.has_open_sheet:
        return _("Finish your sheet: ten quiet minutes"), reverse(
            "observations:finish_sheet", args=[standing.lesson.pk]
        )
    if report is None:
        return _("Say in the debrief what you saw"), debrief
    if report.state == Report.State.READY:
        return _("Read the report"), reverse("reflections:report", args=[report.pk])
    if report.state == Report.State.FAILED:
        return _("The report failed; try again"), reverse("reflections:report", args=[report.pk])
    return _("The report is being written"), reverse("reflections:report", args=[report.pk])


def open_decisions(user: User) -> QuerySet[Decision]:
    """Decisions the person has taken on and not done yet, the earliest first."""
    return (
        Decision.objects.visible_to(user)
        .filter(owner=user, done_at=None)
        .select_related("cycle")
        .order_by("due_on")[:MOST]
    )


def newest_reports(user: User) -> QuerySet[Report]:
    """The last reports published where the person may read them."""
    return (
        Report.objects.visible_to(user)
        .published()
        .select_related("lesson__cycle__team")
        .defer("snapshot")
        .order_by("-published_at")[:5]
    )
