"""The rows of the sheet over HTTP: as plain forms, and as the script sends them while one types."""

import pytest
from django.urls import reverse

from cycles import workflow
from cycles.models import LONGEST, AnticipatedResponse, BoardZone, Objective, PlanStep
from cycles.sheet import MOST_STEPS
from cycles.stages import Stage
from tests.factories.cycles import (
    AnticipatedResponseFactory,
    CasePredictionFactory,
    ObjectiveFactory,
    PlanStepFactory,
    lesson_in,
)

pytestmark = pytest.mark.django_db

SCRIPT = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def scene():
    return lesson_in(Stage.PLAN, steps=2)


@pytest.fixture
def client(client, scene):
    client.force_login(scene.planner)
    return client


@pytest.fixture
def step(scene):
    step = scene.plan.steps.first()
    PlanStep.objects.filter(pk=step.pk).update(activity="Draw", key_question="How much?")
    step.refresh_from_db()
    return step


def edit(step):
    return reverse("cycles:edit_step", args=[step.pk])


def another_writes(scene, step, **cells):
    workflow.write_row(step, cells, edition=step.edition, by=scene.teacher)


def test_a_script_writes_one_cell_and_is_told_the_new_edition(client, step):
    told = client.post(edit(step), {"activity": "Draw alone", "edition": 1}, **SCRIPT).json()

    step.refresh_from_db()
    assert (told["edition"], told["cells"]) == (2, {})
    assert (step.activity, step.key_question) == ("Draw alone", "How much?")


def test_a_late_write_gets_both_texts_and_changes_nothing(client, scene, step):
    another_writes(scene, step, activity="Fold")

    answer = client.post(edit(step), {"activity": "Draw alone", "edition": 1}, **SCRIPT)

    assert answer.status_code == 409
    assert "Draw alone" in answer.text
    assert "Fold" in answer.text
    assert str(scene.teacher) in answer.text
    step.refresh_from_db()
    assert step.activity == "Fold"


def test_a_late_write_to_another_cell_is_merged(client, scene, step):
    another_writes(scene, step, activity="Fold")
    sent = {"key_question": "How many?", "was-key_question": "How much?", "edition": 1}

    answer = client.post(edit(step), sent, **SCRIPT)

    step.refresh_from_db()
    assert (answer.status_code, step.activity, step.key_question) == (200, "Fold", "How many?")


def test_who_pauses_after_a_space_while_another_writes_beside_them_meets_nobody(client, scene, step):
    sent = {"activity": "Draw three ", "was-activity": "Draw", "edition": 1}
    edition = client.post(edit(step), sent, **SCRIPT).json()["edition"]
    step.refresh_from_db()
    another_writes(scene, step, materials="Scissors")
    sent = {"activity": "Draw three circles", "was-activity": "Draw three ", "edition": edition}

    answer = client.post(edit(step), sent, **SCRIPT)

    step.refresh_from_db()
    assert (answer.status_code, step.activity, step.materials) == (200, "Draw three circles", "Scissors")


def test_a_write_that_says_what_was_there_wrongly_is_no_way_around(client, scene, step):
    another_writes(scene, step, activity="Fold")
    sent = {"activity": "Draw alone", "was-activity": "Draw", "edition": 1}

    assert client.post(edit(step), sent, **SCRIPT).status_code == 409


@pytest.mark.parametrize("edition", [{}, {"edition": ""}, {"edition": "0"}, {"edition": "99"}])
def test_a_write_without_the_right_edition_is_too_late(client, step, edition):
    answer = client.post(edit(step), {"activity": "Draw alone"} | edition, **SCRIPT)

    step.refresh_from_db()
    assert (answer.status_code, step.activity) == (409, "Draw")


def test_saved_again_with_both_texts_in_sight_it_is_written(client, scene, step):
    another_writes(scene, step, activity="Fold")
    met = client.post(edit(step), {"activity": "Draw alone", "edition": 1})
    edition = met.context["form"].data["edition"]

    client.post(edit(step), {"activity": "Fold, then draw alone", "edition": edition})

    step.refresh_from_db()
    assert step.activity == "Fold, then draw alone"


