"""Five lessons of a real class through the commands, every number against a count of its own.

The lessons stand beside the project (``LESSONS``), not in it; without them these tests fail.
"""

import csv
import json
import os
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from observations.models import Observation
from schools.models import Role
from tests.factories.schools import MembershipFactory, SchoolFactory

pytestmark = [pytest.mark.real, pytest.mark.django_db]
FOLDER = Path(os.environ.get("LESSONS", Path(__file__).resolve().parents[3] / "shared/data/lessons"))
STEMS = ["01_comparing_fractions", "02_fraction_as_number", "03_boats_and_fish", "04_generating_models"]
STEMS += ["05_ribbons"]


def run(*words):
    """One command with ``--json``; its answer."""
    out = StringIO()
    call_command(*words, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def lesson(request):
    """The class's roster, and a lesson of it with its turns imported."""
    school = SchoolFactory(code="REAL")
    teacher, observer = (MembershipFactory(school=school, role=Role.TEACHER).user for _person in range(2))
    here = ["--school", "REAL", "--class", "4"]
    run("import_roster", *here, "--year", "2026/2027", str(FOLDER / "roster.csv"), "--json")
    people = ["--teacher", teacher.email, "--observer", observer.email]
    made = run("new_lesson", *here, "--title", "Fractions", *people, "--date", "2026-10-05T08:00", "--json")
    return made["lesson"], observer.email


def import_turns(lesson, stem):
    number, email = lesson
    words = ["--lesson", str(number), "--observer", email, str(FOLDER / f"{stem}.csv"), "--json"]
    return run("import_observations", *words)


def rows_of(name):
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def counted(stem):
    """What the report must say, counted from the files alone."""
    codes = {row["given_name"]: row["code"] for row in rows_of("roster.csv")}
    seen = [(codes[row["student"]], row["code"]) for row in rows_of(f"{stem}.csv")]
    turns = Counter(pupil for pupil, code in seen if code != "listens")
    each = [turns[pupil] for pupil in codes.values()]
    difference = sum(abs(one - other) for one in each for other in each)
    return {
        "pupils": len(codes),
        "watched": len(codes),
        "events": len(seen),
        "turns": {pupil: turns[pupil] for pupil in codes.values()},
        "codes": dict(Counter(code for _pupil, code in seen)),
        "by_pupil": {
            pupil: dict(Counter(code for who, code in seen if who == pupil))
            for pupil in {pupil for pupil, _code in seen}
        },
        "silent": sorted(pupil for pupil in codes.values() if not turns[pupil]),
        "gini": difference / (2 * len(each) * sum(each)),  # by differences, not by ranks
        "top_share": max(each) / sum(each),
    }


@pytest.mark.parametrize("stem", STEMS)
def test_every_number_of_the_report_is_the_one_counted_from_the_file(lesson, stem):
    rows = len(rows_of(f"{stem}.csv"))

    assert import_turns(lesson, stem) == {"rows": rows, "stored": rows, "duplicates": 0, "errors": []}

    report = run("compile_report", str(lesson[0]), "--format", "json")
    expected = counted(stem)
    for figure in ("gini", "top_share"):
        assert report[figure] == pytest.approx(expected.pop(figure), rel=1e-12)
    assert {key: report[key] for key in expected} == expected


@pytest.mark.parametrize("stem", STEMS)
def test_importing_a_lesson_twice_stores_nothing_twice(lesson, stem):
    first = import_turns(lesson, stem)

    again = import_turns(lesson, stem)

    assert again == {"rows": first["rows"], "stored": 0, "duplicates": first["rows"], "errors": []}
    assert Observation.objects.count() == first["rows"]


def test_every_lesson_beside_the_project_is_among_the_tested():
    assert sorted(path.stem for path in FOLDER.glob("[0-9]*.csv")) == STEMS
