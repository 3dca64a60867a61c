"""A teacher’s request and the clock’s sweep, each in a process of its own (python -m tests.faults.duties)."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
django.setup()

from cycles.models import ResearchLesson
from reflections.chores import wake_waiting_reports
from reflections.workflow.reports import request_report
from schools.models import User


def request(lesson: str, teacher: str) -> None:
    request_report(ResearchLesson.objects.get(pk=lesson), by=User.objects.get(pk=teacher))


DUTIES = {"request": request, "sweep": wake_waiting_reports}

if __name__ == "__main__":
    DUTIES[sys.argv[1]](*sys.argv[2:])
