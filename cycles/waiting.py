"""What a lesson being planned still lacks, and what of it is one person's to do next.

``look`` reads, in a fixed number of queries; ``things_left`` decides, from what was read alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cycles.models import (
    AnticipatedResponse,
    BriefingReading,
    CasePrediction,
    Cycle,
    Meeting,
    Objective,
    ObserverAssignment,
    ResearchLesson,
)
from cycles.permissions import PLANS
from cycles.selectors import latest_plan, roles_of
from cycles.stages import Stage
from lessonstudy.lib.plain import shortened
from schools.models import User

NAMED = 3  # tables named in a sentence; of more only the first few


@dataclass(frozen=True)
class Thing:
    """One thing to do: its words, a line about it, and the page to do it on with its button."""

    words: str
    url: str
    action: str
    about: str = ""


@dataclass(frozen=True)
class Step:
    pk: int
    activity: str
    minutes: int
    is_expected: bool  # somebody wrote what pupils may think


@dataclass(frozen=True)
class Pupil:
    pk: int
    code: str
    typifies: str


@dataclass(frozen=True)
class Comment:
    by: str
    text: str
    step: int | None


@dataclass
class Known:
    """What is known of a lesson and its reader. ``predictions``: (step, pupil) → id and text."""

    cycle: Cycle
    lesson: ResearchLesson
    plans: bool = False
    takes_part: bool = False
    teaches: bool = False
    is_open: bool = False  # the plan can still be written
    topic: str = ""
    has_objectives: bool = False
    steps: list[Step] = field(default_factory=list)
    pupils: list[Pupil] = field(default_factory=list)
    predictions: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    tables: int = 0
    unwatched: list[str] = field(default_factory=list)
    has_debrief: bool = False
    is_shared_out: bool = False  # somebody knows whom to watch
    has_read: bool = False


def look(lesson: ResearchLesson, reader: User) -> Known:
    """Read what the lesson lacks; one query for who has no part in it, eleven for who plans it."""
    cycle = lesson.cycle
    roles = roles_of(reader, cycle)
    known = Known(cycle, lesson, plans=bool(roles & PLANS), takes_part=bool(roles))
    known.teaches = lesson.model_teacher_id == reader.pk
    if roles and cycle.stage in {Stage.PLAN, Stage.OBSERVE}:
        known.is_shared_out = ObserverAssignment.objects.filter(lesson=lesson).exists()
        known.has_read = BriefingReading.objects.filter(lesson=lesson, user=reader).exists()
    if known.plans and cycle.stage == Stage.PLAN:
        _look_at_plan(known)
        _look_around(known)
    return known


def _look_at_plan(known: Known) -> None:
    plan = latest_plan(known.lesson, rows=False)
    known.is_open = plan.frozen_at is None
    known.topic = plan.topic
    known.has_objectives = Objective.objects.filter(plan=plan).exclude(statement="").exists()
    written = AnticipatedResponse.objects.filter(step=OuterRef("pk")).exclude(text="")
    steps = plan.steps.annotate(is_expected=Exists(written))
    known.steps = [Step(*row) for row in steps.values_list("pk", "activity", "minutes", "is_expected")]
    pupils = known.cycle.case_pupils.filter(ended_at=None)
    known.pupils = [Pupil(*row) for row in pupils.values_list("pk", "student__code", "typifies")]
    rows = CasePrediction.objects.filter(step__plan=plan).values_list("step", "case_pupil", "pk", "text")
    known.predictions = {(step, pupil): (pk, text) for step, pupil, pk, text in rows}
    said = plan.comments.filter(resolved_at=None).values_list("by__name", "text", "step")
    known.comments = [Comment(*row) for row in said]


def _look_around(known: Known) -> None:
    groups = known.lesson.groups.annotate(watched=Count("assignments")).values_list("name", "watched")
    named = list(groups)
    known.tables = len(named)
    known.unwatched = [name for name, watched in named if not watched]
    known.has_debrief = known.lesson.meetings.filter(kind=Meeting.Kind.DEBRIEF).exists()


def things_left(known: Known) -> list[Thing]:
    """What is still this person's to do before the lesson, in the order a team goes through it."""
    left = list(_of_the_plan(known)) if known.plans and known.is_open else []
    if known.takes_part and known.is_shared_out and not known.has_read:
        about = "" if known.teaches else _("Whom you watch, where you stand, and the rules.")
        url = reverse("cycles:briefing", args=[known.lesson.pk])
        left.append(Thing(_("Read the briefing"), url, _("Open the briefing"), about))
    return left


def next_thing(known: Known) -> Thing | None:
    """The first thing left; for who leads a cycle that lacks nothing, to begin."""
    if left := things_left(known):
        return left[0]
    if known.plans and known.is_open:
        words = _("Read the plan once more, then start to observe")
        return Thing(words, known.cycle.get_absolute_url(), _("Go to the cycle"))
    return None


def _of_the_plan(known: Known) -> Iterator[Thing]:
    yield from _before_the_steps(known)
    yield from _in_the_steps(known)
    yield from _around_the_sheet(known)


