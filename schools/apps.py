"""The app of people and classes; it also brings the admin site and the guards between schools."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate, pre_migrate  # noqa: TID251 - the only hook around migrate
from django.utils.translation import gettext_lazy as _

from schools.guards import drop_guards, put_up_guards


class SchoolsConfig(AppConfig):
    default = True
    name = "schools"
    verbose_name = _("School")

    def ready(self) -> None:
        # SQLite rebuilds tables while migrating and would trip over, or lose, the triggers.
        pre_migrate.connect(drop_guards, sender=self)
        post_migrate.connect(put_up_guards, sender=self)


class SchoolsAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "schools.admin_site.SchoolAdminSite"
