"""Addresses of watching a lesson."""

from django.urls import path

from observations.views import exchanges, importing, record, story
from observations.views import lesson as views

app_name = "observations"
urlpatterns = [
    # /observations/lessons/<pk>/
    path("lessons/<int:pk>/", views.observe, name="observe"),
    path("lessons/<int:pk>/accept-rules/", views.accept_rules, name="accept_rules"),
    path("lessons/<int:pk>/start/", views.start_lesson, name="start_lesson"),
    path("lessons/<int:pk>/write-down/", views.write_down, name="write_down"),
    path("lessons/<int:pk>/interview/", views.interview, name="interview"),
    # /observations/lessons/<pk>/, to read what was seen
    path("lessons/<int:pk>/record/", record.record, name="record"),
    path("lessons/<int:pk>/pupils/<int:student>/", story.story, name="story"),
    path("lessons/<int:pk>/who-to-whom/", exchanges.who_to_whom, name="who_to_whom"),
    path("lessons/<int:pk>/agreement/", exchanges.agreement, name="agreement"),
    path("<uuid:pk>/", record.show, name="show"),
    # /observations/lessons/<pk>/import/
    path("lessons/<int:pk>/import/", importing.bring_in, name="bring_in"),
    path("lessons/<int:pk>/import/store/", importing.store_import, name="store_import"),
    path("lessons/<int:pk>/import/take-back/", importing.take_back_import, name="take_back_import"),
    path("lessons/<int:pk>/tally/", importing.tally_sheet, name="tally_sheet"),
    path("lessons/<int:pk>/tally.xlsx", importing.tally_file, name="tally_file"),
    # /observations/<id>/
    path("<uuid:pk>/take-back/", views.take_back, name="take_back"),
    # /observations/cycles/<pk>/
    path("cycles/<int:pk>/return-to-plan/", views.return_to_plan, name="return_to_plan"),
]
