"""Pupils' work: piece by piece with a photo, or a whole class in one table."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from observations import workflow
from observations.models import WorkSample
from observations.workflow import Line, Told
from tests.factories.cycles import ObjectiveFactory, lesson_in
from tests.factories.observations import WorkSampleFactory
from tests.factories.schools import CANARY, ConsentFactory, StudentFactory
from tests.lib.pictures import PRETENDERS, picture

AFTER = WorkSample.Stage.AFTER
NOON = "2026-10-05T05:00:00Z"
DURING = Told(stage="during")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def scene(db):
    return lesson_in(Stage.REFLECT)


@pytest.fixture
def objective(scene):
    return ObjectiveFactory(plan=scene.plan, statement="Share fairly")


@pytest.fixture
def observer(client, scene):
    client.force_login(scene.observer)
    return client


def url(name, subject, **query):
    return reverse(f"observations:{name}", args=[subject.pk], query=query)


def on_disk(media):
    return [path.name for path in media.rglob("*") if path.is_file()]


def piece(scene, **changes):
    told = {"id": uuid4(), "student": scene.pupils[0].pk, "stage": "during", "what_it_shows": "Thirds."}
    return told | changes


def photo(name="photo.jpg", content=None):
    return SimpleUploadedFile(name, picture() if content is None else content)


def photographed(scene):
    """A piece of the first pupil's work that its author put a photo beside."""
    ConsentFactory(student=scene.pupils[0])
    return workflow.add_work(
        scene.lesson, scene.pupils[0], DURING, id=uuid4(), by=scene.observer, photo=photo(), name="a.jpg"
    )


# One piece


def test_a_piece_of_work_is_kept_once_with_its_photo(observer, scene, objective, media):
    ConsentFactory(student=scene.pupils[0])
    told = piece(scene, level="3", objective=objective.pk)

    for _time in range(2):
        answer = observer.post(url("add_work", scene.lesson), told | {"photo": photo()})
        assert answer.url == url("work", scene.lesson)

    kept = WorkSample.objects.get()
    assert (kept.level, kept.objective, kept.by) == (3, objective, scene.observer)
    assert len(on_disk(media)) == 1
    assert url("photo", kept) in observer.get(url("work", scene.lesson)).text


def test_a_piece_that_says_nothing_is_refused(observer, scene):
    answer = observer.post(url("add_work", scene.lesson), piece(scene, what_it_shows=" "))

    assert answer.status_code == 422
    assert "Say at least one thing about the work" in answer.text


@pytest.mark.parametrize("name", ["svg.jpg", "photo.jpg.php", "empty.jpg", "archive.jpg"])
def test_a_photo_that_is_none_is_refused_and_the_words_stay(observer, scene, media, name):
    ConsentFactory(student=scene.pupils[0])
    sent = piece(scene) | {"photo": photo(name, PRETENDERS[name])}

    answer = observer.post(url("add_work", scene.lesson), sent)

    assert answer.status_code == 422
    assert "Thirds." in answer.text
    assert "only the photo is to be chosen again" in answer.text
    assert (WorkSample.objects.count(), on_disk(media)) == (0, [])


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"A list of pupils.", "list.txt", "This is not a photo. Choose a picture: JPEG, PNG or WebP."),
        (b"", "empty.jpg", "This photo is empty. Take it again."),
        (None, "photo.png", "The name ends in “.png”, but the photo is a .jpg. Choose the photo itself."),
    ],
)
@pytest.mark.parametrize("pupil", [True, False], ids=["alone", "among other mistakes"])
def test_a_wrong_file_has_its_own_sentence(observer, scene, media, content, name, sentence, pupil):
    ConsentFactory(student=scene.pupils[0])
    told = piece(scene) if pupil else piece(scene) | {"student": ""}

    answer = observer.post(url("add_work", scene.lesson), told | {"photo": photo(name, content)})

    assert answer.status_code == 422
    assert answer.context["form"].errors["photo"] == [
        f"{sentence} What you wrote is still here; only the photo is to be chosen again."
    ]
    assert sentence in answer.text
    assert ("student" in answer.context["form"].errors) is not pupil


