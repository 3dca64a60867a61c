"""Findings: linking what was seen, answering what speaks against them, and what may not be linked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from reflections.models import Claim, EvidenceLink
from reflections.views.claims import PAGE
from reflections.workflow.findings import answer, find, link_evidence, unlink_evidence
from tests.factories.cycles import MORNING, ResearchLessonFactory
from tests.factories.observations import InterviewFactory, ObservationFactory
from tests.factories.reflections import (
    ClaimFactory,
    EvidenceLinkFactory,
    StatementFactory,
    debrief_in,
)

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
Stance = EvidenceLink.Stance


@pytest.fixture
def scene():
    return debrief_in()


@pytest.fixture
def claim(scene):
    return ClaimFactory(lesson=scene.lesson)


@pytest.fixture
def page(client, scene, claim):
    """The finding's page, opened by a planner; with the address of one of its verbs, posted to."""
    client.force_login(scene.planner)

    def ask(verb="claim", data=None, query="", **headers):
        address = reverse(f"reflections:{verb}", args=[claim.pk]) + query
        return client.get(address, **headers) if data is None else client.post(address, data, **headers)

    return ask


def links(claim):
    return list(claim.links.values_list("observation", "interview", "statement", "stance"))


def status(response):
    return response.context_data["finding"].status


# A new finding


def test_a_new_finding_is_a_first_guess_of_its_lesson(client, scene):
    client.force_login(scene.observer)

    response = client.post(reverse("reflections:find", args=[scene.lesson.pk]), {"text": "They drew first"})

    claim = Claim.objects.get()
    assert response.url.endswith("#findings")
    assert (claim.text, claim.cycle, claim.lesson, claim.by) == (
        "They drew first",
        scene.cycle,
        scene.lesson,
        scene.observer,
    )


def test_a_finding_without_a_sentence_comes_back(client, scene):
    client.force_login(scene.observer)

    response = client.post(reverse("reflections:find", args=[scene.lesson.pk]), {"text": "  "}, **HTMX)

    assert response.status_code == 422
    assert response.context_data["finding_form"].errors == {"text": ["Write the finding in a sentence."]}


# Linking


@pytest.mark.parametrize("kind", ["observation", "interview", "statement"])
def test_each_kind_of_evidence_can_be_linked(page, scene, claim, kind):
    seen = ObservationFactory(lesson=scene.lesson)
    piece = {
        "observation": lambda: seen,
        "interview": lambda: InterviewFactory(lesson=scene.lesson),
        "statement": lambda: StatementFactory(debrief=scene.lesson.debrief, observation=seen),
    }[kind]()

    response = page("link_evidence", {kind: piece.pk, "stance": "supports"})

    link = EvidenceLink.objects.get()
    assert response.url == reverse("reflections:claim", args=[claim.pk])
    assert (getattr(link, kind), link.stance, link.by) == (piece, Stance.SUPPORTS, scene.planner)


def test_evidence_of_an_earlier_lesson_of_the_cycle_can_be_linked(page, scene, claim):
    earlier = ResearchLessonFactory(cycle=scene.cycle, sequence=0)
    seen = ObservationFactory(lesson=earlier)

    page("link_evidence", {"observation": seen.pk, "stance": "supports"})

    assert links(claim) == [(seen.pk, None, None, "supports")]


def test_pressing_another_button_changes_what_was_said(page, scene, claim):
    seen = ObservationFactory(lesson=scene.lesson)
    page("link_evidence", {"observation": seen.pk, "stance": "supports"})

    page("link_evidence", {"observation": seen.pk, "stance": "contradicts"})

    assert links(claim) == [(seen.pk, None, None, "contradicts")]


def test_pressing_the_same_button_twice_links_once(page, scene, claim):
    seen = ObservationFactory(lesson=scene.lesson)

    for _press in range(2):
        page("link_evidence", {"observation": seen.pk, "stance": "supports"})

    assert links(claim) == [(seen.pk, None, None, "supports")]


@pytest.mark.parametrize(
    "what",
    [
        "another school's observation",
        "another cycle's interview",
        "another cycle's statement",
        "taken back",
        "an opinion",
        "nothing",
        "two things",
        "no stance",
    ],
)
def test_what_cannot_be_evidence_comes_back_as_a_wrong_form(page, scene, claim, what):
    seen, asked = ObservationFactory(lesson=scene.lesson), InterviewFactory(lesson=scene.lesson)
    other = debrief_in(school=scene.school)
    elsewhere = StatementFactory(
        debrief=other.lesson.debrief, observation=ObservationFactory(lesson=other.lesson)
    )
    data = {
        "another school's observation": {"observation": ObservationFactory().pk},
        "another cycle's interview": {"interview": InterviewFactory(lesson=other.lesson).pk},
        "another cycle's statement": {"statement": elsewhere.pk},
        "taken back": {"observation": ObservationFactory(lesson=scene.lesson, voided=True).pk},
        "an opinion": {"statement": StatementFactory(debrief=scene.lesson.debrief).pk},
        "nothing": {},
        "two things": {"observation": seen.pk, "interview": asked.pk},
        "no stance": {"observation": seen.pk, "stance": "maybe"},
    }[what]

    response = page("link_evidence", {"stance": "supports"} | data)

    assert (response.status_code, bool(response.context_data["link_form"].errors)) == (422, True)
    assert links(claim) == []