def test_the_same_words_sent_twice_are_no_conflict(client, step):
    sent = {"activity": "Draw alone", "edition": 1}
    client.post(edit(step), sent, **SCRIPT)

    assert client.post(edit(step), sent, **SCRIPT).json()["edition"] == 2


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        ("-5", "cannot take less than 0 minutes"),
        ("241", "longer than any lesson"),
        ("ten", "as a whole number"),
        ("", "required"),
    ],
)
def test_impossible_minutes_are_explained_and_the_number_stays(client, step, minutes, sentence):
    answer = client.post(edit(step), {"minutes": minutes, "edition": 1}, **SCRIPT)

    assert answer.status_code == 422
    assert sentence in answer.text
    step.refresh_from_db()
    assert step.minutes == 10


def test_minutes_that_do_not_add_up_are_shown_and_not_refused(client, scene, step):
    client.post(edit(step), {"minutes": "200", "edition": 1})

    page = client.get(reverse("cycles:plan", args=[scene.lesson.pk])).text
    assert "210 of 35 minutes planned" in page
    assert "175 minutes too many" in page


def test_a_cell_of_twenty_thousand_characters_is_refused_with_its_words(client, step):
    text = "word " * 4000

    answer = client.post(edit(step), {"activity": text, "edition": 1}, **SCRIPT)

    assert answer.status_code == 422
    assert f"and {LONGEST} fit here" in answer.text
    assert text.strip() in answer.text


def test_markup_pasted_from_word_leaves_its_words(client, step):
    pasted = "<p class=MsoNormal>Fold <b>three</b> sheets<o:p></o:p></p>"

    told = client.post(edit(step), {"activity": pasted, "edition": 1}, **SCRIPT).json()

    step.refresh_from_db()
    assert step.activity == "Fold three sheets"
    assert told["cells"] == {"activity": "Fold three sheets"}


def test_words_for_a_step_that_was_removed_come_back_in_a_new_row(client, scene, step):
    workflow.remove_row(step, by=scene.teacher)
    sent = {"activity": "Draw alone", "edition": 1, "lesson": scene.lesson.pk}

    answer = client.post(edit(step), sent)

    assert answer.status_code == 410
    assert "Draw alone" in answer.text
    assert reverse("cycles:add_step", args=[scene.lesson.pk]) in answer.text


def put_back(client, answer, **told):
    """Send the form that came back with 410, as a browser does, and follow it."""
    context = answer.context
    forms = [context["form"], *context["parts"]]
    sent = {field.html_name: field.value() for form in forms for field in form if field.value() is not None}
    return client.post(context["action"], sent | told)


def test_words_for_an_expectation_that_was_removed_go_back_to_its_step(client, scene, step):
    response = AnticipatedResponseFactory(step=step, text="Halves")
    address = f"{reverse('cycles:edit_response', args=[response.pk])}?step={step.pk}"
    workflow.remove_row(response, by=scene.teacher)
    sent = {"text": "Halves first", "support": "Fold", "edition": 1, "lesson": scene.lesson.pk}

    answer = client.post(address, sent)
    put_back(client, answer)

    assert answer.status_code == 410
    assert "Halves first" in answer.text
    assert [(row.text, row.support) for row in step.responses.all()] == [("Halves first", "Fold")]


def test_a_form_that_came_back_still_knows_its_step(client, step):
    response = AnticipatedResponseFactory(step=step, text="Halves")
    address = f"{reverse('cycles:edit_response', args=[response.pk])}?step={step.pk}"

    answer = client.post(address, {"text": "Halves first", "edition": 0}, **SCRIPT)

    assert answer.status_code == 409
    assert f'action="{address}"' in answer.text


def test_words_for_an_expectation_whose_step_was_removed_go_back_with_a_step(client, scene, step):
    response = AnticipatedResponseFactory(step=step, text="Halves")
    address = f"{reverse('cycles:edit_response', args=[response.pk])}?step={step.pk}"
    workflow.remove_row(step, by=scene.teacher)

    answer = client.post(address, {"support": "Fold it", "edition": 1, "lesson": scene.lesson.pk})
    put_back(client, answer)

    assert answer.status_code == 410
    assert scene.plan.steps.last().responses.get().support == "Fold it"


