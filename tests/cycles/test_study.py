"""Before the sheet: the theme, study notes with their files, case pupils."""

import subprocess
import sys
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import ExifTags, Image, ImageOps

from cycles import workflow
from cycles.models import CasePrediction, CasePupil, Cycle, StudyNote
from cycles.patterns import PATTERNS, steps_of
from cycles.stages import Stage
from cycles.themes import same_theme
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.uploads import MAX_BYTES, BadFile, examined
from tests.factories.cycles import CasePupilFactory, CycleFactory, StudyNoteFactory, lesson_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def scene():
    return lesson_in(Stage.PLAN, steps=2)


@pytest.fixture
def planner(client, scene):
    client.force_login(scene.planner)
    return client


# Theme


def test_three_short_answers_make_the_hypothesis(planner, scene):
    slots = {"hypothesis_in": "comparing drawings", "hypothesis_by": "drawing before talking"}
    url = reverse("cycles:edit_theme", args=[scene.cycle.pk])
    planner.post(url, slots | {"edition": 1})
    assert Cycle.objects.get().hypothesis == ""

    planner.post(url, {"hypothesis_change": "quiet pupils will speak first.", "edition": 2})

    sentence = "In comparing drawings, by drawing before talking, quiet pupils will speak first."
    assert sentence in planner.get(reverse("cycles:theme", args=[scene.cycle.pk])).text
    assert sentence in planner.get(reverse("cycle", args=[scene.cycle.pk])).text


def test_writing_the_theme_twice_at_once_shows_both_texts(planner, scene):
    url = reverse("cycles:edit_theme", args=[scene.cycle.pk])
    workflow.write_row(scene.cycle, {"theme": "Listening"}, edition=1, by=scene.teacher)

    answer = planner.post(url, {"theme": "Asking", "edition": 1})

    assert answer.status_code == 409
    assert "Listening" in answer.text
    assert "Asking" in answer.text


def test_a_cycle_continues_only_one_that_its_team_may_know_of(planner, scene):
    foreign = CycleFactory()

    answer = planner.post(
        reverse("cycles:edit_theme", args=[scene.cycle.pk]), {"previous": foreign.pk, "edition": 1}
    )

    assert answer.status_code == 422


def test_earlier_cycles_on_the_theme_come_by_the_words_they_share():
    school = (first := lesson_in(Stage.CLOSED)).school
    cycles = {
        theme: CycleFactory(school=school, theme=theme)
        for theme in ("Quiet pupils explain drawings", "Reading aloud", "Pupils listen")
    }
    Cycle.objects.filter(pk=first.cycle.pk).update(theme="Anything at all")
    CycleFactory(theme="Quiet pupils explain drawings")  # of another school
    cycle = CycleFactory(school=school, theme="Do quiet PUPILS explain?", previous=first.cycle)

    found = same_theme(cycle, first.teacher)

    assert found == [first.cycle, cycles["Quiet pupils explain drawings"], cycles["Pupils listen"]]


# Study notes


def test_a_question_pressed_becomes_a_note_and_is_not_offered_again(planner, scene):
    page = reverse("cycles:study", args=[scene.cycle.pk])
    question = planner.get(page).context["prompts"][0][1][0]

    planner.post(reverse("cycles:add_note", args=[scene.cycle.pk]), {"question": str(question)})

    assert StudyNote.objects.get().question == str(question)
    assert question not in planner.get(page).context["prompts"][0][1]


def test_a_note_says_which_step_used_it(planner, scene):
    note = workflow.add_note(scene.cycle, question="Fold or cut?", by=scene.planner)
    step = scene.plan.steps.first()

    planner.post(reverse("cycles:edit_note", args=[note.pk]), {"step": step.pk, "edition": 1})

    note.refresh_from_db()
    assert note.step == step


def picture(kind="JPEG", size=(40, 30), mode="RGB", **options):
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def office(*parts):
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return out.getvalue()


def put(client, note, content, name):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("cycles:put_file", args=[note.pk]), {"file": file})


def test_a_note_is_written_though_the_step_that_used_it_says_nothing_any_more(planner, scene):
    step = scene.plan.steps.first()
    note = StudyNoteFactory(cycle=scene.cycle, step=step)
    workflow.write_row(step, {"activity": ""}, edition=1, by=scene.teacher)
    address = reverse("cycles:edit_note", args=[note.pk])

    answer = planner.post(
        address, {"finding": "Halves first", "edition": 1}, headers={"Accept": "application/json"}
    )

    note.refresh_from_db()
    assert (answer.status_code, note.finding) == (200, "Halves first")
    assert f'<option value="{step.pk}" selected>Not written yet' in planner.get(address).text


