"""Holds the files on the disk against the rows that name them."""

import json

from django.core.management.base import BaseCommand

from cycles.models import StudyNote
from lessonstudy.lib import files
from observations.models import WorkSample
from observations.workflow import PHOTOS
from reflections.models import Report
from reflections.report.files import FOLDER as REPORTS


def named():
    """(folder, keys that rows name) of everything the program stores. What was taken away names none."""
    work = WorkSample.objects.filter(removed_at=None).exclude(image="")
    yield "study", set(StudyNote.objects.exclude(file="").values_list("file", flat=True))
    yield PHOTOS, set(work.values_list("image", flat=True))
    yield REPORTS, set(Report.objects.exclude(pdf="").values_list("pdf", flat=True))


class Command(BaseCommand):
    help = (
        "Reports files that no row names and rows whose file is missing. With --remove, deletes the former; "
        "files of the last hour are left alone, since their row may still come."
    )

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="delete files that no row names")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args, remove, json: bool, **options):
        left_over, missing = [], []
        for folder, keys in named():
            left_over += files.left_over(folder, keys)
            missing += sorted(key for key in keys if not files.is_there(key))
        if remove:
            for key in left_over:
                files.forget(key)
        self._tell(left_over, missing, removed=remove, as_json=json)

    def _tell(self, left_over, missing, *, removed, as_json):
        if as_json:
            told = {"left_over": left_over, "missing": missing, "removed": len(left_over) if removed else 0}
            self.stdout.write(json.dumps(told))
            return
        for key in left_over:
            self.stdout.write(f"{'removed' if removed else 'named by no row'}: {key}")
        for key in missing:
            self.stdout.write(f"missing: {key}")
        self.stdout.write(
            f"{len(left_over)} files that no row names, {len(missing)} rows whose file is missing."
        )
