"""The integrated record: steps, filters, planned beside seen, who watched whom, what never came."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cycles.models import AnticipatedResponse, CasePrediction, CasePupil
from cycles.stages import Stage
from observations.coverage import coverage_of
from observations.models import Observation, Tablet
from observations.record import not_received, planned_beside_seen, whole_record
from observations.steps import course_of
from observations.sync import count_missing, heard
from schools.models import Role
from tests.factories.cycles import MORNING, CycleRoleFactory, GroupPlaceFactory, enrol, lesson_in
from tests.factories.observations import ObservationFactory, SessionFactory, WatchFactory, code
from tests.factories.schools import CANARY, MembershipFactory, UserFactory


@pytest.fixture
def scene(db):
    """A lesson that was taught, with a plan of three steps."""
    return lesson_in(Stage.REFLECT, steps=3)


@pytest.fixture
def reader(client, scene):
    client.force_login(scene.teacher)
    return client


def url(scene, **query):
    return reverse("observations:record", args=[scene.lesson.pk], query=query)


def seen(scene, minute, observer=None, **fields):
    return ObservationFactory(
        lesson=scene.lesson, observer=observer or scene.observer, minute=minute, **fields
    )


def marker(scene, minute, observer=None, **fields):
    nobody = {"kind": "marker", "code": None, "student": None}
    return seen(scene, minute, observer, **nobody | fields)


def steps_of(scene):
    return list(scene.plan.steps.all())


def at_steps(scene):
    """Observation → the number of its step, markers left out."""
    course = course_of(scene.lesson)
    rows = list(whole_record(scene.lesson, scene.teacher, course).exclude(kind="marker"))
    assert [course.number(row) for row in rows] == [row.at_step for row in rows]  # in Python as in SQL
    return {row: row.at_step for row in rows}


# Which step


def test_what_names_a_step_belongs_to_it_whatever_was_marked(scene):
    first, _second, third = steps_of(scene)
    marker(scene, 0, step=first)
    named = seen(scene, 1, step=third)

    assert at_steps(scene) == {named: 3}


def test_else_it_belongs_to_the_step_its_own_observer_had_marked(scene):
    first, second, third = steps_of(scene)
    marker(scene, 0, step=first)
    marker(scene, 10, step=second)
    marker(scene, 9, scene.guest, step=third)
    mine, theirs = seen(scene, 10), seen(scene, 10, scene.guest)
    before = seen(scene, 8)

    assert at_steps(scene) == {before: 1, mine: 2, theirs: 3}


def test_else_to_the_last_step_anybody_had_marked_also_before_ones_own_first(scene):
    first, second, _third = steps_of(scene)
    marker(scene, 2, scene.guest, step=first)
    marker(scene, 20, step=second)
    early, without_markers = seen(scene, 5), seen(scene, 25, scene.planner)

    assert at_steps(scene) == {early: 1, without_markers: 2}


def test_before_every_marker_and_without_any_it_stands_without_a_step(scene):
    early = seen(scene, 0)
    assert at_steps(scene) == {early: None}

    marker(scene, 5, step=steps_of(scene)[0])
    assert at_steps(scene) == {early: None}


@pytest.mark.parametrize("kind", ["taken back", "an answer seen", "an answer added"])
def test_only_a_standing_marker_of_a_step_alone_begins_it(scene, kind):
    step = steps_of(scene)[0]
    response = AnticipatedResponse.objects.create(school=scene.school, step=step, text="Halves")
    changed = {
        "taken back": {"voided": True},
        "an answer seen": {"response": response},
        "an answer added": {"fact": "Folds it."},
    }
    marker(scene, 0, step=step, **changed[kind])
    later = seen(scene, 5)

    assert at_steps(scene)[later] is None


def test_the_page_is_cut_into_steps_in_the_order_of_the_plan(reader, scene):
    first, second, _third = steps_of(scene)
    loose = seen(scene, 1)
    late, early = seen(scene, 9, step=first), seen(scene, 3, step=first)
    other = seen(scene, 2, step=second)

    sections = reader.get(url(scene)).context["sections"]

    assert [(section.number, section.seen) for section in sections] == [
        (1, [early, late]),
        (2, [other]),
        (None, [loose]),
    ]


def test_the_rule_is_stated_on_the_page(reader, scene):
    seen(scene, 1)

    assert "A record stands at the step it names; else at the step its observer had marked then" in (
        reader.get(url(scene)).text
    )


# What to show


def shown(reader, scene, **query):
    return set(reader.get(url(scene, **query)).context["page"])


def test_the_record_is_narrowed_by_group_domain_kind_and_step(reader, scene):
    first, second, third = scene.pupils[:3]
    idea = seen(scene, 1, student=first, code=code("gives_idea"), step=steps_of(scene)[1])
    feeling = seen(scene, 2, student=second, note=True, domain="affective")
    of_group = seen(scene, 3, student=None, note=True, group=scene.groups[0])
    sample = seen(scene, 4, student=third, kind="sample", code=code("on_task"))

    assert shown(reader, scene, group=scene.groups[0].pk) == {idea, of_group, sample}
    assert shown(reader, scene, group=scene.groups[1].pk) == {feeling}
    assert shown(reader, scene, domain="affective", kind="note") == {feeling}
    assert shown(reader, scene, domain="cognitive", kind="event") == {idea}
    assert shown(reader, scene, kind="note") == {feeling, of_group}
    assert shown(reader, scene, kind="sample") == {sample}
    assert shown(reader, scene, step=2) == {idea}
    assert shown(reader, scene, step=0) == {feeling, of_group, sample}
    assert shown(reader, scene, code="on_task") == {sample}


def test_a_pupil_is_found_with_what_was_directed_at_them(reader, scene):
    first, second = scene.pupils[:2]
    gave, got = seen(scene, 1, student=first), seen(scene, 2, student=second, target=first)
    seen(scene, 3, student=second)

    assert shown(reader, scene, student=first.pk) == {gave, got}


@pytest.mark.parametrize(
    "query", [{"step": 9}, {"kind": "rumour"}, {"group": 999999}, {"domain": "x"}, {"student": "x"}]
)
def test_a_choice_that_is_none_of_the_lessons_shows_nothing_and_says_so(reader, scene, query):
    seen(scene, 1)

    page = reader.get(url(scene, **query))

    assert (page.status_code, list(page.context["page"])) == (200, [])
    assert "Nothing fits. Choose less, or show everything." in page.text


def test_the_choice_keeps_in_the_address_from_page_to_page(reader, scene):
    ObservationFactory.create_batch(51, lesson=scene.lesson, observer=scene.observer)

    page = reader.get(url(scene, observer=scene.observer.pk)).text

    assert f"?observer={scene.observer.pk}&amp;page=2" in page


def test_what_one_presses_to_choose_is_not_printed(reader, scene):
    seen(scene, 1)

    page = reader.get(url(scene)).text

    choosing = page[: page.index("Choose what to see")].rpartition("<details")[2]
    assert 'class="only-screen"' in choosing


# How it is said


def test_a_thought_and_a_question_say_to_everybody_which_they_are(reader, scene):
    seen(scene, 1, note=True, fact="Folds it.", interpretation="Thinks of halves.", question="Why halves?")

    page = reader.get(url(scene)).text

    assert '<span class="label">Thought:</span> Thinks of halves.' in page
    assert '<span class="label">Question:</span> Why halves?' in page


def test_markers_say_what_they_are(reader, scene):
    step = steps_of(scene)[0]
    response = AnticipatedResponse.objects.create(school=scene.school, step=step, text="Cuts it in half")
    marker(scene, 0, step=step)
    marker(scene, 1, step=step, response=response, student=scene.pupils[0])
    marker(scene, 2, step=step, fact="Folds it twice.")

    page = reader.get(url(scene)).text

    assert "this step begins" in page
    assert "an answer the team had foreseen" in page
    assert "an answer nobody had foreseen" in page
    assert page.count("Cuts it in half") >= 2
    assert page.count("Folds it twice.") >= 2


def test_the_samples_of_one_look_stand_in_one_line(reader, scene):
    for minute, pupil, slug in zip((2, 2.2, 2.4, 6), scene.pupils, ("on_task", "off_task") * 2, strict=True):
        seen(scene, minute, student=pupil, kind="sample", code=code(slug), elapsed=int(minute * 60))

    (section,) = reader.get(url(scene)).context["sections"]
    singly = reader.get(url(scene, kind="sample")).context["sections"]

    assert [len(line.looks) for line in section.seen] == [3, 1]
    assert len(singly[0].seen) == 4


def test_a_correction_says_so_and_what_it_replaced_is_its_authors_alone(client, scene):
    old = seen(scene, 1, voided=True, fact="Wrong.")
    seen(scene, 1, replaces=old, fact="Right.")

    client.force_login(scene.planner)
    theirs = client.get(url(scene)).text
    client.force_login(scene.observer)
    mine = client.get(url(scene)).text

    assert ("corrected" in theirs, "Wrong." in theirs, "Wrong." in mine) == (True, False, True)


def test_what_came_without_a_time_shows_none(reader, scene):
    Observation.objects.create(
        school=scene.school,
        lesson=scene.lesson,
        observer=scene.observer,
        kind="event",
        code=code("asks"),
        student=scene.pupils[0],
        happened_at=scene.lesson.started_at,
    )

    assert "no time" in reader.get(url(scene)).text


def test_every_name_leads_to_the_pupils_story(reader, scene):
    seen(scene, 1, student=scene.pupils[0], target=scene.pupils[1])

    page = reader.get(url(scene, kind="event")).text

    for pupil in scene.pupils[:2]:
        assert reverse("observations:story", args=[scene.lesson.pk, pupil.pk]) in page


def test_a_record_is_found_on_its_page(reader, scene):
    rows = ObservationFactory.create_batch(60, lesson=scene.lesson, observer=scene.observer)

    answer = reader.get(reverse("observations:show", args=[rows[55].pk]))

    assert answer.url == f"{url(scene, page=2)}#seen-{rows[55].pk}"
    assert f'id="seen-{rows[55].pk}"' in reader.get(answer.url).text


def test_the_parts_of_the_record_lead_to_one_another(reader, scene):
    parts = ["record", "who_to_whom", "agreement", "interview", "bring_in"]
    addresses = [reverse(f"observations:{name}", args=[scene.lesson.pk]) for name in parts]

    for address in (*addresses[:3], addresses[4]):
        page = reader.get(address).text
        assert all(f'<a href="{other}"' in page for other in addresses)


# Planned beside seen


def test_each_foreseen_answer_says_how_many_observers_saw_it(reader, scene):
    step = steps_of(scene)[1]
    half, third = (
        AnticipatedResponse.objects.create(school=scene.school, step=step, text=text, order=order)
        for order, text in enumerate(["Half", "A third"])
    )
    for observer in (scene.observer, scene.observer, scene.guest):
        marker(scene, 1, observer, step=step, response=half)
    marker(scene, 2, step=step, response=third, voided=True)

    beside = planned_beside_seen(scene.lesson, course_of(scene.lesson))

    assert [[(line.response, line.observers, line.times) for line in row.lines] for row in beside] == [
        [],
        [(half, 2, 3), (third, 0, 0)],
        [],
    ]
    assert "seen by 2 observers" in reader.get(url(scene)).text


def test_the_plan_beside_what_was_seen_is_folded_up_and_says_how_much_of_it_came_true(reader, scene):
    step = steps_of(scene)[1]
    seen(scene, 1)
    assert "foreseen answer" not in reader.get(url(scene)).text

    responses = [
        AnticipatedResponse.objects.create(school=scene.school, step=step, text=text, order=order)
        for order, text in enumerate(["Half", "A third", "A quarter"])
    ]
    for response in responses[:2]:
        marker(scene, 1, step=step, response=response)
    page = reader.get(url(scene)).text

    folded = page[: page.index("Planned beside seen")].rpartition("<details")[2]
    assert "open" not in folded.partition(">")[0]
    assert "2 of 3 foreseen answers seen" in page


def test_a_case_pupils_notes_stand_beside_the_prediction_and_the_rest_is_one_tap_away(reader, scene):
    step, pupil = steps_of(scene)[0], scene.pupils[0]
    case = CasePupil.objects.create(school=scene.school, cycle=scene.cycle, student=pupil, typifies="Waits")
    CasePrediction.objects.create(school=scene.school, step=step, case_pupil=case, text="Copies a friend.")
    notes = [seen(scene, n, student=pupil, note=True, step=step, fact=f"Note {n}.") for n in range(5)]

    (expected,) = planned_beside_seen(scene.lesson, course_of(scene.lesson))[0].lines
    page = reader.get(url(scene)).text

    assert (expected.prediction, expected.notes, expected.more) == ("Copies a friend.", notes[:3], 2)
    assert "Copies a friend." in page
    assert f"?step=1&amp;kind=note&amp;student={pupil.pk}" in page


# Who watched whom


def test_minutes_watched_count_once_however_many_watch(reader, scene):
    for observer, begins, ends in ((scene.observer, 0, 20), (scene.guest, 10, 30)):
        WatchFactory(
            session=SessionFactory(lesson=scene.lesson, observer=observer),
            group=scene.groups[0],
            from_at=MORNING + timedelta(minutes=begins),
            to_at=MORNING + timedelta(minutes=ends),
        )

    coverage = coverage_of(scene.lesson)
    page = reader.get(url(scene))

    assert coverage.minutes(scene.pupils[0].pk) == 30
    assert dict(coverage.watchers(scene.pupils[0].pk)) == {scene.observer: 20, scene.guest: 20}
    assert coverage.minutes(scene.pupils[1].pk) == 0
    assert page.context["share"] == round(100 * 2 * 30 / (4 * 35))
    assert page.context["unwatched"] == [scene.pupils[1], scene.pupils[3]]
    assert "that is not the same as having done nothing" in page.text


def test_a_watch_counts_within_the_lesson_alone_and_not_when_corrected(scene):
    session = SessionFactory(lesson=scene.lesson, observer=scene.observer)
    before, long_after = MORNING - timedelta(minutes=20), MORNING + timedelta(hours=5)
    WatchFactory(session=session, student=scene.pupils[0], from_at=before, to_at=long_after)
    WatchFactory(session=session, student=scene.pupils[1], from_at=before, voided_at=long_after)

    coverage = coverage_of(scene.lesson)

    assert (coverage.minutes(scene.pupils[0].pk), coverage.minutes(scene.pupils[1].pk)) == (35, 0)
    assert [(stretch.left, stretch.wide) for stretch in coverage.stretches] == [(0, 100)]


# What never came


ranges = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 5)).map(lambda r: [r[0], r[0] + r[1]]))


@given(ranges)
def test_gaps_are_the_numbers_in_no_range(came):
    numbers = {number for first, last in came for number in range(first, last + 1)}

    assert count_missing(heard(came, [])) == max(numbers, default=0) - len(numbers)


def test_a_tablet_that_still_holds_something_is_named(reader, scene):
    own = {"school": scene.school, "lesson": scene.lesson, "last_heard_at": MORNING}
    Tablet.objects.create(**own, observer=scene.observer, device=uuid4(), heard=[[1, 12], [15, 20]])
    Tablet.objects.create(**own, observer=scene.guest, device=uuid4(), heard=[[1, 7]])

    assert [(one.observer, one.count) for one in not_received(scene.lesson)] == [(scene.observer, 2)]
    assert f"Tablet of {scene.observer}: 2 records not received yet." in reader.get(url(scene)).text


# Who may, and what it costs


OUTSIDE = {
    "colleague": lambda scene: MembershipFactory(school=scene.school).user,
    "principal": lambda scene: MembershipFactory(school=scene.school, role=Role.PRINCIPAL).user,
    "superuser": lambda scene: UserFactory(is_superuser=True),
    "teacher of another cycle": lambda scene: lesson_in(school=scene.school).teacher,
}
PAGES = ["record", "who_to_whom", "agreement", "bring_in", "tally_sheet", "tally_file"]


@pytest.mark.parametrize("who", OUTSIDE)
def test_none_of_it_exists_for_people_outside_the_cycle(client, scene, who):
    row = seen(scene, 1)
    client.force_login(OUTSIDE[who](scene))

    addresses = [reverse(f"observations:{name}", args=[scene.lesson.pk]) for name in PAGES]
    addresses += [
        reverse("observations:story", args=[scene.lesson.pk, scene.pupils[0].pk]),
        reverse("observations:show", args=[row.pk]),
    ]

    assert {client.get(address).status_code for address in addresses} == {404}


def test_a_guest_reads_codes_and_never_a_name(client, scene):
    for pupil in scene.pupils:
        pupil.given_name = CANARY
        pupil.save()
    WatchFactory(session=SessionFactory(lesson=scene.lesson, observer=scene.observer), group=scene.groups[0])
    seen(scene, 1, student=scene.pupils[0], target=scene.pupils[1])
    client.force_login(scene.guest)

    pages = [client.get(reverse(f"observations:{name}", args=[scene.lesson.pk])) for name in PAGES]
    pages.append(client.get(reverse("observations:story", args=[scene.lesson.pk, scene.pupils[0].pk])))

    assert [CANARY.encode() in page.content for page in pages] == [False] * len(pages)
    assert scene.pupils[0].code in pages[0].text


def full(scene, size):
    """Everything there can be on the page, ``size`` times."""
    step = steps_of(scene)[0]
    for number, pupil in enumerate(enrol(scene.cycle.school_class, size)):
        GroupPlaceFactory(group=scene.groups[0], student=pupil)
        colleague = CycleRoleFactory(cycle=scene.cycle).user
        response = AnticipatedResponse.objects.create(school=scene.school, step=step, text="Half")
        marker(scene, number, colleague, step=step)
        marker(scene, number, colleague, step=step, response=response, student=pupil)
        marker(scene, number, colleague, step=step, fact="Folds it.", student=pupil)
        seen(scene, number, colleague, student=pupil, target=scene.pupils[0])
        seen(scene, number, colleague, student=pupil, note=True, group=scene.groups[0])
        case = CasePupil.objects.create(
            school=scene.school, cycle=scene.cycle, student=pupil, typifies="Waits"
        )
        CasePrediction.objects.create(school=scene.school, step=step, case_pupil=case, text="Waits.")
        session = SessionFactory(lesson=scene.lesson, observer=colleague)
        WatchFactory(session=session, student=pupil, to_at=MORNING + timedelta(minutes=9))
        Tablet.objects.create(
            school=scene.school,
            lesson=scene.lesson,
            observer=colleague,
            device=uuid4(),
            heard=[[2, 3]],
            last_heard_at=MORNING,
        )


@pytest.mark.parametrize("size", [1, 20])
def test_the_page_costs_the_same_queries_for_twenty_as_for_one(
    reader, scene, django_assert_num_queries, size
):
    full(scene, size)

    with django_assert_num_queries(QUERIES):
        reader.get(url(scene))


QUERIES = 30
