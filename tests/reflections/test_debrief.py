"""The meeting on one page: what is said and decided, by whom, and what comes back when a form is wrong."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cycles.models import CycleRole
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from observations.models import Watch
from reflections.models import Debrief, Decision, Statement
from reflections.selectors import OFFERED, offered_in, said_in, speaking_order
from reflections.workflow.cycle import start_reflecting
from reflections.workflow.debrief import decide, decision_done, say
from tests.factories.cycles import MORNING, CycleRoleFactory, ResearchLessonFactory, lesson_in
from tests.factories.observations import ObservationFactory, SessionFactory, WatchFactory
from tests.factories.reflections import (
    ClaimFactory,
    DebriefFactory,
    DecisionFactory,
    EvidenceLinkFactory,
    StatementFactory,
    debrief_in,
)
from tests.factories.schools import UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.fixture
def scene():
    return debrief_in()


def url(verb, scene):
    return reverse(f"reflections:{verb}", args=[scene.lesson.pk])


def remark(scene, **fields):
    return {
        "speaker": scene.observer.pk,
        "kind": "fact",
        "text": "She drew first",
        "observation": "",
    } | fields


def resolution(scene, **fields):
    return {"text": "One pencil", "owner": scene.observer.pk, "due_on": TOMORROW.isoformat()} | fields


def problems(response, form):
    return response.context_data[form].errors


# Opening


def test_the_debrief_opens_when_the_lesson_ends():
    started_at = timezone.now() - timedelta(minutes=35)
    scene = lesson_in(Stage.OBSERVE, started_at=started_at)
    session = SessionFactory(lesson=scene.lesson)
    watch = WatchFactory(session=session, student=scene.pupils[0], from_at=started_at)

    debrief = start_reflecting(scene.cycle, by=scene.planner)

    scene.lesson.refresh_from_db()
    assert (debrief.lesson, scene.cycle.stage) == (scene.lesson, Stage.REFLECT)
    assert scene.lesson.ended_at is not None
    assert Watch.objects.get(pk=watch.pk).to_at is not None


def test_a_debrief_that_cannot_be_opened_leaves_the_cycle_where_it_was():
    scene = lesson_in(Stage.OBSERVE)
    DebriefFactory(lesson=scene.lesson)

    with pytest.raises(IntegrityError), transaction.atomic():
        start_reflecting(scene.cycle, by=scene.planner)

    scene.cycle.refresh_from_db()
    assert scene.cycle.stage == Stage.OBSERVE


def test_starting_twice_opens_one_debrief_and_says_why(client):
    scene = lesson_in(Stage.OBSERVE)
    client.force_login(scene.planner)
    address = reverse("reflections:start_reflecting", args=[scene.cycle.pk])

    first = client.post(address, follow=True)
    second = client.post(address, follow=True)

    assert first.redirect_chain == [(url("debrief", scene), 302)]
    assert Debrief.objects.count() == 1
    assert [str(m) for m in second.context["messages"]] == [
        "That is not possible now: this cycle is at “Reflect”."
    ]


def test_before_the_debrief_the_page_offers_those_who_lead_to_open_it(client):
    scene = lesson_in(Stage.OBSERVE)
    offered = {}
    for person in (scene.planner, scene.observer):
        client.force_login(person)
        offered[person] = client.get(url("debrief", scene)).context_data["may_start"]

    assert offered == {scene.planner: True, scene.observer: False}


# Order of speaking


def test_the_model_teacher_speaks_first_and_the_knowledgeable_other_last(scene):
    order = speaking_order(list(scene.cycle.roles.select_related("user")), scene.lesson)

    assert [turn.who for turn in order] == [
        str(scene.teacher),
        f"{scene.planner}, {scene.observer}",
        str(scene.guest),
    ]


def test_who_observes_and_comments_speaks_with_those_who_watched(scene):
    CycleRoleFactory(cycle=scene.cycle, user=scene.guest, role=CycleRole.Kind.OBSERVER)

    order = speaking_order(list(scene.cycle.roles.select_related("user")), scene.lesson)

    assert [turn.who for turn in order][1:] == [
        f"{scene.planner}, {scene.observer}, {scene.guest}",
        "The knowledgeable other",
    ]


# Saying


def test_a_statement_is_kept_with_its_speaker_and_its_evidence(client, scene):
    seen = ObservationFactory(lesson=scene.lesson)
    client.force_login(scene.planner)

    response = client.post(url("say", scene), remark(scene, observation=seen.pk))

    statement = Statement.objects.get()
    assert response.url == f"{url('debrief', scene)}#statements"
    assert (statement.speaker, statement.by, statement.observation) == (scene.observer, scene.planner, seen)


def test_htmx_gets_the_statements_and_an_empty_form_back(client, scene):
    client.force_login(scene.planner)

    response = client.post(url("say", scene), remark(scene), **HTMX)

    assert (response.status_code, response.headers["Vary"].count("HX-Request")) == (200, 1)
    assert response.content.strip().startswith(b'<section class="card flow" id="statements"')
    assert not response.context_data["statement_form"].is_bound


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_empty_statement_comes_back_with_what_was_chosen(client, scene, headers):
    seen = ObservationFactory(lesson=scene.lesson)
    client.force_login(scene.planner)

    response = client.post(url("say", scene), remark(scene, text=" ", observation=seen.pk), **headers)

    assert response.status_code == 422
    assert problems(response, "statement_form") == {"text": ["Write what was said."]}
    assert response.context_data["chosen"] == seen
    assert Statement.objects.count() == 0


def test_what_one_is_typing_stays_when_other_evidence_is_shown_without_javascript(client, scene):
    ObservationFactory(lesson=scene.lesson, student=scene.pupils[0])
    about_her = ObservationFactory(lesson=scene.lesson, student=scene.pupils[1])
    client.force_login(scene.planner)

    data = remark(scene, text="Half a sen", pupil=scene.pupils[1].pk, show="1")
    response = client.post(url("say", scene), data)

    assert response.context_data["statement_form"]["text"].value() == "Half a sen"
    assert [piece.pk for piece in response.context_data["offered"]] == [about_her.pk]
    assert Statement.objects.count() == 0


def test_too_long_a_text_comes_back_whole(client, scene):
    novel = "She drew. " * 1000
    client.force_login(scene.planner)

    response = client.post(url("say", scene), remark(scene, text=novel))

    assert (response.status_code, list(problems(response, "statement_form"))) == (422, ["text"])
    assert response.content.decode().count("She drew. ") >= 999  # the last space is trimmed
    assert "maxlength" not in str(response.context_data["statement_form"]["text"])


def test_only_people_of_the_cycle_can_be_named_as_speaker(client, scene):
    client.force_login(scene.planner)

    response = client.post(url("say", scene), remark(scene, speaker=UserFactory().pk))

    assert list(problems(response, "statement_form")) == ["speaker"]
    assert Statement.objects.count() == 0


@pytest.mark.parametrize(
    "whose", ["another school's", "another lesson's", "taken back", "nothing", "not an id"]
)
def test_only_what_was_seen_in_this_lesson_and_stands_can_be_shown(client, scene, whose):
    other = ResearchLessonFactory(cycle=scene.cycle, sequence=0)
    observation = {
        "another school's": lambda: ObservationFactory().pk,
        "another lesson's": lambda: ObservationFactory(lesson=other).pk,
        "taken back": lambda: ObservationFactory(lesson=scene.lesson, voided=True).pk,
        "nothing": lambda: "00000000-0000-0000-0000-000000000000",
        "not an id": lambda: "1 OR 1=1",
    }[whose]()
    client.force_login(scene.planner)

    response = client.post(url("say", scene), remark(scene, observation=observation))

    assert (response.status_code, list(problems(response, "statement_form"))) == (422, ["observation"])
    assert Statement.objects.count() == 0


def test_facts_and_interpretations_without_evidence_are_opinions(scene):
    seen = ObservationFactory(lesson=scene.lesson)
    taken_back = ObservationFactory(lesson=scene.lesson, voided=True)
    cases = [
        ("fact", None),
        ("fact", seen),
        ("fact", taken_back),
        ("interpretation", None),
        ("interpretation", seen),
        ("suggestion", None),
        ("question", None),
    ]
    for kind, observation in cases:
        StatementFactory(debrief=scene.lesson.debrief, kind=kind, observation=observation)

    assert [said.is_opinion for said in said_in(scene.lesson)] == [
        True,
        False,
        True,
        True,
        False,
        False,
        False,
    ]


def test_flagged_observations_are_offered_first_and_the_latest_next(scene):
    flagged = ObservationFactory(lesson=scene.lesson, minute=1, flagged=True)
    others = [ObservationFactory(lesson=scene.lesson, minute=minute) for minute in range(2, 2 + OFFERED)]
    ObservationFactory(lesson=scene.lesson, minute=40, voided=True)

    offered = [piece.pk for piece in offered_in(scene.lesson)]

    assert offered == [flagged.pk, *(seen.pk for seen in reversed(others[1:]))]


def test_what_is_chosen_stays_on_offer_whoever_is_asked_about(client, scene):
    chosen = ObservationFactory(lesson=scene.lesson, student=scene.pupils[0])
    about_her = ObservationFactory(lesson=scene.lesson, student=scene.pupils[1])
    client.force_login(scene.planner)

    response = client.get(
        url("debrief", scene), {"pupil": scene.pupils[1].pk, "observation": chosen.pk}, **HTMX
    )

    assert response.content.strip().startswith(b'<div id="evidence"')
    assert [piece.pk for piece in response.context_data["offered"]] == [chosen.pk, about_her.pk]


def test_the_words_of_what_was_taken_back_are_not_shown(client, scene):
    note = ObservationFactory(lesson=scene.lesson, note=True, fact="He is lazy", voided=True)
    StatementFactory(debrief=scene.lesson.debrief, observation=note)
    client.force_login(scene.planner)

    page = client.get(url("debrief", scene)).content.decode()

    assert ("He is lazy" in page, "was taken back by its observer" in page) == (False, True)


# Deciding


def test_a_decision_has_an_owner_and_a_date(client, scene):
    client.force_login(scene.planner)

    response = client.post(url("decide", scene), resolution(scene))

    decision = Decision.objects.get()
    assert response.url == f"{url('debrief', scene)}#decisions"
    assert (decision.owner, decision.due_on, decision.by) == (scene.observer, TOMORROW, scene.planner)


def test_a_decision_without_what_who_or_when_says_so(client, scene):
    client.force_login(scene.planner)

    response = client.post(url("decide", scene), {}, **HTMX)

    assert response.status_code == 422
    assert problems(response, "decision_form") == {
        "text": ["Write what you will do."],
        "owner": ["Say who sees to it."],
        "due_on": ["Say by when."],
    }


@pytest.mark.parametrize(("days", "kept"), [(-1, 0), (0, 1)])
def test_a_decision_is_for_today_or_later(client, scene, days, kept):
    client.force_login(scene.planner)

    client.post(url("decide", scene), resolution(scene, due_on=timezone.localdate() + timedelta(days=days)))

    assert Decision.objects.count() == kept


@pytest.mark.parametrize("who", ["guest", "stranger", "left"])
def test_a_decision_is_owned_by_somebody_of_the_team_who_is_still_there(client, scene, who):
    owner = {"guest": scene.guest, "stranger": UserFactory(), "left": scene.observer}[who]
    if who == "left":
        owner.is_active = False
        owner.save()
    client.force_login(scene.planner)

    response = client.post(url("decide", scene), resolution(scene, owner=owner.pk))

    assert (response.status_code, list(problems(response, "decision_form"))) == (422, ["owner"])


@pytest.mark.parametrize("stage", [Stage.REFLECT, Stage.PLAN, Stage.CLOSED])
def test_a_decision_is_done_once_at_whatever_stage(scene, stage):
    decision = DecisionFactory(lesson=scene.lesson, owner=scene.observer)
    closed_at = MORNING if stage == Stage.CLOSED else None
    type(scene.cycle).objects.filter(pk=scene.cycle.pk).update(stage=stage, closed_at=closed_at)

    decision_done(decision, by=scene.observer)
    first = Decision.objects.get().done_at
    decision_done(decision, by=scene.planner)

    assert first is not None
    assert Decision.objects.get().done_at == first


def test_the_button_done_is_for_the_owner_and_for_those_who_lead(client, scene):
    theirs = DecisionFactory(lesson=scene.lesson, owner=scene.observer)
    other = DecisionFactory(lesson=scene.lesson, owner=scene.planner)
    shown = {}
    for person in (scene.planner, scene.observer, scene.guest):
        client.force_login(person)
        shown[person] = client.get(url("debrief", scene)).context_data["finishable"]

    assert shown == {
        scene.planner: {theirs.pk, other.pk},
        scene.observer: {theirs.pk},
        scene.guest: set(),
    }


def test_htmx_gets_the_decisions_back_when_one_is_done(client, scene):
    decision = DecisionFactory(lesson=scene.lesson, owner=scene.observer)
    client.force_login(scene.observer)

    response = client.post(reverse("reflections:decision_done", args=[decision.pk]), **HTMX)

    assert response.content.strip().startswith(b'<section class="card flow" id="decisions"')


# The right moment


@pytest.mark.parametrize("stage", [Stage.PLAN, Stage.OBSERVE, Stage.CLOSED])
def test_nothing_is_said_or_decided_at_another_stage(stage):
    scene = debrief_in(stage)

    with pytest.raises(NotAllowedNow):
        say(scene.lesson, speaker=scene.observer, kind="fact", text="x", by=scene.observer)
    with pytest.raises(NotAllowedNow):
        decide(scene.lesson, text="x", owner=scene.observer, due_on=TOMORROW, by=scene.planner)


def test_the_debrief_of_an_earlier_lesson_can_be_read_and_no_longer_written(client, scene):
    ResearchLessonFactory(cycle=scene.cycle)
    client.force_login(scene.planner)

    page = client.get(url("debrief", scene))
    refused = client.post(url("say", scene), remark(scene), follow=True)

    assert (page.status_code, page.context_data["may_speak"]) == (200, False)
    assert [str(m) for m in refused.context["messages"]] == [
        "The debrief of this lesson is over: the cycle has gone on to the next one."
    ]
    assert Statement.objects.count() == 0


def test_a_wrong_form_at_a_wrong_moment_tells_the_moment(client):
    scene = debrief_in(Stage.CLOSED)
    client.force_login(scene.planner)

    response = client.post(url("decide", scene), {}, **HTMX)

    assert [str(m) for m in response.context["messages"]] == [
        "That is not possible now: this cycle is at “Closed”."
    ]


def test_a_closed_cycle_shows_what_was_said_and_no_form(client):
    scene = debrief_in(Stage.CLOSED)
    StatementFactory(debrief=scene.lesson.debrief, text="She drew first")
    client.force_login(scene.planner)

    page = client.get(url("debrief", scene)).content.decode()

    assert ("She drew first" in page, page.count("<textarea")) == (True, 0)


# Names, numbers


def test_a_guest_reads_codes_where_the_team_reads_names(client, scene):
    ObservationFactory(lesson=scene.lesson, student=scene.pupils[0])
    name = scene.pupils[0].given_name
    seen = {}
    for person in (scene.observer, scene.guest):
        client.force_login(person)
        seen[person] = name in client.get(url("debrief", scene)).content.decode()

    assert seen == {scene.observer: True, scene.guest: False}


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_asks_the_same_however_much_was_said(client, scene, rows):
    for _row in range(rows):
        seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)
        StatementFactory(debrief=scene.lesson.debrief, speaker=scene.observer, observation=seen)
        DecisionFactory(lesson=scene.lesson, owner=scene.observer)
        EvidenceLinkFactory(claim=ClaimFactory(lesson=scene.lesson), observation=seen)
        group = ObservationFactory(lesson=scene.lesson, student=None, group=scene.groups[0])
        EvidenceLinkFactory(claim=ClaimFactory(lesson=scene.lesson), observation=group)
    client.force_login(scene.planner)

    with CaptureQueriesContext(connection) as queries:
        client.get(url("debrief", scene))

    assert len(queries) == 29
