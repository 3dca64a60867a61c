"""Speed and memory against a bare floor, in one run; prints one JSON object a line.

``python -m tests.bench`` measures the compilation of a report, writing in a large plan, reading one pupil's
story, mixing groups, the capture page in a browser and, on servers of its own, what tablets send.
The lesson is the largest of those in $LESSONS if that folder is there, else one invented to the same size. A
ratio compares medians of interleaved runs, so that it holds when the machine's speed drifts; times alone say
little.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from functools import cache
from io import BytesIO
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

import typst
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.utils import timezone
from pypdf import PdfReader

from cycles.models import ResearchLesson
from cycles.stages import Stage
from observations.models import EventCode, Observation
from reflections.report import pdf
from reflections.report.formats import as_json
from reflections.report.snapshot import take_snapshot
from tests import bench_groups, bench_plan, bench_record
from tests.factories.cycles import Scene, lesson_in

RUNS = 9
TIMES = 20
CODES = ["gives_idea", "explains", "builds_on", "asks", "speaks"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        connection.settings_dict["NAME"] = str(Path(folder) / "bench.sqlite3")
        call_command("migrate", verbosity=0)
        scene = lesson_in(Stage.REFLECT, pupils=22, groups=5, steps=5)
        record(scene, events())
        once, floor = interleaved(lambda: compiled(scene.lesson), lambda: bare_floor(scene.lesson))
        tell("compile_report_json_pdf", once, "s", baseline=floor)
        larger = lesson_in(Stage.REFLECT, pupils=22, groups=5, steps=5)
        record(larger, events() * TIMES)
        many, one = interleaved(lambda: compiled(larger.lesson), lambda: compiled(scene.lesson))
        tell(f"compile_report_events_x{TIMES}", many, "s", baseline=one)
        tell("compile_report_peak_memory", peak_memory(larger.lesson.pk), "MB", baseline=250)
        for part in (bench_plan, bench_record):
            for name, value, unit, baseline in part.figures(interleaved):
                tell(name, value, unit, baseline=baseline)
    for name, value, unit, baseline in bench_groups.figures():
        tell(name, value, unit, baseline=baseline)
    apart("tests.bench_capture")
    apart("tests.servers", sys.executable, "-m", "tests.bench_sync")  # only PostgreSQL can give these


def apart(*module: str) -> None:
    """Run figures that want servers, in a process of their own."""
    subprocess.run([sys.executable, "-m", *module], cwd=ROOT, check=True)


def events() -> list[str]:
    """The codes of the largest lesson's rows, in order."""
    folder = Path(os.environ.get("LESSONS", ROOT.parent / "shared/data/lessons"))
    lessons = [path.read_text().splitlines() for path in folder.glob("0*.csv")]
    if lessons:
        return [code for line in max(lessons, key=len) for code in CODES if f",{code}," in line]
    return random.Random(4).choices(CODES, k=730)


def record(scene: Scene, codes: list[str]) -> None:
    """As many events as there are codes, spread unevenly over the class as talk is."""
    rows = {code.slug: code for code in EventCode.objects.all()}
    draw = random.Random(1)
    weights = [1 / (1 + position) for position in range(len(scene.pupils))]
    pupils = draw.choices(scene.pupils, weights, k=len(codes))
    Observation.objects.bulk_create(
        Observation(
            school=scene.school,
            lesson=scene.lesson,
            observer=scene.observer,
            kind="event",
            code=rows[code],
            student=pupil,
            happened_at=timezone.now(),
            seq=number,
        )
        for number, (code, pupil) in enumerate(zip(codes, pupils, strict=True))
    )


def compiled(lesson: ResearchLesson) -> bytes:
    """The whole compilation, JSON and PDF."""
    lesson = ResearchLesson.objects.select_related("cycle__school", "school", "school_class").get(
        pk=lesson.pk
    )
    snapshot = take_snapshot(lesson, compiled_at=timezone.now(), version=1)
    as_json(snapshot, language="en")
    return pdf.render(snapshot, language="en")


def bare_floor(lesson: ResearchLesson) -> bytes:
    """One SQL aggregate, and typst on a fixed document with as many pages."""
    list(
        Observation.objects.filter(lesson=lesson, voided_at=None)
        .values_list("student__code", "code__slug")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return typst.compile(fixed_document(pages_of(lesson)), format="pdf", pdf_standards=["ua-1"])


@cache
def pages_of(lesson: ResearchLesson) -> int:
    return len(PdfReader(BytesIO(compiled(lesson))).pages)


def fixed_document(pages: int) -> bytes:
    """A table and a page of words, as often as there are pages."""
    rows = "".join(f"[S{n:02}],[{n}],[{n * 2}]," for n in range(22))
    page = f"= What the pupils did\n#table(columns: 3, {rows})\n#lorem(200)"
    body = "\n#pagebreak()\n".join([page] * pages)
    return f'#set document(title: "Report")\n#set text(lang: "en")\n{body}'.encode()


def interleaved(first, second) -> tuple[float, float]:
    """Medians of both, run in turn after one round that does not count."""
    times: tuple[list[float], list[float]] = ([], [])
    for run in range(RUNS + 1):
        for function, kept in zip((first, second), times, strict=True):
            began = time.perf_counter()
            function()
            if run:
                kept.append(time.perf_counter() - began)
    return median(times[0]), median(times[1])


def peak_memory(lesson: int) -> float:
    """MB of a fresh process that compiles the lesson's report ten times, as a worker does."""
    code = f"import tests.bench as bench; bench.worker({lesson}, {str(connection.settings_dict['NAME'])!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def worker(lesson: int, database: str) -> None:
    connection.settings_dict["NAME"] = database
    for _report in range(10):
        compiled(ResearchLesson.objects.get(pk=lesson))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def tell(name: str, value: float, unit: str, *, baseline: float) -> None:
    """One line: the figure, what it is held against, and how many times that it is."""
    figures = {"value": round(value, 4), "unit": unit, "baseline": round(baseline, 4)}
    ratio = round(value / baseline, 2) if baseline else None
    print(json.dumps({"name": name, **figures, "ratio": ratio}), flush=True)


if __name__ == "__main__":
    main()