def test_a_good_photo_beside_another_mistake_is_asked_for_again(observer, scene, media):
    sent = piece(scene) | {"student": "", "photo": photo()}

    answer = observer.post(url("add_work", scene.lesson), sent)

    assert answer.context["form"].errors["photo"] == [
        "What you wrote is still here; only the photo is to be chosen again."
    ]
    assert on_disk(media) == []


def test_without_consent_the_words_can_be_kept_and_the_photo_not(observer, scene, media):
    refused = observer.post(url("add_work", scene.lesson), piece(scene) | {"photo": photo()})
    kept = observer.post(url("add_work", scene.lesson), piece(scene))

    assert (refused.status_code, kept.status_code) == (409, 302)
    assert "no consent to photos of the work is noted" in refused.text
    assert (WorkSample.objects.get().image, on_disk(media)) == ("", [])


def test_pupils_and_objectives_of_others_cannot_be_chosen(observer, scene):
    theirs = StudentFactory(given_name=CANARY)
    foreign = ObjectiveFactory(statement=CANARY)

    for changes in ({"student": theirs.pk}, {"objective": foreign.pk}):
        answer = observer.post(url("add_work", scene.lesson), piece(scene, **changes))
        assert answer.status_code == 422
        assert CANARY not in answer.text
    assert WorkSample.objects.count() == 0


def test_its_author_corrects_it_and_nobody_else(observer, scene, client):
    sample = WorkSampleFactory(lesson=scene.lesson, by=scene.observer)

    done = observer.post(
        url("edit_work", sample), {"stage": "after", "level": "2", "what_it_shows": "Halves."}
    )
    client.force_login(scene.planner)
    refused = client.post(url("edit_work", sample), {"stage": "after", "what_it_shows": "Taken over"})

    sample.refresh_from_db()
    assert (done.status_code, refused.status_code) == (302, 403)
    assert (sample.what_it_shows, sample.level, sample.stage) == ("Halves.", 2, "after")
    assert sample.by == scene.observer


def test_another_photo_takes_the_place_of_the_first(scene, media, django_capture_on_commit_callbacks):
    sample = photographed(scene)
    first = sample.image

    with django_capture_on_commit_callbacks(execute=True):
        workflow.correct_work(sample, DURING, by=scene.observer, photo=photo(), name="b.jpg")

    sample.refresh_from_db()
    assert sample.image != first
    assert on_disk(media) == [sample.image.removeprefix("work/")]


def test_the_words_of_one_page_leave_the_photo_of_the_other(scene, media):
    """Both pages were opened before either was sent."""
    ConsentFactory(student=scene.pupils[0])
    sample = WorkSampleFactory(lesson=scene.lesson, student=scene.pupils[0], by=scene.observer)
    one, other = (WorkSample.objects.get(pk=sample.pk) for _page in range(2))

    workflow.correct_work(one, DURING, by=scene.observer, photo=photo(), name="a.jpg")
    workflow.correct_work(other, Told("after", level=2, what_it_shows="Halves."), by=scene.observer)

    sample.refresh_from_db()
    assert (sample.stage, sample.level, sample.what_it_shows) == ("after", 2, "Halves.")
    assert on_disk(media) == [sample.image.removeprefix("work/")]
    assert (sample.bytes, len(sample.digest)) == ((media / sample.image).stat().st_size, 64)


def test_two_photos_from_two_pages_leave_one_on_the_disk(scene, media, django_capture_on_commit_callbacks):
    sample = photographed(scene)
    pages = [WorkSample.objects.get(pk=sample.pk) for _page in range(2)]

    with django_capture_on_commit_callbacks(execute=True):
        for page in pages:
            workflow.correct_work(page, DURING, by=scene.observer, photo=photo(), name="b.jpg")

    sample.refresh_from_db()
    assert on_disk(media) == [sample.image.removeprefix("work/")]


def test_a_correction_that_fails_leaves_the_first_photo(scene, media):
    sample = photographed(scene)
    first = sample.image
    type(scene.cycle).objects.filter(pk=scene.cycle.pk).update(
        stage=Stage.CLOSED, closed_at=sample.happened_at
    )

    with pytest.raises(NotAllowedNow):
        workflow.correct_work(sample, DURING, by=scene.observer, photo=photo(), name="b.jpg")

    assert on_disk(media) == [first.removeprefix("work/")]
    assert WorkSample.objects.get().image == first


