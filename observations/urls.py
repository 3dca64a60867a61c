"""Addresses of watching a lesson."""

from django.urls import path

from observations.views import capture, clashes, tablets
from observations.views import lesson as views

app_name = "observations"
urlpatterns = [
    # /observations/lessons/<pk>/
    path("lessons/<int:pk>/accept-rules/", views.accept_rules, name="accept_rules"),
    path("lessons/<int:pk>/start/", views.start_lesson, name="start_lesson"),
    path("lessons/<int:pk>/record/", views.record, name="record"),
    path("lessons/<int:pk>/interview/", views.interview, name="interview"),
    # the capture page, and the same page as tablets keep it
    path("lessons/<int:pk>/", capture.observe, name="observe"),
    path("capture/", capture.capture, name="capture"),
    # for the capture page, which may be offline
    path("session.json", tablets.session, name="session"),
    path("sync/", tablets.sync, name="sync"),
    path("lessons/<int:pk>/pack.json", tablets.pack, name="pack"),
    path("lessons/<int:pk>/clashes/", clashes.clashes, name="clashes"),
    path("clashes/<int:pk>/settle/", clashes.settle, name="settle"),
    # /observations/<id>/
    path("<uuid:pk>/take-back/", views.take_back, name="take_back"),
    # /observations/cycles/<pk>/
    path("cycles/<int:pk>/return-to-plan/", views.return_to_plan, name="return_to_plan"),
]
