"""From links in the database to a verdict: what counts as whose, from whom, by which way and on which day."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cycles.stages import Stage
from observations.models import InterviewCompanion
from reflections.evidence import Axis, Status
from reflections.models import EvidenceLink
from reflections.selectors import evidence_of
from reflections.weighing import explain, weigh
from tests.factories.cycles import MORNING, lesson_in
from tests.factories.observations import InterviewFactory, ObservationFactory
from tests.factories.reflections import (
    ClaimFactory,
    DebriefFactory,
    EvidenceLinkFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db
Stance = EvidenceLink.Stance


@pytest.fixture
def scene():
    return lesson_in(Stage.REFLECT)


@pytest.fixture
def claim(scene):
    return ClaimFactory(lesson=scene.lesson)


def seen(scene, pupil=0, **fields):
    """An event of one of the lesson's pupils, seen by its observer at the same minute."""
    fields = {"observer": scene.observer, "student": scene.pupils[pupil], "minute": 5} | fields
    return ObservationFactory(lesson=scene.lesson, **fields)


def support(claim, *things):
    """Link things to the claim by their kind."""
    for thing in things:
        EvidenceLinkFactory(claim=claim, **{thing._meta.model_name: thing})


def verdict(claim):
    return weigh([claim])[claim.pk]


def test_a_finding_without_evidence_is_a_first_guess(claim):
    assert verdict(claim).status == Status.LEAD


def test_two_things_one_observer_saw_one_pupil_do_are_one_kind_of_evidence(scene, claim):
    support(claim, seen(scene), seen(scene))

    assert (verdict(claim).status, verdict(claim).axes) == (Status.SUPPORTED, ())


def test_two_pupils_are_two_sources(scene, claim):
    support(claim, seen(scene, 0), seen(scene, 1))

    assert verdict(claim).axes == (Axis.SOURCE,)


def test_two_observers_of_one_pupil_are_two_observers(scene, claim):
    support(claim, seen(scene), seen(scene, observer=scene.planner))

    assert verdict(claim).axes == (Axis.OBSERVER,)


def test_two_observers_at_one_device_are_one(scene, claim):
    tablet = uuid4()
    support(claim, seen(scene, device=tablet), seen(scene, observer=scene.planner, device=tablet))

    assert verdict(claim).status == Status.SUPPORTED


def test_a_device_that_both_used_for_other_things_makes_them_one_too(scene, claim):
    tablet = uuid4()
    support(claim, seen(scene), seen(scene, observer=scene.planner))
    seen(scene, device=tablet)
    seen(scene, observer=scene.planner, device=tablet)

    assert verdict(claim).status == Status.SUPPORTED


def test_a_group_is_no_source_apart_from_its_members(scene, claim):
    group = scene.groups[0]
    support(claim, seen(scene, 0), seen(scene, student=None, group=group))

    assert verdict(claim).status == Status.SUPPORTED


def test_a_group_without_the_pupil_is_another_source(scene, claim):
    support(claim, seen(scene, 0), seen(scene, student=None, group=scene.groups[1]))

    assert verdict(claim).axes == (Axis.SOURCE,)


def test_asking_the_pupil_is_another_way_of_looking(scene, claim):
    asked = InterviewFactory(lesson=scene.lesson, student=scene.pupils[0], interviewer=scene.observer)
    support(claim, seen(scene), asked)

    assert verdict(claim).axes == (Axis.TECHNIQUE,)


def test_what_the_model_teacher_wrote_is_a_source_and_a_way_but_no_observer(scene, claim):
    support(claim, seen(scene), seen(scene, observer=scene.teacher, note=True))

    assert verdict(claim).axes == (Axis.SOURCE, Axis.TECHNIQUE)


def test_saying_what_one_saw_is_the_same_evidence(scene, claim):
    debrief = DebriefFactory(lesson=scene.lesson)
    note = seen(scene, note=True)
    support(claim, note, StatementFactory(debrief=debrief, speaker=scene.planner, observation=note))

    assert (verdict(claim).status, verdict(claim).supporting) == (Status.LEAD, 1)


def test_an_opinion_weighs_nothing(scene, claim):
    debrief = DebriefFactory(lesson=scene.lesson)
    support(claim, seen(scene), StatementFactory(debrief=debrief, speaker=scene.planner))

    assert verdict(claim).supporting == 1