def test_a_file_is_kept_under_a_key_and_given_back_under_its_name(planner, scene, media):
    note = workflow.add_note(scene.cycle, by=scene.planner)

    put(planner, note, picture(), "Foto LKPD.jpg")
    answer = planner.get(reverse("cycles:study_file", args=[note.pk]))

    assert 'attachment; filename="Foto LKPD.jpg"' in answer["Content-Disposition"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    assert [path.name for path in media.rglob("*.jpg") if "LKPD" in path.name] == []


@pytest.mark.parametrize("way", ["put_file", "take_file", "remove_note"])
def test_a_file_replaced_or_taken_away_leaves_nothing_behind(
    planner, scene, media, way, django_capture_on_commit_callbacks
):
    note = workflow.add_note(scene.cycle, by=scene.planner)
    put(planner, note, picture(), "one.jpg")
    (before,) = media.rglob("*.jpg")

    with django_capture_on_commit_callbacks(execute=True):
        if way == "put_file":
            put(planner, note, picture("PNG"), "two.png")
        else:
            planner.post(reverse(f"cycles:{way}", args=[note.pk]))

    assert not before.exists()


class Watched(BytesIO):
    """A file that notes whether it was read inside a transaction."""

    inside = None

    def read(self, *args):
        self.inside = connection.in_atomic_block
        return super().read(*args)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nobody_waits_while_a_file_is_examined(scene):
    note = workflow.add_note(scene.cycle, by=scene.planner)
    file = Watched(picture())

    workflow.put_file(note, file, name="photo.jpg", by=scene.planner)

    assert file.inside is False
    assert StudyNote.objects.get().file_name == "photo.jpg"


def test_of_two_files_put_there_from_two_windows_one_is_left(
    scene, media, django_capture_on_commit_callbacks
):
    note = workflow.add_note(scene.cycle, by=scene.planner)
    windows = [StudyNote.objects.get(pk=note.pk) for _number in range(2)]

    with django_capture_on_commit_callbacks(execute=True):
        for window in windows:
            workflow.put_file(window, BytesIO(picture()), name="photo.jpg", by=scene.planner)

    assert [path.name for path in media.rglob("*.jpg")] == [StudyNote.objects.get().file.name.split("/")[-1]]


def test_a_file_for_a_note_that_somebody_took_away_is_not_kept(scene, media):
    note = workflow.add_note(scene.cycle, by=scene.planner)
    workflow.remove_note(StudyNote.objects.get(), by=scene.teacher)

    with pytest.raises(NotAllowedNow, match="taken this note away"):
        workflow.put_file(note, BytesIO(picture()), name="photo.jpg", by=scene.planner)

    assert list(media.rglob("*.jpg")) == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("drawing.svg", b"<svg onload='x'/>", "is not a PDF"),
        ("page.html", b"<html><script>x</script>", "is not a PDF"),
        ("picture.gif", b"GIF89a<svg onload='x'/>", "is not a PDF"),
        ("plan.docx", office("something.txt"), "is not a PDF"),
        ("plan.docx", office("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("plan.docx", b"PK\x03\x04broken", "is broken"),
        ("empty.pdf", b"", "empty"),
        ("photo.jpg", picture()[:400], "cannot be read"),
        ("photo.jpg.exe", picture(), "right name"),
        ("photo.png", picture(), "right name"),
        ("large.pdf", b"%PDF-" + b"x" * MAX_BYTES, "larger than 10 MB"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_a_reason(planner, scene, name, content, sentence):
    note = workflow.add_note(scene.cycle, by=scene.planner)

    answer = put(planner, note, content, name)

    assert answer.status_code == 422
    assert sentence in answer.text
    note.refresh_from_db()
    assert not note.file


@pytest.mark.parametrize(
    ("kind", "name", "size"),
    [
        ("JPEG", "photo.jpg", (4001, 4000)),
        ("PNG", "drawing.png", (4001, 4000)),
        ("WEBP", "drawing.webp", (2001, 1500)),
    ],
)
def test_a_picture_of_very_many_pixels_is_refused_before_it_is_unpacked(kind, name, size):
    content = picture(kind, size=size)

    with pytest.raises(BadFile, match="too large"):
        examined(BytesIO(content), name)


GROWTH = """
import io, sys
from pathlib import Path
from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # what loading them takes is no picture's
from lessonstudy.lib.uploads import examined

def most():
    # Not ru_maxrss: that begins with what the process took that started this one.
    told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(told["VmHWM"].split()[0]) // 1024

content, before = sys.stdin.buffer.read(), most()
examined(io.BytesIO(content), sys.argv[1])
print(most() - before)
"""


@pytest.mark.parametrize(
    ("kind", "mode", "size"),
    [
        ("JPEG", "RGB", (4000, 4000)),
        ("JPEG", "CMYK", (4000, 4000)),
        ("PNG", "RGBA", (4000, 4000)),
        ("PNG", "LA", (4000, 4000)),
        ("WEBP", "RGB", (2000, 1500)),
        ("WEBP", "RGBA", (2000, 1500)),
    ],
)
def test_the_largest_picture_that_is_taken_costs_less_than_100_mb(kind, mode, size):
    on_its_side = Image.Exif()
    on_its_side[ExifTags.Base.Orientation] = 6
    content = picture(kind, mode=mode, size=size, exif=on_its_side)
    name = f"photo.{EXTENSIONS[kind]}"

    run = [sys.executable, "-c", GROWTH, name]
    grown = subprocess.run(run, input=content, capture_output=True, check=True).stdout

    assert int(grown) < 100


EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


@pytest.mark.parametrize("kind", EXTENSIONS)
def test_a_photo_taken_upright_still_stands_upright(kind):
    on_its_side = Image.Exif()
    on_its_side[ExifTags.Base.Orientation] = 6
    content = picture(kind, exif=on_its_side)

    kept = Image.open(BytesIO(examined(BytesIO(content), f"photo.{EXTENSIONS[kind]}").content))

    assert ImageOps.exif_transpose(kept).size == (30, 40)


def test_of_a_photo_that_holds_several_pictures_the_first_is_kept():
    small = Image.new("RGB", (4, 3))
    content = picture("MPO", save_all=True, append_images=[small])

    upload = examined(BytesIO(content), "photo.jpg")

    kept = Image.open(BytesIO(upload.content))
    assert (upload.extension, kept.format, kept.size) == ("jpg", "JPEG", (40, 30))


@pytest.mark.parametrize("kind", EXTENSIONS)
def test_nothing_hidden_in_a_picture_is_kept(kind):
    place = Image.Exif()
    place[0x010E] = "CANARY in the description"
    options = {"comment": b"CANARY"} if kind == "JPEG" else {"icc_profile": b"CANARY" * 100}
    content = picture(kind, exif=place, xmp=b"CANARY", **options) + b"<script>CANARY</script>"

    kept = examined(BytesIO(content), f"photo.{EXTENSIONS[kind]}").content

    assert b"CANARY" in content
    assert b"CANARY" not in kept


@pytest.mark.parametrize("name", ["word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"])
def test_office_files_are_known_by_what_is_in_them(name):
    extension = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}[name.split("/")[0]]

    assert examined(BytesIO(office(name)), f"File.{extension.upper()}").extension == extension


# Case pupils


def test_a_case_pupil_gets_a_place_at_every_step(scene):
    pupil = workflow.add_case_pupil(scene.cycle, scene.pupils[0], typifies="Waits", by=scene.planner)
    added = workflow.add_step(scene.lesson, {}, by=scene.planner)

    rows = CasePrediction.objects.filter(case_pupil=pupil)
    assert rows.count() == 3
    assert rows.filter(step=added).count() == 1


def test_what_was_expected_stays_when_another_pupil_is_followed(scene):
    workflow.add_case_pupil(scene.cycle, scene.pupils[0], typifies="Waits", by=scene.planner)
    row = CasePrediction.objects.first()
    workflow.write_row(row, {"text": "Draws first"}, edition=1, by=scene.planner)

    workflow.add_case_pupil(scene.cycle, scene.pupils[1], typifies="Leads", by=scene.planner)

    row.refresh_from_db()
    assert (row.text, row.edition) == ("Draws first", 2)


def test_who_became_a_case_pupil_while_observing_gets_a_place_when_the_lesson_is_put_off(scene):
    workflow.start_observing(scene.cycle, by=scene.teacher)
    pupil = workflow.add_case_pupil(scene.cycle, scene.pupils[0], typifies="Waits", by=scene.planner)
    assert not CasePrediction.objects.exists()

    workflow.return_to_plan(scene.cycle, by=scene.teacher)

    assert CasePrediction.objects.filter(case_pupil=pupil).count() == 2


def test_the_same_pupil_is_not_followed_twice(scene):
    workflow.add_case_pupil(scene.cycle, scene.pupils[0], typifies="Waits", by=scene.planner)

    with pytest.raises(NotAllowedNow, match="already"):
        workflow.add_case_pupil(scene.cycle, scene.pupils[0], typifies="Leads", by=scene.planner)


def test_before_the_lesson_a_case_pupil_simply_goes_and_after_it_stays_with_the_reason(scene):
    first = CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])
    second = CasePupilFactory(cycle=scene.cycle, student=scene.pupils[1])
    workflow.end_case_pupil(first, reason="", by=scene.planner)
    workflow.start_observing(scene.cycle, by=scene.teacher)

    with pytest.raises(NotAllowedNow, match="say why"):
        workflow.end_case_pupil(second, reason=" ", by=scene.planner)
    workflow.end_case_pupil(second, reason="Moved to another class", by=scene.planner)

    assert [pupil.ended_reason for pupil in CasePupil.objects.all()] == ["Moved to another class"]


def test_a_pupil_of_another_class_cannot_be_followed(planner, scene):
    stranger = lesson_in(Stage.PLAN, school=scene.school).pupils[0]

    answer = planner.post(
        reverse("cycles:add_case_pupil", args=[scene.cycle.pk]), {"student": stranger.pk, "typifies": "x"}
    )

    assert answer.status_code == 422
    assert not CasePupil.objects.exists()


def test_a_guest_sees_what_is_expected_under_the_code_alone(client, scene):
    workflow.add_case_pupil(scene.cycle, scene.pupils[0], typifies="Waits", by=scene.planner)
    CasePrediction.objects.update(text="Draws first")
    client.force_login(scene.guest)

    for name, pk in (("case_pupils", scene.cycle.pk), ("plan", scene.lesson.pk)):
        page = client.get(reverse(f"cycles:{name}", args=[pk])).text
        assert "Draws first" in page
        assert scene.pupils[0].code in page
        assert scene.pupils[0].given_name not in page


# Patterns


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.slug)
@pytest.mark.parametrize("minutes", [5, 35, 40, 70, 240])
def test_the_steps_of_a_pattern_add_up_to_the_lesson(pattern, minutes):
    assert sum(step["minutes"] for step in steps_of(pattern, minutes)) == minutes


