from django.contrib.admin import AdminSite
class SchoolAdminSite(AdminSite):
    pass