def test_what_is_taken_back_while_the_page_is_open_is_refused(scene, claim):
    seen = ObservationFactory(lesson=scene.lesson)
    type(seen).objects.filter(pk=seen.pk).update(voided_at=MORNING)

    with pytest.raises(NotAllowedNow):
        link_evidence(claim, seen, stance="supports", by=scene.planner)


def test_linking_answers_htmx_with_the_whole_finding_and_keeps_the_filter(page, scene):
    seen = ObservationFactory(lesson=scene.lesson, student=scene.pupils[0])
    ObservationFactory(lesson=scene.lesson, student=scene.pupils[1])
    query = f"?pupil={scene.pupils[0].pk}"

    swapped = page("link_evidence", {"observation": seen.pk, "stance": "supports"}, query, **HTMX)
    plain = page("link_evidence", {"observation": seen.pk, "stance": "supports"}, query)

    assert swapped.content.strip().startswith(b'<div class="flow" id="finding">')
    assert [(piece.pk, stance) for piece, stance in swapped.context_data["choices"]] == [
        (seen.pk, "supports")
    ]
    assert plain.url.endswith(query)


def test_evidence_can_be_unlinked(client, page, scene, claim):
    link = EvidenceLinkFactory(claim=claim, observation=ObservationFactory(lesson=scene.lesson))

    client.post(reverse("reflections:unlink_evidence", args=[link.pk]))

    assert links(claim) == []


# Status


def test_the_page_says_how_sure_we_are_and_why(page, scene, claim):
    for observer in (scene.observer, scene.planner):
        seen = ObservationFactory(lesson=scene.lesson, observer=observer, student=scene.pupils[0])
        EvidenceLinkFactory(claim=claim, observation=seen)

    finding = page().context_data["finding"]

    assert (finding.status, finding.label) == ("corroborated", "corroborated")
    assert finding.ground == (
        "more than one observer; not yet: another pupil, another way of looking, another day"
    )


def test_evidence_against_is_shown_until_and_after_it_is_answered(page, scene, claim):
    seen = ObservationFactory(lesson=scene.lesson, note=True, fact="He took the pencil")
    EvidenceLinkFactory(claim=claim, observation=seen, stance=Stance.CONTRADICTS)
    assert status(page()) == "contested"

    page("answer", {"answer": "He had none of his own."})

    after = page()
    assert (status(after), "He took the pencil" in after.content.decode()) == ("lead", True)
    assert "He had none of his own." in after.content.decode()


def test_an_emptied_answer_is_taken_back(page, scene, claim):
    seen = ObservationFactory(lesson=scene.lesson)
    EvidenceLinkFactory(claim=claim, observation=seen, stance=Stance.CONTRADICTS)
    page("answer", {"answer": "He had none of his own."})

    page("answer", {"answer": ""})

    assert status(page()) == "contested"


@pytest.mark.parametrize("linked_before", [False, True])
def test_an_answer_covers_no_evidence_it_did_not_know_of(scene, claim, linked_before):
    first, second = ObservationFactory.create_batch(2, lesson=scene.lesson)
    link_evidence(claim, first, stance="contradicts", by=scene.planner)
    if linked_before:
        link_evidence(claim, second, stance="supports", by=scene.planner)
    answer(claim, text="He had none of his own.", by=scene.planner)

    with pytest.raises(NotAllowedNow):
        link_evidence(claim, second, stance="contradicts", by=scene.planner)

    assert claim.links.filter(observation=second, stance="contradicts").count() == 0
    assert claim.links.filter(observation=second).count() == linked_before


def test_evidence_for_an_answered_finding_can_still_be_linked(scene, claim):
    first, second = ObservationFactory.create_batch(2, lesson=scene.lesson)
    link_evidence(claim, first, stance="contradicts", by=scene.planner)
    answer(claim, text="He had none of his own.", by=scene.planner)

    link_evidence(claim, second, stance="supports", by=scene.planner)

    assert claim.links.count() == 2


def test_what_was_taken_back_after_linking_is_shown_as_such_with_its_words_for_its_author_alone(
    client, scene, claim
):
    seen = ObservationFactory(
        lesson=scene.lesson, observer=scene.observer, note=True, fact="He is lazy", voided=True
    )
    EvidenceLinkFactory(claim=claim, observation=seen)
    shown = {}
    for person in (scene.observer, scene.planner):
        client.force_login(person)
        text = client.get(reverse("reflections:claim", args=[claim.pk])).content.decode()
        shown[person] = ("Taken back by the observer" in text, "He is lazy" in text)

    assert shown == {scene.observer: (True, True), scene.planner: (True, False)}