# Pages of their own


def test_a_prediction_says_which_step_it_is_about_and_leads_back_to_where_one_came_from(planner, scene):
    workflow.add_case_pupil(scene.cycle, scene.pupils[0], typifies="Waits", by=scene.planner)
    second = scene.plan.steps.last()
    prediction = CasePrediction.objects.get(step=second)
    url = reverse("cycles:edit_prediction", args=[prediction.pk])
    overview = reverse("cycles:case_pupils", args=[scene.cycle.pk])

    page = planner.get(url).text
    told = {"edition": prediction.edition, "text": "Draws first"}

    assert f"We expect of {scene.pupils[0].code} in step 2" in page
    assert second.activity in page
    assert "autofocus" in page
    assert planner.post(f"{url}?overview", told).url == f"{overview}#prediction-{prediction.pk}"


def test_the_three_slots_of_the_hypothesis_stand_together(planner, scene):
    page = planner.get(reverse("cycles:edit_theme", args=[scene.cycle.pk])).text

    together = page[page.index("<fieldset") : page.index("</fieldset>")]
    assert [f'name="hypothesis_{slot}"' in together for slot in ("in", "by", "change")] == [True] * 3
    assert 'name="gap"' not in together


def test_a_theme_that_is_too_long_is_refused_with_its_words_kept(planner, scene):
    url = reverse("cycles:edit_theme", args=[scene.cycle.pk])

    answer = planner.post(url, {"edition": scene.cycle.edition, "theme": "Quiet " * 2000})

    assert answer.status_code == 422
    assert "and 10000 fit here" in answer.text
    assert "Quiet Quiet" in answer.text
