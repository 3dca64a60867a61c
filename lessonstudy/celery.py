"""The background app: tasks wake work that waits in the database; chores come round by the clock."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lessonstudy.settings")

app = Celery("lessonstudy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="chores")
