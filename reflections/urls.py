"""Addresses of reflecting: the debrief, findings, decisions, reports."""

from django.urls import path

from reflections.views import claims, debrief, groups, reports

app_name = "reflections"
urlpatterns = [
    # /reflections/cycles/<pk>/
    path("cycles/<int:pk>/start-reflecting/", debrief.start_reflecting, name="start_reflecting"),
    path("cycles/<int:pk>/close/", debrief.close, name="close"),
    # /reflections/lessons/<pk>/
    path("lessons/<int:pk>/debrief/", debrief.debrief, name="debrief"),
    path("lessons/<int:pk>/say/", debrief.say, name="say"),
    path("lessons/<int:pk>/find/", debrief.find, name="find"),
    path("lessons/<int:pk>/decide/", debrief.decide, name="decide"),
    path("lessons/<int:pk>/groups/", groups.groups_afterwards, name="groups_afterwards"),
    path("lessons/<int:pk>/keep-apart/", groups.keep_apart, name="keep_apart"),
    path("lessons/<int:pk>/request-report/", reports.request_report, name="request_report"),
    path("decisions/<int:pk>/done/", debrief.decision_done, name="decision_done"),
    # /reflections/claims/<pk>/
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/link/", claims.link_evidence, name="link_evidence"),
    path("claims/<int:pk>/answer/", claims.answer, name="answer"),
    path("evidence/<int:pk>/unlink/", claims.unlink_evidence, name="unlink_evidence"),
    # /reflections/reports/
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/progress/", reports.report_progress, name="report_progress"),
    path("reports/<int:pk>/retry/", reports.retry_report, name="retry_report"),
    path("reports/<int:pk>/publish/", reports.publish_report, name="publish_report"),
    path("reports/<int:pk>/report.pdf", reports.report_pdf, name="report_pdf"),
    path("reports/<int:pk>/report.json", reports.report_json, name="report_json"),
    path("reports/<int:pk>/report.xlsx", reports.report_xlsx, name="report_xlsx"),
]
