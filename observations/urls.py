"""Addresses of watching a lesson."""

from django.urls import path

from observations.views import capture, clashes, exchanges, importing, record, story, tablets
from observations.views import lesson as views
from observations.views.attainment import attainment, rate
from observations.views.interviews import interview
from observations.views.photos import put_photo
from observations.views.sheet_foot import finish_sheet, take_sheet_back
from observations.views.work import add_work, class_work, edit_work, photo, remove_work, work

app_name = "observations"
urlpatterns = [
    # /observations/lessons/<pk>/
    path("lessons/<int:pk>/accept-rules/", views.accept_rules, name="accept_rules"),
    path("lessons/<int:pk>/start/", views.start_lesson, name="start_lesson"),
    # the capture page, and the same page as tablets keep it
    path("lessons/<int:pk>/", capture.observe, name="observe"),
    path("capture/", capture.capture, name="capture"),
    # for the capture page, which may be offline
    path("session.json", tablets.session, name="session"),
    path("sync/", tablets.sync, name="sync"),
    path("lessons/<int:pk>/pack.json", tablets.pack, name="pack"),
    path("lessons/<int:pk>/clashes/", clashes.clashes, name="clashes"),
    path("clashes/<int:pk>/settle/", clashes.settle, name="settle"),
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
    # After the lesson: /observations/lessons/<pk>/, and one piece of work: /observations/work/<id>/
    path("lessons/<int:pk>/interview/", interview, name="interview"),
    path("lessons/<int:pk>/work/", work, name="work"),
    path("lessons/<int:pk>/work/add/", add_work, name="add_work"),
    path("lessons/<int:pk>/work/class/", class_work, name="class_work"),
    path("lessons/<int:pk>/photos/<uuid:photo>/", put_photo, name="put_photo"),
    path("lessons/<int:pk>/attainment/", attainment, name="attainment"),
    path("lessons/<int:pk>/attainment/keep/", rate, name="rate"),
    path("lessons/<int:pk>/sheet/", finish_sheet, name="finish_sheet"),
    path("lessons/<int:pk>/sheet/take-back/", take_sheet_back, name="take_sheet_back"),
    path("work/<uuid:pk>/", edit_work, name="edit_work"),
    path("work/<uuid:pk>/remove/", remove_work, name="remove_work"),
    path("work/<uuid:pk>/photo/", photo, name="photo"),
]
