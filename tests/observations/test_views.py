"""The pages of watching a lesson: what they take, what they refuse, whom they show what."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cycles.models import Cycle, ResearchLesson
from cycles.stages import Stage
from observations.models import EventCode, Interview, Observation, ObservationSession
from schools.models import Role
from tests.factories.cycles import (
    CycleRoleFactory,
    ObserverAssignmentFactory,
    ResearchLessonFactory,
    lesson_in,
)
from tests.factories.observations import InterviewFactory, ObservationFactory, SessionFactory
from tests.factories.schools import CANARY, MembershipFactory, StudentFactory, UserFactory

HTMX = {"headers": {"HX-Request": "true"}}


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


def event(scene, **changes):
    return {"id": uuid4(), "student": scene.pupils[0].pk, "code": "asks"} | changes


def note(**changes):
    return {"id": uuid4(), "fact": "Rubs it out.", "interpretation": "Unsure."} | changes


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# Ground rules


def test_the_ground_rules_come_before_the_capture_page(client, db):
    scene = lesson_in()
    client.force_login(scene.observer)

    before = client.get(url("observe", scene.lesson))
    accepted = client.post(url("accept_rules", scene.lesson), follow=True)

    assert before.templates[0].name == "observations/accept_rules.html"
    assert accepted.templates[0].name == "observations/observe.html"
    assert ObservationSession.objects.get().observer == scene.observer


@pytest.mark.parametrize("stage", [Stage.PLAN, Stage.REFLECT, Stage.CLOSED])
def test_outside_the_lesson_the_capture_page_leads_to_the_record(client, db, stage):
    scene = lesson_in(stage)
    client.force_login(scene.observer)

    assert client.get(url("observe", scene.lesson)).url == url("record", scene.lesson)
    assert client.post(url("accept_rules", scene.lesson)).url == url("observe", scene.lesson)
    assert ObservationSession.objects.count() == 0


def test_the_lesson_begins_for_everybody_when_one_says_so(observer, scene):
    before = observer.get(url("observe", scene.lesson))

    observer.post(url("start_lesson", scene.lesson))
    first = ResearchLesson.objects.get().started_at
    observer.post(url("start_lesson", scene.lesson))

    after = observer.get(url("observe", scene.lesson))
    assert ("The lesson has begun" in before.text, "The lesson has begun" in after.text) == (True, False)
    assert ResearchLesson.objects.get().started_at == first
    assert 'data-ls-clock="0"' in after.text


def test_starting_a_lesson_at_the_wrong_stage_is_explained(client, db):
    scene = lesson_in(Stage.PLAN)
    client.force_login(scene.observer)

    response = client.post(url("start_lesson", scene.lesson))

    assert told(response) == ["That is not possible now: this cycle is at “Plan”."]
    assert ResearchLesson.objects.get().started_at is None


# Writing down


def test_two_taps_store_an_event_and_the_pupil_stays_chosen(observer, scene):
    pupil = scene.pupils[1]

    response = observer.post(url("write_down", scene.lesson), event(scene, student=pupil.pk), follow=True)

    seen = Observation.objects.get()
    assert (seen.kind, seen.student, seen.code.slug, seen.observer) == (
        "event",
        pupil,
        "asks",
        scene.observer,
    )
    assert response.redirect_chain == [(url("observe", scene.lesson, student=pupil.pk, step=""), 302)]
    assert re.findall(r'name="student" value="(\d+)" checked', response.text) == [str(pupil.pk)]


def test_a_tap_sent_late_happened_when_it_was_made(observer, scene):
    observer.post(url("write_down", scene.lesson), event(scene, seconds_ago=60))
    observer.post(url("write_down", scene.lesson), event(scene, seconds_ago=""))

    late, prompt = Observation.objects.all()
    assert (prompt.happened_at - late.happened_at).total_seconds() >= 59


@pytest.mark.parametrize("ago", ["-1", "999999", "soon"])
def test_a_tap_from_the_future_or_from_yesterday_is_refused(observer, scene, ago):
    response = observer.post(url("write_down", scene.lesson), event(scene, seconds_ago=ago))

    assert response.status_code == 422
    assert Observation.objects.count() == 0


def test_a_step_that_was_chosen_is_kept_with_the_event_and_stays_chosen(observer, scene):
    step = scene.plan.steps.get()

    response = observer.post(url("write_down", scene.lesson), event(scene, step=step.pk), follow=True)

    assert Observation.objects.get().step == step
    assert re.findall(r'name="step" value="(\d*)"[^>]* checked', response.text) == [str(step.pk)]


def test_a_note_is_stored_with_fact_and_interpretation_apart(observer, scene):
    sent = note(student=scene.pupils[0].pk, flagged="on")

    response = observer.post(url("write_down", scene.lesson), sent)

    seen = Observation.objects.get()
    assert response.status_code == 302
    assert (seen.kind, seen.fact, seen.interpretation, seen.flagged) == (
        "note",
        "Rubs it out.",
        "Unsure.",
        True,
    )


def test_a_form_sent_twice_is_stored_once_and_answered_alike(observer, scene):
    sent = event(scene)

    first, again = (observer.post(url("write_down", scene.lesson), sent) for _time in range(2))

    assert (first.status_code, first.url) == (again.status_code, again.url)
    assert Observation.objects.count() == 1


def test_every_page_comes_with_an_id_of_its_own(observer, scene):
    pages = [observer.get(url("observe", scene.lesson)).text for _time in range(2)]

    ids = {found for page in pages for found in re.findall(r'name="id" value="([0-9a-f-]{36})"', page)}
    assert len(ids) == 4


def test_an_id_used_for_something_else_is_refused_with_the_words_still_there(observer, scene):
    sent = note()
    observer.post(url("write_down", scene.lesson), sent)

    response = observer.post(url("write_down", scene.lesson), sent | {"fact": "Draws it again."})

    assert response.status_code == 409
    assert (
        "Something else was already sent from this form; it stays. Please send this again." in response.text
    )
    assert "Draws it again." in response.text
    assert f'value="{sent["id"]}"' not in response.text
    assert Observation.objects.get().fact == "Rubs it out."


def test_an_id_of_somebody_elses_observation_is_refused_and_shows_nothing_of_it(observer, scene):
    theirs = ObservationFactory(note=True, fact=CANARY)

    response = observer.post(url("write_down", scene.lesson), note(id=theirs.pk))

    assert response.status_code == 409
    assert CANARY not in response.text
    assert list(Observation.objects.all()) == [theirs]


REFUSED = {
    "an event without a pupil": (
        {"code": "asks", "student": ""},
        "Choose a pupil first, then what happened.",
    ),
    "a thought without a fact": (
        {"fact": " ", "interpretation": "She is bored."},
        "This says what you think. What did you see or hear that makes you think so?",
    ),
    "an empty note": ({"fact": "", "interpretation": ""}, "Write what you saw or heard."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(observer, scene, case):
    sent, question = REFUSED[case]

    response = observer.post(url("write_down", scene.lesson), {"id": uuid4()} | sent)

    assert response.status_code == 422
    assert question in response.text
    assert sent.get("interpretation", "") in response.text
    assert Observation.objects.count() == 0


def test_an_unknown_code_is_refused(observer, scene):
    response = observer.post(url("write_down", scene.lesson), event(scene, code="hums"))

    assert response.status_code == 422
    assert Observation.objects.count() == 0


@pytest.mark.parametrize("sent", [event, lambda scene: note()])
def test_after_the_lesson_nothing_more_is_written_and_the_reason_is_told(observer, scene, sent):
    Cycle.objects.update(stage=Stage.REFLECT)

    response = observer.post(url("write_down", scene.lesson), sent(scene))

    assert response.status_code == 409
    assert "That is not possible now: this cycle is at “Reflect”." in response.text
    assert Observation.objects.count() == 0


def test_a_note_refused_after_the_lesson_still_holds_its_words(observer, scene):
    Cycle.objects.update(stage=Stage.REFLECT)

    response = observer.post(url("write_down", scene.lesson), note(fact="A long note."), **HTMX)

    assert response.status_code == 409
    assert "A long note." in response.text


# What belongs to others


FOREIGN = {
    "pupil of another school": lambda scene: {"student": StudentFactory().pk},
    "pupil of another class": lambda scene: {"student": StudentFactory(school=scene.school).pk},
    "step of another lesson": lambda scene: {"step": lesson_in(school=scene.school).plan.steps.get().pk},
    "code of another school": lambda scene: {
        "code": EventCode.objects.create(
            school=StudentFactory().school, slug="theirs", label="x", definition="x"
        ).slug
    },
}


@pytest.mark.parametrize("case", FOREIGN)
def test_an_event_cannot_point_at_what_is_not_the_lessons(observer, scene, case):
    response = observer.post(url("write_down", scene.lesson), event(scene, **FOREIGN[case](scene)))

    assert response.status_code == 422
    assert Observation.objects.count() == 0


@pytest.mark.parametrize("case", ["pupil of another school", "pupil of another class"])
def test_an_interview_cannot_be_with_a_pupil_who_is_not_the_lessons(observer, scene, case):
    sent = FOREIGN[case](scene) | {"learned": "Halves."}

    response = observer.post(url("interview", scene.lesson), sent)

    assert response.status_code == 422
    assert "Halves." in response.text
    assert Interview.objects.count() == 0


def test_a_filter_by_a_pupil_of_another_school_shows_nothing(observer, scene):
    theirs = ObservationFactory(lesson__school_class__name=CANARY)
    ObservationFactory(lesson=scene.lesson, note=True)

    response = observer.get(url("record", scene.lesson, student=theirs.student_id))

    assert list(response.context["page"]) == []
    assert CANARY not in response.text


PAGES = ["observe", "record", "interview"]
POSTS = ["accept_rules", "start_lesson", "write_down", "interview"]
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


@pytest.mark.parametrize(
    "name", ["accept_rules", "start_lesson", "write_down", "take_back", "return_to_plan"]
)
def test_verbs_answer_posts_only(observer, scene, name):
    subjects = {
        "take_back": ObservationFactory(lesson=scene.lesson, observer=scene.observer),
        "return_to_plan": scene.cycle,
    }

    assert observer.get(url(name, subjects.get(name, scene.lesson))).status_code == 405


# With htmx


def test_an_event_sent_by_htmx_brings_back_only_what_changed(observer, scene):
    response = observer.post(url("write_down", scene.lesson), event(scene), **HTMX)

    pupil, seen = scene.pupils[0], Observation.objects.get()
    assert "<html" not in response.text
    assert re.findall(r'id="([a-z0-9-]+)"[^>]* hx-swap-oob', response.text) == [
        "last",
        "mine",
        f"events-{pupil.pk}",
    ]
    assert url("take_back", seen) in response.text
    assert ">1 event</small>" in response.text


def test_a_note_sent_by_htmx_brings_back_an_empty_form_with_a_new_id(observer, scene):
    sent = note()

    response = observer.post(url("write_down", scene.lesson), sent, **HTMX)

    assert re.findall(r'id="([a-z0-9-]+)"[^>]* hx-swap-oob', response.text) == ["last", "mine", "note"]
    assert f'value="{sent["id"]}"' not in response.text
    assert re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", response.text) == ["", ""]


def test_an_event_refused_by_htmx_says_why_and_changes_nothing_else(observer, scene):
    response = observer.post(url("write_down", scene.lesson), event(scene, student=""), **HTMX)

    assert response.status_code == 422
    assert "Choose a pupil first, then what happened." in response.text
    assert 'hx-swap-oob="innerHTML:#problems"' in response.text
    assert 'id="mine"' not in response.text


# Taking back


def test_what_i_take_back_leaves_my_timeline_and_the_count(observer, scene):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer, student=scene.pupils[0])

    response = observer.post(url("take_back", seen), **HTMX)

    assert ">0 events</small>" in response.text
    assert url("take_back", seen) not in response.text
    assert Observation.objects.get().voided_at is not None


def test_taking_back_returns_to_the_page_it_was_pressed_on(observer, scene):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)
    here = url("record", scene.lesson, page=2)

    assert observer.post(url("take_back", seen), {"next": here}).url == here


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", ""])
def test_taking_back_never_leads_to_another_site(observer, scene, elsewhere):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)

    response = observer.post(url("take_back", seen), {"next": elsewhere})

    assert response.url == url("observe", scene.lesson)


def test_taking_back_from_an_earlier_lesson_is_explained(observer, scene):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)
    ResearchLessonFactory(cycle=scene.cycle)

    response = observer.post(url("take_back", seen))

    assert told(response) == ["This lesson is over: the cycle has gone on to the next one."]
    assert Observation.objects.standing().count() == 1


# Names


def test_a_guest_sees_codes_and_never_a_name_and_may_write(client, scene):
    for pupil in scene.pupils:
        pupil.given_name = f"{CANARY} {pupil.code}"
        pupil.save()
    SessionFactory(lesson=scene.lesson, observer=scene.guest)
    InterviewFactory(lesson=scene.lesson)
    client.force_login(scene.guest)

    pages = [client.post(url("write_down", scene.lesson), event(scene), **HTMX)]
    pages += [client.post(url("write_down", scene.lesson), note(fact=""), **HTMX)]
    pages += [client.get(url(name, scene.lesson)) for name in PAGES]

    assert [CANARY in page.text for page in pages] == [False] * 5
    assert [scene.pupils[0].code in page.text for page in pages] == [True] * 5
    assert Observation.objects.get().observer == scene.guest


def test_a_teacher_of_the_cycle_sees_names_beside_codes(observer, scene):
    pupil = scene.pupils[0]
    ObservationFactory(lesson=scene.lesson, student=pupil)
    InterviewFactory(lesson=scene.lesson, student=pupil)

    pages = [observer.get(url(name, scene.lesson)).text for name in PAGES]

    assert [f"{pupil.code} {pupil.given_name}" in page for page in pages] == [True] * 3


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


# Interviews


@pytest.mark.parametrize("stage", [Stage.OBSERVE, Stage.REFLECT])
def test_a_pupils_answers_are_kept_during_and_after_the_lesson(client, db, stage):
    scene = lesson_in(stage)
    client.force_login(scene.guest)
    sent = {"student": scene.pupils[0].pk, "learned": "Parts must be equal."}

    responses = [client.post(url("interview", scene.lesson), sent) for _time in range(2)]

    assert [response.url for response in responses] == [url("interview", scene.lesson)] * 2
    assert Interview.objects.get().learned == "Parts must be equal."
    assert "Parts must be equal." in client.get(url("interview", scene.lesson)).text


def test_an_interview_needs_one_answer_at_least(observer, scene):
    response = observer.post(url("interview", scene.lesson), {"student": scene.pupils[0].pk, "learned": " "})

    assert response.status_code == 422
    assert "Write down at least one answer, in the pupil&#x27;s own words." in response.text
    assert Interview.objects.count() == 0


def test_an_interview_after_the_cycle_was_closed_is_refused_with_its_words_still_there(client, db):
    scene = lesson_in(Stage.CLOSED)
    client.force_login(scene.observer)
    sent = {"student": scene.pupils[0].pk, "learned": "Halves."}

    response = client.post(url("interview", scene.lesson), sent)

    assert response.status_code == 409
    assert "That is not possible now: this cycle is at “Closed”." in response.text
    assert "Halves." in response.text


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


PAGE_QUERIES = {"observe": 18, "interview": 10}


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


@pytest.mark.parametrize("size", [1, 30])
def test_writing_down_asks_the_database_as_often_for_thirty_as_for_one(
    client, db, django_assert_num_queries, size
):
    scene = full_lesson(size)
    client.force_login(scene.observer)

    with django_assert_num_queries(21):
        client.post(url("write_down", scene.lesson), event(scene), **HTMX)
