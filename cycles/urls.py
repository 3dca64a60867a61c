"""Addresses of planning."""

from django.urls import path

from cycles.views import cycles, groups, plan

app_name = "cycles"
urlpatterns = [
    path("", cycles.list_, name="list"),
    path("new/", cycles.new, name="new"),
    # /cycles/<pk>/
    path("<int:pk>/people/", cycles.people, name="people"),
    path("<int:pk>/start-observing/", cycles.start_observing, name="start_observing"),
    path("<int:pk>/plan-next-lesson/", cycles.plan_next_lesson, name="plan_next_lesson"),
    path("roles/<int:pk>/take/", cycles.take_role, name="take_role"),
    # /cycles/lessons/<pk>/
    path("lessons/<int:pk>/schedule/", cycles.schedule, name="schedule"),
    path("lessons/<int:pk>/plan/", plan.plan, name="plan"),
    path("lessons/<int:pk>/plan/edit/", plan.edit_plan, name="edit_plan"),
    path("lessons/<int:pk>/objectives/add/", plan.add_objective, name="add_objective"),
    path("lessons/<int:pk>/steps/add/", plan.add_step, name="add_step"),
    path("lessons/<int:pk>/groups/", groups.groups, name="groups"),
    path("lessons/<int:pk>/observers/", groups.observers, name="observers"),
    # rows of the sheet
    path("objectives/<int:pk>/edit/", plan.edit_objective, name="edit_objective"),
    path("objectives/<int:pk>/remove/", plan.remove_objective, name="remove_objective"),
    path("steps/<int:pk>/edit/", plan.edit_step, name="edit_step"),
    path("steps/<int:pk>/remove/", plan.remove_step, name="remove_step"),
    path("steps/<int:pk>/move/", plan.move_step, name="move_step"),
]
