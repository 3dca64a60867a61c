"""What one pupil's story over a long record costs, beside a page that only reads and prints the same rows."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.http import HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse

from cycles.models import StudentGroup
from cycles.stages import Stage
from lessonstudy import urls
from observations import story
from observations.models import EventCode, Observation
from observations.selectors import record_of
from observations.steps import course_of
from observations.views.lesson import lesson_for
from observations.views.story import PAGE
from tests.factories.cycles import MORNING, Scene, lesson_in

FEW, MANY = 100, 10_000  # records
CODES = ["gives_idea", "explains", "builds_on", "asks", "speaks"]

Figure = tuple[str, float, str, float]  # name, value, unit, what it is held against

ROWS = engines["django"].from_string(
    """{% extends "base.html" %}{% load cycles %}{% block main %}{% stage_bar cycle %}
    <ol>{% for seen in rows %}<li>{{ seen.happened_at }}
    {{ seen.student.code }} {{ seen.code.words }} {{ seen.target.code }} {{ seen.fact }} {{ seen.observer }}
    </li>{% endfor %}</ol>{{ total }}{% endblock %}"""
)


def bare(request, pk, student):
    """The rows of the first page of a story, read and printed in the site's frame, and how many there are."""
    lesson = lesson_for(request, pk)
    group = StudentGroup.objects.get(lesson=lesson, places__student=student)
    about = Q(student=student) | Q(target=student) | Q(student=None, group=group)
    found = record_of(lesson, request.user).select_related("response", "group").filter(about)
    rows = found.order_by("happened_at", "seq", "pk")[:PAGE]
    return HttpResponse(ROWS.render({"cycle": lesson.cycle, "rows": rows, "total": found.count()}, request))


urlpatterns = [*urls.urlpatterns, path("bare/<int:pk>/<int:student>/", bare, name="bare")]


class Story:
    """A lesson of so many records, and its teacher with the story of the pupil who was seen most."""

    def __init__(self, records: int) -> None:
        self.scene: Scene = lesson_in(Stage.REFLECT, pupils=22, groups=5, steps=5)
        self._fill(records)
        self.client = Client()
        self.client.force_login(self.scene.teacher)
        self.about = [self.scene.lesson.pk, self.scene.pupils[0].pk]

    def _fill(self, records: int) -> None:
        """Events and notes by three observers, unevenly spread as talk is, and markers of the steps."""
        scene, draw = self.scene, random.Random(5)
        own = {"school": scene.school, "lesson": scene.lesson}
        codes = list(EventCode.objects.filter(slug__in=CODES))
        weights = [1 / (1 + place) for place in range(len(scene.pupils))]
        for number, step in enumerate(scene.plan.steps.all()):
            at = MORNING + timedelta(minutes=7 * number)
            for observer in (scene.observer, scene.guest, scene.planner):
                Observation.objects.create(**own, observer=observer, kind="marker", step=step, happened_at=at)
        givers, takers = (draw.choices(scene.pupils, weights, k=records) for _side in range(2))
        Observation.objects.bulk_create(
            Observation(
                **own,
                observer=draw.choice([scene.observer, scene.guest, scene.planner]),
                kind="note" if number % 10 == 0 else "event",
                code=None if number % 10 == 0 else draw.choice(codes),
                student=giver,
                target=taker if number % 3 == 0 and taker != giver else None,
                fact="Draws three parts, then rubs one out." if number % 10 == 0 else "",
                happened_at=MORNING + timedelta(seconds=2100 * number / records),
                elapsed=2100 * number // records,
                seq=number,
            )
            for number, (giver, taker) in enumerate(zip(givers, takers, strict=True))
        )

    def opened(self) -> None:
        self._get("observations:story")

    def opened_bare(self) -> None:
        self._get("bare")

    def _get(self, name: str) -> None:
        answer = self.client.get(reverse(name, args=self.about))
        assert answer.status_code == 200, answer.status_code

    def queries(self) -> int:
        with CaptureQueriesContext(connection) as asked:
            self.opened()
        return len(asked)

    def entries(self) -> int:
        scene = self.scene
        course = course_of(scene.lesson)
        group, about = scene.groups[0], (scene.teacher, story.Wanted())
        return story.timeline(course, scene.pupils[0], group, *about).count()


def figures(interleaved: Callable[..., tuple[float, float]]) -> Iterator[Figure]:
    """The story over 10,000 records: its queries beside those over 100, its time beside the bare page."""
    with override_settings(ALLOWED_HOSTS=["testserver"], ROOT_URLCONF="tests.bench_record"):
        long, short = Story(MANY), Story(FEW)
        for one in (long, short):
            one.opened()
            one.opened_bare()
        yield "story_entries", long.entries(), "entries", short.entries()
        yield "story_queries", long.queries(), "queries", short.queries()
        slow, fast = interleaved(long.opened, long.opened_bare)
        yield "story_time_beside_bare_page", slow, "s", fast
        slow, fast = interleaved(long.opened, short.opened)
        yield "story_time_beside_100_records", slow, "s", fast
