"""The project: settings, addresses, home page, background app."""

from lessonstudy.celery import app as celery_app

__all__ = ["celery_app"]