# Choosing


def test_the_choice_is_of_one_kind_and_about_one_pupil_if_asked(page, scene):
    about_her = ObservationFactory(lesson=scene.lesson, student=scene.pupils[0])
    to_her = ObservationFactory(lesson=scene.lesson, student=scene.pupils[1], target=scene.pupils[0])
    ObservationFactory(lesson=scene.lesson, student=scene.pupils[1])
    asked = InterviewFactory(lesson=scene.lesson, student=scene.pupils[0])
    InterviewFactory(lesson=scene.lesson, student=scene.pupils[1])
    said = StatementFactory(debrief=scene.lesson.debrief, observation=about_her)

    chosen = {
        what: {
            piece.pk
            for piece, _stance in page(query=f"?what={what}&pupil={scene.pupils[0].pk}").context_data[
                "choices"
            ]
        }
        for what in ("observation", "interview", "statement")
    }

    assert chosen == {
        "observation": {about_her.pk, to_her.pk},
        "interview": {asked.pk},
        "statement": {said.pk},
    }


@pytest.mark.parametrize("query", ["?pupil=x", "?what=secrets", "?page=99", "?pupil=999999999", "?page=-1"])
def test_a_mistyped_address_shows_what_it_can(page, scene, query):
    seen = ObservationFactory(lesson=scene.lesson)

    response = page(query=query)

    assert (response.status_code, [piece.pk for piece, _ in response.context_data["choices"]]) == (
        200,
        [seen.pk],
    )


def test_htmx_gets_a_page_of_choices(page, scene):
    ObservationFactory.create_batch(PAGE + 1, lesson=scene.lesson)

    response = page(query="?page=2", **HTMX)

    assert response.content.strip().startswith(b'<section class="card flow" id="choices"')
    assert len(response.context_data["choices"]) == 1


def test_what_was_linked_stays_in_the_list_with_its_button_pressed(page, scene, claim):
    seen = ObservationFactory(lesson=scene.lesson)
    EvidenceLinkFactory(claim=claim, observation=seen, stance=Stance.CONTEXT)

    assert [stance for _piece, stance in page().context_data["choices"]] == ["context"]


# The right moment


@pytest.mark.parametrize("stage", [Stage.PLAN, Stage.OBSERVE, Stage.CLOSED])
def test_findings_and_their_evidence_rest_at_every_other_stage(stage):
    scene = debrief_in(stage)
    claim = ClaimFactory(lesson=scene.lesson)
    seen = ObservationFactory(lesson=scene.lesson)
    link = EvidenceLinkFactory(claim=claim, observation=seen)
    verbs = [
        lambda: find(scene.lesson, text="x", by=scene.planner),
        lambda: link_evidence(claim, seen, stance="contradicts", by=scene.planner),
        lambda: unlink_evidence(link, by=scene.planner),
        lambda: answer(claim, text="x", by=scene.planner),
    ]

    for verb in verbs:
        with pytest.raises(NotAllowedNow):
            verb()

    assert links(claim) == [(seen.pk, None, None, "supports")]


def test_a_finding_of_an_earlier_lesson_gathers_evidence_in_a_later_debrief(scene, claim):
    later = ResearchLessonFactory(cycle=scene.cycle)
    seen = ObservationFactory(lesson=later)

    link_evidence(claim, seen, stance="supports", by=scene.planner)

    assert links(claim) == [(seen.pk, None, None, "supports")]


def test_after_the_end_a_finding_can_be_read_with_its_evidence_and_nothing_pressed(client):
    scene = debrief_in(Stage.CLOSED)
    claim = ClaimFactory(lesson=scene.lesson)
    EvidenceLinkFactory(
        claim=claim, observation=ObservationFactory(lesson=scene.lesson, note=True, fact="Drew first")
    )
    client.force_login(scene.planner)

    page = client.get(reverse("reflections:claim", args=[claim.pk])).content.decode()

    assert ("Drew first" in page, "Unlink" in page, 'id="choices"' in page) == (True, False, False)


# Numbers


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_asks_the_same_however_much_is_linked(page, scene, claim, rows):
    for _row in range(rows):
        seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)
        asked = InterviewFactory(lesson=scene.lesson, interviewer=scene.observer)
        said = StatementFactory(debrief=scene.lesson.debrief, observation=seen)
        group = ObservationFactory(lesson=scene.lesson, student=None, group=scene.groups[0])
        for kind, piece in [
            ("observation", seen),
            ("interview", asked),
            ("statement", said),
            ("observation", group),
        ]:
            EvidenceLinkFactory(claim=claim, **{kind: piece})

    with CaptureQueriesContext(connection) as queries:
        page()

    assert len(queries) == 16
