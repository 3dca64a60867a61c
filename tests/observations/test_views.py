"""The pages of watching a lesson: what they take, what they refuse, whom they show what."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from cycles.models import ResearchLesson
from cycles.stages import Stage
from observations.models import Observation, ObservationSession
from schools.models import Role
from tests.factories.cycles import (
    CycleRoleFactory,
    ObserverAssignmentFactory,
    ResearchLessonFactory,
    lesson_in,
)
from tests.factories.observations import InterviewFactory, ObservationFactory, SessionFactory
from tests.factories.schools import CANARY, MembershipFactory, UserFactory


@pytest.fixture
def scene(db):
    """A lesson being observed, its rules accepted by the observer."""
    scene = lesson_in()
    SessionFactory(lesson=scene.lesson, observer=scene.observer)
    return scene


@pytest.fixture
def observer(client, scene):
    client.force_login(scene.observer)
    return client


def url(name, subject, **query):
    return reverse(f"observations:{name}", args=[subject.pk], query=query)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# Ground rules


def test_the_ground_rules_come_before_the_capture_page(client, db):
    scene = lesson_in()
    client.force_login(scene.observer)

    before = client.get(url("observe", scene.lesson))
    accepted = client.post(url("accept_rules", scene.lesson), follow=True)

    assert before.templates[0].name == "observations/accept_rules.html"
    assert accepted.templates[0].name == "observations/capture.html"
    assert ObservationSession.objects.get().observer == scene.observer


@pytest.mark.parametrize("stage", [Stage.PLAN, Stage.REFLECT, Stage.CLOSED])
def test_outside_the_lesson_the_capture_page_leads_to_the_record(client, db, stage):
    scene = lesson_in(stage)
    client.force_login(scene.observer)

    assert client.get(url("observe", scene.lesson)).url == url("record", scene.lesson)
    assert client.post(url("accept_rules", scene.lesson)).url == url("observe", scene.lesson)
    assert ObservationSession.objects.count() == 0


def test_the_lesson_begins_for_everybody_when_one_says_so(observer, scene):
    observer.post(url("start_lesson", scene.lesson))
    first = ResearchLesson.objects.get().started_at
    observer.post(url("start_lesson", scene.lesson))

    assert first is not None
    assert ResearchLesson.objects.get().started_at == first


@pytest.mark.parametrize(
    ("ago", "seconds"), [("600", 600), ("", 0), ("-600", 0), ("86400", 0), ("9" * 30, 0), ("²", 0)]
)
def test_a_lesson_that_began_at_a_tablet_without_a_network_began_then(observer, scene, ago, seconds):
    observer.post(url("start_lesson", scene.lesson), {"ago": ago})

    began = ResearchLesson.objects.get().started_at
    assert abs(timezone.now() - began - timedelta(seconds=seconds)) < timedelta(seconds=10)


def test_starting_a_lesson_at_the_wrong_stage_is_explained(client, db):
    scene = lesson_in(Stage.PLAN)
    client.force_login(scene.observer)

    response = client.post(url("start_lesson", scene.lesson))

    assert told(response) == ["That is not possible now: this cycle is at “Plan”."]
    assert ResearchLesson.objects.get().started_at is None


# What the page holds, and what tablets keep of it


def test_the_page_knows_for_whom_it_was_drawn_and_nothing_of_any_pupil(client, db):
    scene = lesson_in()
    SessionFactory(lesson=scene.lesson, observer=scene.observer)
    client.force_login(scene.observer)

    page = client.get(url("observe", scene.lesson)).text

    assert f'data-ls-author="{scene.observer.pk}"' in page
    told = [scene.cycle.title, scene.observer.email, *(pupil.code for pupil in scene.pupils)]
    assert [text for text in told if text in page] == []


def test_the_page_that_tablets_keep_is_nobodys_whoever_asks(client, observer, scene):
    kept = observer.get(reverse("observations:capture")).text
    observer.logout()

    assert 'data-ls-author=""' in kept
    assert body(kept) == body(observer.get(reverse("observations:capture")).text)


def body(page):
    return page[page.index("<body") :]


def test_the_worker_keeps_the_page_and_every_file_it_fetches(client, db):
    worker = client.get("/sw.js")

    kept = re.findall(r'^  "([^"]+)",$', worker.text, re.MULTILINE)
    page = client.get(reverse("observations:capture")).text
    asked = re.findall(r'<(?:link|script)[^>]* (?:src|href)="([^"]+)"', page)
    assert (worker.headers["Content-Type"], worker.headers["Cache-Control"]) == (
        "text/javascript",
        "no-cache",
    )
    assert len(asked) == 3
    assert set(asked) == set(kept)
    made = [path for path in kept if not path.startswith("/static/")]
    assert [client.get(path).status_code for path in made] == [200, 200]
    assert [
        path for path in kept if path not in made and not finders.find(path.removeprefix("/static/"))
    ] == []


def test_the_worker_is_another_in_another_language(client, db):
    workers = [client.get("/sw.js", headers={"Accept-Language": language}).text for language in ("en", "id")]

    assert workers[0] != workers[1]


# What belongs to others


def test_a_filter_by_a_pupil_of_another_school_shows_nothing(observer, scene):
    theirs = ObservationFactory(lesson__school_class__name=CANARY)
    ObservationFactory(lesson=scene.lesson, note=True)

    response = observer.get(url("record", scene.lesson, student=theirs.student_id))

    assert list(response.context["page"]) == []
    assert CANARY not in response.text


PAGES = ["observe", "record", "interview"]
POSTS = ["accept_rules", "start_lesson", "interview"]
OUTSIDE = {
    "colleague": lambda scene: MembershipFactory(school=scene.school).user,
    "principal": lambda scene: MembershipFactory(school=scene.school, role=Role.PRINCIPAL).user,
    "administrator": lambda scene: MembershipFactory(school=scene.school, role=Role.ADMINISTRATOR).user,
    "superuser": lambda scene: UserFactory(is_superuser=True),
    "observer of another cycle": lambda scene: lesson_in(school=scene.school).observer,
    "teacher of another school": lambda scene: MembershipFactory().user,
}


@pytest.mark.parametrize("who", OUTSIDE)
@pytest.mark.parametrize(("method", "name"), [*(("get", n) for n in PAGES), *(("post", n) for n in POSTS)])
def test_raw_notes_do_not_exist_for_people_outside_the_cycle(client, scene, who, method, name):
    client.force_login(OUTSIDE[who](scene))

    assert getattr(client, method)(url(name, scene.lesson)).status_code == 404


@pytest.mark.parametrize("who", OUTSIDE)
def test_an_observation_does_not_exist_for_people_outside_the_cycle(client, scene, who):
    seen = ObservationFactory(lesson=scene.lesson)
    client.force_login(OUTSIDE[who](scene))

    assert client.post(url("take_back", seen)).status_code == 404


@pytest.mark.parametrize("who", ["teacher", "planner", "guest"])
def test_others_in_the_cycle_may_not_take_back_what_i_wrote(client, scene, who):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)
    client.force_login(getattr(scene, who))

    assert client.post(url("take_back", seen)).status_code == 403
    assert Observation.objects.standing().count() == 1


@pytest.mark.parametrize("name", ["accept_rules", "start_lesson", "take_back", "return_to_plan"])
def test_verbs_answer_posts_only(observer, scene, name):
    subjects = {
        "take_back": ObservationFactory(lesson=scene.lesson, observer=scene.observer),
        "return_to_plan": scene.cycle,
    }

    assert observer.get(url(name, subjects.get(name, scene.lesson))).status_code == 405


# Taking back


def test_what_i_take_back_is_struck_out(observer, scene):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer, student=scene.pupils[0])

    observer.post(url("take_back", seen))

    assert Observation.objects.get().voided_at is not None


def test_taking_back_returns_to_the_page_it_was_pressed_on(observer, scene):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)
    here = url("record", scene.lesson, page=2)

    assert observer.post(url("take_back", seen), {"next": here}).url == here


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", ""])
def test_taking_back_never_leads_to_another_site(observer, scene, elsewhere):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)

    response = observer.post(url("take_back", seen), {"next": elsewhere})

    assert response.url == url("record", scene.lesson)


def test_taking_back_from_an_earlier_lesson_is_explained(observer, scene):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)
    ResearchLessonFactory(cycle=scene.cycle)

    response = observer.post(url("take_back", seen))

    assert told(response) == ["This lesson is over: the cycle has gone on to the next one."]
    assert Observation.objects.standing().count() == 1


# Names


def test_a_guest_sees_codes_and_never_a_name(client, scene):
    for pupil in scene.pupils:
        pupil.given_name = f"{CANARY} {pupil.code}"
        pupil.save()
    ObservationFactory(lesson=scene.lesson, student=scene.pupils[0])
    InterviewFactory(lesson=scene.lesson, student=scene.pupils[0])
    client.force_login(scene.guest)

    pages = [client.get(url(name, scene.lesson)).text for name in ("record", "interview")]

    assert [CANARY in page for page in pages] == [False] * 2
    assert [scene.pupils[0].code in page for page in pages] == [True] * 2


def test_a_teacher_of_the_cycle_sees_names_beside_codes(observer, scene):
    pupil = scene.pupils[0]
    ObservationFactory(lesson=scene.lesson, student=pupil)
    InterviewFactory(lesson=scene.lesson, student=pupil)

    pages = [observer.get(url(name, scene.lesson)).text for name in ("record", "interview")]

    assert [f"{pupil.code} {pupil.given_name}" in page for page in pages] == [True] * 2


# The record


def test_the_record_can_be_narrowed_by_pupil_code_observer_and_flag(observer, scene):
    first, second, *_rest = scene.pupils
    asks = ObservationFactory(lesson=scene.lesson, observer=scene.observer, student=first)
    theirs = ObservationFactory(lesson=scene.lesson, observer=scene.guest, student=second)
    flagged = ObservationFactory(
        lesson=scene.lesson, observer=scene.guest, note=True, student=None, flagged=True
    )

    def shown(**choice):
        return list(observer.get(url("record", scene.lesson, **choice)).context["page"])

    assert shown() == [asks, theirs, flagged]
    assert shown(student=first.pk) == [asks]
    assert shown(code="asks", observer=scene.guest.pk) == [theirs]
    assert shown(observer=scene.observer.pk) == [asks]
    assert shown(flagged="on") == [flagged]
    assert shown(student=first.pk, flagged="on") == []


def test_the_record_shows_fifty_at_a_time(observer, scene):
    ObservationFactory.create_batch(51, lesson=scene.lesson)

    first = observer.get(url("record", scene.lesson))
    second = observer.get(url("record", scene.lesson, page=2))

    assert [len(page.context["page"]) for page in (first, second)] == [50, 1]


def test_what_i_took_back_is_struck_out_in_my_record_and_missing_from_others(client, scene):
    ObservationFactory(lesson=scene.lesson, observer=scene.observer, voided=True, fact="Mistaken.")

    client.force_login(scene.observer)
    mine = client.get(url("record", scene.lesson)).text
    client.force_login(scene.planner)
    theirs = client.get(url("record", scene.lesson)).text

    assert ('class="taken-back"' in mine, "Mistaken." in mine) == (True, True)
    assert ('class="taken-back"' in theirs, "Mistaken." in theirs) == (False, False)


def test_only_my_own_can_be_taken_back_from_the_record_and_only_while_it_is_open(client, db):
    scene = lesson_in(Stage.REFLECT)
    mine = ObservationFactory(lesson=scene.lesson, observer=scene.observer)
    theirs = ObservationFactory(lesson=scene.lesson, observer=scene.guest)
    client.force_login(scene.observer)

    open_ = client.get(url("record", scene.lesson)).text
    ResearchLessonFactory(cycle=scene.cycle)
    over = client.get(url("record", scene.lesson)).text

    assert (url("take_back", mine) in open_, url("take_back", theirs) in open_) == (True, False)
    assert url("take_back", mine) not in over


# Putting the lesson off


def test_a_planner_puts_the_lesson_off_while_nothing_was_seen(client, scene):
    client.force_login(scene.planner)

    response = client.post(url("return_to_plan", scene.cycle))

    scene.cycle.refresh_from_db()
    assert response.url == scene.cycle.get_absolute_url()
    assert scene.cycle.stage == Stage.PLAN


def test_putting_the_lesson_off_is_refused_with_a_sentence_once_something_was_seen(client, scene):
    ObservationFactory(lesson=scene.lesson)
    client.force_login(scene.planner)

    response = client.post(url("return_to_plan", scene.cycle))

    scene.cycle.refresh_from_db()
    assert told(response) == ["Something was already written down in this lesson, so its plan stays closed."]
    assert scene.cycle.stage == Stage.OBSERVE


def test_an_observer_may_not_put_the_lesson_off(observer, scene):
    assert observer.post(url("return_to_plan", scene.cycle)).status_code == 403


# Queries


PAGE_QUERIES = {"observe": 6}


def full_lesson(size):
    """Everything there can be on the pages, ``size`` times."""
    scene = lesson_in(pupils=size, groups=size, started_at=timezone.now() - timedelta(minutes=5))
    SessionFactory(lesson=scene.lesson, observer=scene.observer)
    ObserverAssignmentFactory(group=scene.groups[0], observer=scene.observer)
    step = scene.plan.steps.get()
    for pupil in scene.pupils:
        ObservationFactory(lesson=scene.lesson, observer=scene.observer, student=pupil, step=step)
        colleague = CycleRoleFactory(cycle=scene.cycle).user
        ObservationFactory(lesson=scene.lesson, observer=colleague, student=pupil, note=True)
        InterviewFactory(lesson=scene.lesson, student=pupil, interviewer=colleague)
    return scene


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize("name", PAGE_QUERIES)
def test_a_page_asks_the_database_as_often_for_thirty_as_for_one(
    client, db, django_assert_num_queries, name, size
):
    scene = full_lesson(size)
    client.force_login(scene.observer)

    with django_assert_num_queries(PAGE_QUERIES[name]):
        client.get(url(name, scene.lesson))