def test_the_day_is_the_schools_not_the_servers(scene, claim):
    before_midnight_in_london = datetime(
        2026, 10, 5, 16, 30, tzinfo=UTC
    )  # half past eleven at night in Jakarta
    after_midnight_in_jakarta = before_midnight_in_london + timedelta(hours=1)
    support(
        claim,
        seen(scene, happened_at=before_midnight_in_london),
        seen(scene, happened_at=after_midnight_in_jakarta),
    )

    assert [day.day for day in verdict(claim).days] == [5, 6]


def test_what_was_taken_back_after_it_was_linked_counts_for_nothing(scene, claim):
    first, second = seen(scene, 0), seen(scene, 1)
    support(claim, first, second)
    assert verdict(claim).status == Status.CORROBORATED

    second.voided_at = MORNING
    second.save()

    assert (verdict(claim).status, verdict(claim).supporting) == (Status.LEAD, 1)
    assert [linked.link.observation for linked in evidence_of([claim])[claim.pk]] == [first]


def test_a_statement_falls_with_the_observation_it_rests_on(scene, claim):
    debrief = DebriefFactory(lesson=scene.lesson)
    note = seen(scene, note=True, voided=True)
    support(claim, StatementFactory(debrief=debrief, observation=note))

    assert verdict(claim).supporting == 0


def test_contradicting_evidence_that_was_taken_back_contests_nothing(scene, claim):
    EvidenceLinkFactory(claim=claim, observation=seen(scene, voided=True), stance=Stance.CONTRADICTS)

    assert verdict(claim).status == Status.LEAD


def test_one_thing_against_contests_until_it_is_answered(scene, claim):
    support(claim, seen(scene, 0), seen(scene, 1))
    EvidenceLinkFactory(claim=claim, observation=seen(scene, 2), stance=Stance.CONTRADICTS)
    assert verdict(claim).status == Status.CONTESTED

    claim.answer = "He had no pencil."

    assert (verdict(claim).status, verdict(claim).contradicting) == (Status.CORROBORATED, 1)


def test_background_counts_for_nothing(scene, claim):
    support(claim, seen(scene, 0))
    EvidenceLinkFactory(claim=claim, observation=seen(scene, 1), stance=Stance.CONTEXT)

    assert verdict(claim).supporting == 1


def test_every_claim_has_its_own_verdict(scene):
    bare, borne_out = ClaimFactory.create_batch(2, lesson=scene.lesson)
    support(borne_out, seen(scene, 0), seen(scene, 1))

    verdicts = weigh([bare, borne_out])

    assert (verdicts[bare.pk].status, verdicts[borne_out.pk].status) == (Status.LEAD, Status.CORROBORATED)


@pytest.mark.parametrize("number", [1, 30])
def test_weighing_asks_the_same_however_many_claims(scene, number):
    claims = ClaimFactory.create_batch(number, lesson=scene.lesson)
    for claim in claims:
        asked = InterviewFactory(lesson=scene.lesson, student=scene.pupils[0], interviewer=scene.observer)
        InterviewCompanion.objects.create(school=scene.school, interview=asked, student=scene.pupils[1])
        support(claim, seen(scene, device=uuid4()), seen(scene, student=None, group=scene.groups[0]), asked)

    with CaptureQueriesContext(connection) as queries:
        weigh(claims)

    assert len(queries) == 5


def test_pupils_asked_together_are_one_source(scene, claim):
    """Two interviews of the same group, or of one of it, come from no second pupil; another pupil's does."""

    def asked(first, *others):
        interview = InterviewFactory(lesson=scene.lesson, student=first, interviewer=scene.observer)
        for other in others:
            InterviewCompanion.objects.create(school=scene.school, interview=interview, student=other)
        return interview

    one, two, three, four = scene.pupils
    support(claim, asked(one, two), asked(two), asked(one, two, three))
    together = verdict(claim)
    support(claim, asked(four))

    assert Axis.SOURCE not in together.axes
    assert Axis.SOURCE in verdict(claim).axes


def test_the_words_say_what_is_still_missing(scene, claim):
    support(claim, seen(scene), seen(scene))

    assert explain(verdict(claim)) == (
        "2 pieces of evidence, all of one kind; "
        "not yet: another pupil, another way of looking, another observer, another day"
    )


def test_the_words_name_what_agrees(scene, claim):
    support(claim, seen(scene), seen(scene, observer=scene.planner, happened_at=MORNING + timedelta(days=7)))

    assert explain(verdict(claim)) == (
        "more than one observer, more than one day; not yet: another pupil, another way of looking"
    )


def test_the_words_ask_for_an_answer_first(scene, claim):
    EvidenceLinkFactory(claim=claim, observation=seen(scene), stance=Stance.CONTRADICTS)

    assert explain(verdict(claim)) == "1 piece of evidence speaks against it and has no answer yet"
