"""Addresses of the doors."""

from django.urls import path

from schools import views

app_name = "schools"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("password/forgotten/", views.password_reset, name="password_reset"),
    path("password/forgotten/sent/", views.password_reset_done, name="password_reset_done"),
    path("password/set/<uidb64>/<token>/", views.password_reset_confirm, name="password_reset_confirm"),
    path("password/set/done/", views.password_reset_complete, name="password_reset_complete"),
]