def test_words_about_a_case_pupil_go_back_with_the_step_that_was_removed(client, scene, step):
    prediction = CasePredictionFactory(step=step, case_pupil__cycle=scene.cycle)
    pupil = prediction.case_pupil
    url = reverse("cycles:edit_prediction", args=[prediction.pk])
    workflow.remove_row(step, by=scene.teacher)
    sent = {"text": "Waits", "edition": 1, "lesson": scene.lesson.pk}

    answer = client.post(f"{url}?step={step.pk}&pupil={pupil.pk}", sent)
    put_back(client, answer, activity="Draw")

    assert answer.status_code == 410
    back = scene.plan.steps.last()
    assert (back.activity, back.predictions.get(case_pupil=pupil).text) == ("Draw", "Waits")


@pytest.mark.parametrize("asked", ["", "?step=x&pupil=y", f"?step={'9' * 5000}&pupil={'9' * 5000}"])
def test_words_about_somebody_who_is_followed_no_longer_are_shown_to_be_copied(client, scene, step, asked):
    prediction = CasePredictionFactory(step=step, case_pupil__cycle=scene.cycle)
    url = reverse("cycles:edit_prediction", args=[prediction.pk])
    workflow.end_case_pupil(prediction.case_pupil, reason="", by=scene.teacher)

    answer = client.post(f"{url}{asked}", {"text": "Waits", "edition": 1, "lesson": scene.lesson.pk})

    assert answer.status_code == 410
    assert "Waits" in answer.text
    assert "Copy your words" in answer.text
    assert "Put it back" not in answer.text


def test_a_step_is_not_put_back_while_one_of_its_parts_is_too_long(client, scene):
    sent = {"activity": "Draw", "response-5-text": "x" * 501, "response-5-support": "Fold"}

    answer = client.post(reverse("cycles:add_step", args=[scene.lesson.pk]), sent)

    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    assert "Fold" in answer.text
    assert scene.plan.steps.count() == 2


def test_a_stranger_learns_nothing_from_a_row_that_is_gone(client, scene, step):
    theirs = lesson_in(Stage.PLAN)
    workflow.remove_row(step, by=scene.teacher)

    answer = client.post(edit(step), {"activity": "x", "lesson": theirs.lesson.pk})

    assert answer.status_code == 404


def test_a_frozen_row_is_not_written_and_the_words_come_back(client, scene, step):
    workflow.start_observing(scene.cycle, by=scene.teacher)

    answer = client.post(edit(step), {"activity": "Draw alone", "edition": 1}, **SCRIPT)

    assert answer.status_code == 409
    assert "The plan was frozen" in answer.text
    assert "Draw alone" in answer.text


@pytest.mark.parametrize(
    ("name", "model"), [("objective", Objective), ("step", PlanStep), ("zone", BoardZone)]
)
def test_a_row_is_added_empty_and_opened_in_its_place(client, scene, name, model):
    answer = client.post(reverse(f"cycles:add_{name}", args=[scene.lesson.pk]))

    row = model.objects.filter(plan=scene.plan).latest("pk")
    assert answer.url == reverse(f"cycles:edit_{name}", args=[row.pk])


@pytest.mark.parametrize("name", ["objective", "zone", "step"])
def test_a_row_is_moved_to_a_place_and_removed(client, scene, name):
    add = {"objective": workflow.add_objective, "zone": workflow.add_zone, "step": workflow.add_step}[name]
    first, second = (add(scene.lesson, {}, by=scene.planner) for _ in range(2))

    client.post(reverse(f"cycles:move_{name}", args=[second.pk]), {"to": "0"})
    rows = type(first).objects.filter(plan=scene.plan)
    assert rows.first() == second
    client.post(reverse(f"cycles:remove_{name}", args=[second.pk]))

    assert second not in rows.all()


def test_a_copy_stands_right_below_with_what_pupils_may_answer(client, scene, step):
    AnticipatedResponseFactory(step=step, text="Halves first", support="Ask for a drawing")

    client.post(reverse("cycles:copy_step", args=[step.pk]))

    _first, copy, _last = scene.plan.steps.all()
    assert (copy.activity, copy.responses.get().support) == (step.activity, "Ask for a drawing")