def _before_the_steps(known: Known) -> Iterator[Thing]:
    cycle, lesson = known.cycle, known.lesson
    if not cycle.theme:
        url = reverse("cycles:edit_theme", args=[cycle.pk])
        yield Thing(_("Say what you want to learn about your pupils"), url, _("Write the theme"))
    if not known.topic:
        url = reverse("cycles:edit_header", args=[lesson.pk])
        yield Thing(_("Say what the lesson is about"), url, _("Write the topic"))
    if not known.has_objectives:
        url = _on_sheet(lesson, "aims")
        yield Thing(_("Say what will be new to pupils"), url, _("Go to the objectives"))
    if not known.pupils:
        url = reverse("cycles:case_pupils", args=[cycle.pk])
        about = _("Each stands for a group of learners through the whole cycle.")
        yield Thing(_("Choose about three pupils to follow"), url, _("Choose pupils"), about)


def _in_the_steps(known: Known) -> Iterator[Thing]:
    if not known.steps:
        url = _on_sheet(known.lesson, "steps")
        yield Thing(_("Write the first step of the lesson"), url, _("Go to the sheet"))
        return
    if silent := [number for number, step in _numbered(known) if not step.activity]:
        words = _("Say what pupils do in step %(number)d") % {"number": silent[0]}
        yield Thing(words, _edit(known, silent[0]), _("Write the step"), _others(silent))
    if blank := [number for number, step in _numbered(known) if step.activity and not step.is_expected]:
        words = _("Write what you expect pupils to think in step %(number)d") % {"number": blank[0]}
        yield Thing(words, _edit(known, blank[0]), _("Write the expectation"), _others(blank))
    yield from _unpredicted(known)
    yield from _minutes(known)


def _unpredicted(known: Known) -> Iterator[Thing]:
    for number, step in _numbered(known):
        for pupil in known.pupils:
            pk, text = known.predictions.get((step.pk, pupil.pk), (0, ""))
            if text or not step.activity:
                continue
            words = _("Predict what %(pupil)s will think in step %(number)d")
            about = _("%(pupil)s stands for: %(learners)s")
            yield Thing(
                words % {"pupil": pupil.code, "number": number},
                reverse("cycles:edit_prediction", args=[pk]) if pk else _edit(known, number),
                _("Write the prediction"),
                about % {"pupil": pupil.code, "learners": pupil.typifies},
            )
            return


def _minutes(known: Known) -> Iterator[Thing]:
    planned, total = sum(step.minutes for step in known.steps), known.lesson.minutes
    if planned == total:
        return
    n = abs(planned - total)
    if planned > total:
        words = ngettext("Shorten the steps by %(n)d minute", "Shorten the steps by %(n)d minutes", n)
    else:
        words = ngettext("Fill %(n)d more minute with steps", "Fill %(n)d more minutes with steps", n)
    about = _("%(planned)d of %(total)d minutes planned") % {"planned": planned, "total": total}
    url = _on_sheet(known.lesson, "steps")
    yield Thing(words % {"n": n}, url, _("Go to the sheet"), about)


def _around_the_sheet(known: Known) -> Iterator[Thing]:
    lesson = known.lesson
    if known.comments:
        first, count = known.comments[0], len(known.comments)
        words = ngettext("Settle %(n)d open comment", "Settle %(n)d open comments", count) % {"n": count}
        url = _on_sheet(lesson, f"step-{first.step}" if first.step else "comments")
        yield Thing(words, url, _("Read it"), f"{first.by}: {shortened(first.text, 100)}")
    day = reverse("cycles:schedule", args=[lesson.pk])
    if lesson.scheduled_at is None:
        yield Thing(_("Set the day of the lesson"), day, _("Set the day"))
    if lesson.model_teacher_id is None:
        yield Thing(_("Agree who teaches the lesson"), day, _("Say who teaches"))
    if not known.tables:
        url = reverse("cycles:groups", args=[lesson.pk])
        yield Thing(_("Place pupils in groups"), url, _("Place pupils"))
    elif known.unwatched:
        words = _("Find somebody to watch %(tables)s") % {"tables": _listed(known.unwatched)}
        yield Thing(words, reverse("cycles:observers", args=[lesson.pk]), _("Assign observers"))
    if not known.has_debrief:
        url = reverse("cycles:add_meeting", args=[known.cycle.pk])
        about = _("Best on the day of the lesson: what observers saw fades.")
        yield Thing(_("Find a time for the debrief"), url, _("Add the date"), about)


def _numbered(known: Known) -> Iterator[tuple[int, Step]]:
    return enumerate(known.steps, start=1)


def _edit(known: Known, number: int) -> str:
    return reverse("cycles:edit_step", args=[known.steps[number - 1].pk])


def _on_sheet(lesson: ResearchLesson, place: str) -> str:
    return f"{reverse('cycles:plan', args=[lesson.pk])}#{place}"


def _others(numbers: list[int]) -> str:
    """Which other steps lack the same; "" where there are none."""
    if len(numbers) == 1:
        return ""
    told = ", ".join(str(number) for number in numbers[1:])
    words = ngettext("The same in step %(steps)s", "The same in steps %(steps)s", len(numbers) - 1)
    return words % {"steps": told}


def _listed(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


@dataclass(frozen=True)
class Days:
    """The lesson the cycle is at, how many will observe it, and when it is talked over."""

    lesson: ResearchLesson
    observers: int
    debrief_at: datetime | None


def days_of(cycle: Cycle) -> Days:
    """What the stage bar says of the present lesson, in one query."""
    talked_over = Min("meetings__starts_at", filter=Q(meetings__kind=Meeting.Kind.DEBRIEF))
    lesson = cycle.lessons.annotate(
        watching=Count("assignments__observer", distinct=True), talked_over_at=talked_over
    ).latest("sequence")
    lesson.cycle = cycle
    return Days(lesson, lesson.watching, lesson.talked_over_at)