def test_its_author_and_who_leads_take_it_away_and_a_guest_not(client, scene):
    samples = WorkSampleFactory.create_batch(3, lesson=scene.lesson, by=scene.observer)

    told = []
    for person, sample in zip((scene.observer, scene.planner, scene.guest), samples, strict=True):
        client.force_login(person)
        told.append(client.post(url("remove_work", sample)).status_code)

    assert told == [302, 302, 403]
    assert list(WorkSample.objects.filter(removed_at=None)) == samples[2:]
    assert client.get(url("edit_work", samples[0])).status_code == 404


@pytest.mark.parametrize("image", ["", "work/x.jpg"])
def test_who_takes_a_colleagues_work_away_is_asked_whose_it_is(client, scene, image):
    pupil = scene.pupils[0]
    WorkSampleFactory(lesson=scene.lesson, by=scene.observer, student=pupil, image=image)
    scene.observer.name = "Dedi <b>"
    scene.observer.save()
    photo_too = " Its photo is deleted for good." if image else ""

    asked = {}
    for person in (scene.observer, scene.planner):
        client.force_login(person)
        page = client.get(url("work", scene.lesson)).text
        asked[person] = re.findall('data-ls-confirm="([^"]*)"', page)

    assert f"Take away this work of {pupil.code}?{photo_too}" in asked[scene.observer]
    theirs = f"Take away the work of {pupil.code} that Dedi &lt;b&gt; brought?{photo_too}"
    assert theirs in asked[scene.planner]


# The list


def test_the_list_is_narrowed_by_objective_and_level(observer, scene, objective):
    one, two, *_others = scene.pupils
    WorkSampleFactory(lesson=scene.lesson, student=one, objective=objective, level=3, what_it_shows="first")
    WorkSampleFactory(lesson=scene.lesson, student=two, level=1, what_it_shows="second")
    WorkSampleFactory(lesson=scene.lesson, student=two, what_it_shows="third", happened_at=NOON)

    def found(**query):
        pieces = observer.get(url("work", scene.lesson, **query)).context["pieces"]
        return [piece.sample.what_it_shows for piece in pieces]

    assert found() == ["first", "second", "third"]
    assert found(objective=objective.pk) == found(level=3) == ["first"]
    assert found(level=0) == ["third"]
    assert found(objective=ObjectiveFactory().pk) == found(level="x") == []


def test_what_another_school_keeps_is_nowhere(observer, scene):
    WorkSampleFactory(what_it_shows=CANARY)

    assert CANARY not in observer.get(url("work", scene.lesson)).text


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_asks_the_database_as_often_for_thirty_as_for_one(
    client, db, django_assert_num_queries, size
):
    scene = lesson_in(Stage.REFLECT, pupils=size)
    objective = ObjectiveFactory(plan=scene.plan)
    for pupil in scene.pupils:
        ConsentFactory(student=pupil)
        WorkSampleFactory(
            lesson=scene.lesson, student=pupil, objective=objective, image="work/x.jpg", level=2
        )
    client.force_login(scene.observer)

    with django_assert_num_queries(20):
        answer = client.get(url("work", scene.lesson))

    assert answer.text.count("<img class=") == size


# The class


def table(scene, *lines):
    """A level and words for the first pupils; the others stay empty."""
    sent = {}
    for pupil, (level, words) in zip(scene.pupils, lines, strict=False):
        sent |= {f"level-{pupil.pk}": level, f"shows-{pupil.pk}": words}
    return sent