def test_a_part_of_the_board_can_show_an_idea_of_this_plan_alone(client, scene):
    zone = workflow.add_zone(scene.lesson, {}, by=scene.planner)
    foreign = AnticipatedResponseFactory(step=lesson_in(Stage.PLAN, school=scene.school).plan.steps.get())

    answer = client.post(
        reverse("cycles:edit_zone", args=[zone.pk]), {"response": foreign.pk, "edition": 1}, **SCRIPT
    )

    assert answer.status_code == 422


def test_nothing_is_expected_any_more_at_a_step_that_was_just_removed(scene, step):
    stale = PlanStep.objects.select_related("plan__lesson__cycle").get(pk=step.pk)
    workflow.remove_row(step, by=scene.teacher)

    with pytest.raises(workflow.Overtaken):
        workflow.add_response(stale, {}, by=scene.teacher)


@pytest.mark.parametrize("name", ["add_step", "copy_step"])
def test_a_plan_has_room_for_200_steps(client, scene, step, name):
    PlanStepFactory.create_batch(MOST_STEPS - scene.plan.steps.count(), plan=scene.plan)
    row = scene.lesson if name == "add_step" else step

    answer = client.post(reverse(f"cycles:{name}", args=[row.pk]), {}, follow=True)

    assert "A plan has room for 200 steps." in answer.text
    assert scene.plan.steps.count() == MOST_STEPS


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "²", "-1"])
def test_a_number_that_no_row_has_names_nothing(client, scene, step, number):
    lesson, group = scene.lesson.pk, f"group_{scene.groups[0].pk}"

    answers = {
        (name, field): client.post(reverse(f"cycles:{name}", args=[pk]), {field: number}).status_code
        for name, pk, field in (
            ("here", lesson, "step"),
            ("start_from", lesson, "plan"),
            ("start_from", lesson, "lesson"),
            ("observers", lesson, group),
            ("add_comment", lesson, "step"),
            ("edit_step", step.pk + 1000, "lesson"),
        )
    }

    is_digits = number.isdecimal()
    assert answers == {
        ("here", "step"): 200,
        ("start_from", "plan"): 302,
        ("start_from", "lesson"): 302,
        ("observers", group): 302,
        ("add_comment", "step"): 404 if is_digits else 422,  # what is no number at all names the whole plan
        ("edit_step", "lesson"): 404,
    }


def test_a_part_of_the_board_is_written_though_its_idea_says_nothing_any_more(client, scene, step):
    idea = AnticipatedResponseFactory(step=step, text="Halves first")
    zone = workflow.add_zone(scene.lesson, {"response": idea}, by=scene.planner)
    AnticipatedResponse.objects.filter(pk=idea.pk).update(text="")
    address = reverse("cycles:edit_zone", args=[zone.pk])

    answer = client.post(address, {"content": "Bars", "edition": 1}, **SCRIPT)

    zone.refresh_from_db()
    assert (answer.status_code, zone.content) == (200, "Bars")
    assert f'<option value="{idea.pk}" selected' in client.get(address).text


def test_a_cell_that_was_not_sent_is_not_checked(client, step):
    PlanStep.objects.filter(pk=step.pk).update(minutes=300)

    assert client.post(edit(step), {"activity": "Draw alone", "edition": 1}, **SCRIPT).status_code == 200


def test_an_objective_has_four_levels(client, scene):
    objective = ObjectiveFactory(plan=scene.plan)
    levels = {"level_starting": "Draws", "level_proficient": "Explains to others"}

    client.post(reverse("cycles:edit_objective", args=[objective.pk]), levels | {"edition": 1})

    page = client.get(reverse("cycles:plan", args=[scene.lesson.pk])).text
    assert "Explains to others" in page


def test_saving_one_cell_touches_one_row(client, step):
    AnticipatedResponseFactory.create_batch(3, step=step)

    client.post(edit(step), {"activity": "Draw alone", "edition": 1}, **SCRIPT)

    assert AnticipatedResponse.objects.filter(edition=1).count() == 3
    assert PlanStep.objects.filter(edition=2).count() == 1
