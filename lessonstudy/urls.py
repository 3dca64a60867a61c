"""All addresses. Each app keeps its own; what belongs to no single app is here."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from lessonstudy import health, pwa, views
from lessonstudy.lib.policy import policy
from observations.views.mixing import mix_groups

urlpatterns = [
    path("", views.home, name="home"),
    path("cycles/<int:pk>/", views.cycle, name="cycle"),
    path("cycles/<int:pk>/at/<slug:stage>/", views.cycle_stage, name="cycle_stage"),
    path("cycles/lessons/<int:pk>/groups/mix/", mix_groups, name="mix_groups"),
    path("cycles/", include("cycles.urls")),
    path("observations/", include("observations.urls")),
    path("reflections/", include("reflections.urls")),
    path("accounts/", include("schools.urls")),
    path(
        "i18n/setlang/",
        policy(public=True, post_only=True)(login_not_required(set_language)),
        name="set_language",
    ),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("no-connection/", pwa.no_connection, name="no_connection"),
    path("capture-<slug:digest>.js", pwa.script, name="capture_script"),
    path("capture-<slug:digest>.css", pwa.styles, name="capture_styles"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("admin/", admin.site.urls),
]