def test_a_class_is_written_down_in_one_go_and_corrected_in_the_next(observer, scene, objective):
    about = url("class_work", scene.lesson, objective=objective.pk, stage=AFTER)

    observer.post(about, table(scene, ("3", "Thirds."), ("", ""), ("", "Halves.")))
    observer.post(about, table(scene, ("4", "Thirds."), ("1", ""), ("", "")))

    rows = WorkSample.objects.order_by("student__code").values_list("level", "what_it_shows", "removed_at")
    assert [(level, words, gone is None) for level, words, gone in rows] == [
        (4, "Thirds.", True),
        (1, "", True),
        (None, "Halves.", False),
    ]
    assert {(row.objective, row.stage, row.by) for row in WorkSample.objects.all()} == {
        (objective, AFTER, scene.observer)
    }
    assert "Thirds." in observer.get(about).text


def test_one_bad_line_keeps_nothing_and_loses_nothing(observer, scene):
    sent = table(scene, ("3", "Thirds."), ("9", "Halves."))

    answer = observer.post(url("class_work", scene.lesson), sent)

    assert answer.status_code == 422
    assert ("Thirds." in answer.text, "Halves." in answer.text) == (True, True)
    assert WorkSample.objects.count() == 0


def test_the_table_says_which_moment_it_is_about(observer, scene):
    def chosen(**query):
        return observer.get(url("class_work", scene.lesson, **query)).context["about"]["stage"].value()

    assert (chosen(), chosen(stage=AFTER)) == ("during", "after")


def test_colleagues_words_stay_theirs(observer, scene, client):
    observer.post(url("class_work", scene.lesson), table(scene, ("3", "Thirds.")))
    client.force_login(scene.planner)

    before = client.get(url("class_work", scene.lesson)).text
    client.post(url("class_work", scene.lesson), table(scene, ("1", "Not yet.")))

    assert "Thirds." not in before
    assert sorted(WorkSample.objects.values_list("by", "level")) == sorted(
        [(scene.observer.pk, 3), (scene.planner.pk, 1)]
    )


def test_an_emptied_line_with_a_photo_keeps_the_photo(scene):
    sample = WorkSampleFactory(
        lesson=scene.lesson, student=scene.pupils[0], by=scene.observer, image="work/x.jpg", level=3
    )

    workflow.note_class(
        scene.lesson, [Line(scene.pupils[0], None, "")], objective=None, stage="during", by=scene.observer
    )

    sample.refresh_from_db()
    assert (sample.level, sample.what_it_shows, sample.removed_at) == (None, "", None)


def test_what_is_the_same_again_changes_nothing(scene):
    lines = [Line(pupil, 2, "Halves.") for pupil in scene.pupils]

    told = [
        workflow.note_class(scene.lesson, lines, objective=None, stage=AFTER, by=scene.observer)
        for _time in range(2)
    ]

    assert told == [4, 0]


def test_a_table_of_another_lessons_objective_is_not_found(observer, scene):
    assert observer.get(url("class_work", scene.lesson, objective=ObjectiveFactory().pk)).status_code == 404


@pytest.mark.parametrize("name", ["add_work", "class_work"])
def test_after_the_cycle_was_closed_nothing_is_added_and_the_words_stay(client, db, name):
    scene = lesson_in(Stage.CLOSED)
    client.force_login(scene.observer)
    sent = piece(scene) if name == "add_work" else table(scene, ("3", "Thirds."))

    answer = client.post(url(name, scene.lesson), sent)

    assert answer.status_code == 409
    assert "That is not possible now" in answer.text
    assert "Thirds." in answer.text
    assert WorkSample.objects.count() == 0


def test_work_keeps_a_lesson_from_being_put_off(db):
    scene = lesson_in()
    WorkSampleFactory(lesson=scene.lesson, stage=WorkSample.Stage.BEFORE)
    WorkSampleFactory(lesson=scene.lesson)

    with pytest.raises(NotAllowedNow):
        workflow.return_to_plan(scene.cycle, by=scene.planner)
    WorkSample.objects.exclude(stage=WorkSample.Stage.BEFORE).delete()

    assert workflow.return_to_plan(scene.cycle, by=scene.planner).stage == Stage.PLAN


def test_what_one_presses_to_choose_from_the_list_is_not_printed(observer, scene):
    WorkSampleFactory(lesson=scene.lesson, student=scene.pupils[0])

    page = observer.get(url("work", scene.lesson)).text

    assert 'class="only-screen"' in page[: page.index("Choose what to see")].rpartition("<details")[2]
