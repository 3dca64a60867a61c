"""What other programs make of our files: LibreOffice opens and saves them, poppler reads every text."""

import shutil
import subprocess
from io import BytesIO

import pytest

from cycles import workflow
from cycles.exports import FORMS, export
from cycles.importing import read_plan
from cycles.models import PlanDimension, ProfileDimension
from cycles.selectors import latest_plan
from cycles.stages import Stage
from tests.cycles.sheets import every_text, whole, words_of, write
from tests.factories.cycles import CasePupilFactory, lesson_in

pytestmark = [pytest.mark.services, pytest.mark.django_db]


@pytest.fixture
def scene():
    scene = lesson_in(Stage.PLAN)
    write(scene.plan, whole(CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])))
    workflow.offer_dimensions(scene.school)
    dimension = ProfileDimension.objects.first()
    PlanDimension.objects.create(school=scene.school, plan=scene.plan, dimension=dimension)
    return scene


@pytest.fixture
def kept(tmp_path):
    """Keep an export as a file."""

    def keep(made):
        file = tmp_path / made.name
        file.write_bytes(made.content)
        return file

    return keep


def run(program, *arguments):
    found = shutil.which(program)
    assert found, f"{program} is not installed (Debian: apt install poppler-utils libreoffice-writer-nogui)."
    done = subprocess.run([found, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def by_reading_order(pdf):
    return flat(run("pdftotext", pdf, "-"))


def flat(text):
    return "".join(text.replace("\u200b", "").split())


def converted(file, kind, folder):
    """The file as LibreOffice saves it."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    run("soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, file)
    return folder / f"{file.stem}.{kind}"


@pytest.mark.parametrize("form", [name for name, *_rest in FORMS])
def test_poppler_reads_every_text_of_a_pdf(scene, kept, form):
    text = by_reading_order(kept(export(scene.plan, form, "pdf")))

    steps = every_text({"steps": [{"activity": step["activity"]} for step in words_of(scene.plan)["steps"]]})
    wanted = every_text(words_of(scene.plan)) if form == "sheet" else steps
    assert {said for said in wanted if flat(said) not in text} == set()


def test_libreoffice_opens_the_word_file_with_every_text_in_it(scene, kept, tmp_path):
    file = kept(export(scene.plan, "sheet", "docx"))

    text = by_reading_order(converted(file, "pdf", tmp_path))

    assert {said for said in every_text(words_of(scene.plan)) if flat(said) not in text} == set()


@pytest.mark.parametrize("form", [name for name, *_rest in FORMS])
def test_what_libreoffice_saved_is_read_in_again_as_the_same_plan(scene, kept, tmp_path, form):
    before = words_of(scene.plan)
    folder = tmp_path / "saved"
    folder.mkdir()
    file = converted(kept(export(scene.plan, form, "docx")), "docx", folder)

    understood = read_plan(BytesIO(file.read_bytes()), file.name)
    workflow.import_plan(scene.lesson, understood.parts, name=file.name, by=scene.teacher)

    assert words_of(latest_plan(scene.lesson)) == before
