"""Schools, people, classes and pupils, as an administrator of a school sets them up."""

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessonstudy.lib.errors import NotAllowedNow
from schools import workflow
from schools.admin_forms import ConsentForm, NewPersonForm
from schools.models import Consent, Enrolment, Membership, School, SchoolClass, Student, User
from schools.scoped_admin import SchoolScopedAdmin, SchoolScopedInline, ScopedRelatedFilter
from schools.selectors import people_kept_by

# These pages of other packages know nothing of schools, and rights here follow from roles alone.
admin.site.unregister([Group, AccessAttempt, AccessLog, AccessFailureLog])


@admin.register(School)
class SchoolAdmin(SchoolScopedAdmin):
    school_path = "pk"
    open_to_superuser = True
    fields = ["name", "code", "timezone", "language"]
    list_display = ["name", "code", "timezone", "language"]
    search_fields = ["name", "code"]

    def get_readonly_fields(self, request, obj=None):
        return [] if self.keeps_all(request) else ["code"]

    def has_add_permission(self, request, obj=None):
        return self.keeps_all(request)

    def has_delete_permission(self, request, obj=None):
        return self.keeps_all(request)


class MembershipInline(SchoolScopedInline):
    """A person's roles: added here, ended each on its own page."""

    model = Membership
    open_to_superuser = True
    fields = ["school", "role"]
    show_change_link = True

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(SchoolScopedAdmin):
    """People. Nobody sets another's password; nobody is deleted, since what they wrote stays theirs."""

    open_to_superuser = True
    list_display = ["name", "email", "roles", "is_active", "has_password", "last_login"]
    list_filter = ["is_active", "memberships__role", ("memberships__school", ScopedRelatedFilter)]
    search_fields = ["name", "email"]
    actions = ["send_sign_in_letter"]

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, person):
        return ", ".join(sorted({str(one.get_role_display()) for one in person.memberships.all()}))

    @admin.display(description=gettext_lazy("has a password"), boolean=True)
    def has_password(self, person):
        return person.has_usable_password()

    @admin.action(description=gettext_lazy("Send the sign-in letter again"), permissions=["change"])
    def send_sign_in_letter(self, request, people):
        sent = 0
        for person in people:
            try:
                workflow.send_sign_in_letter(person, by=request.user, site=request.build_absolute_uri("/"))
                sent += 1
            except NotAllowedNow as error:
                self.message_user(request, str(error), messages.WARNING)
        if sent:
            words = ngettext("%(sent)d letter is on its way.", "%(sent)d letters are on their way.", sent)
            self.message_user(request, words % {"sent": sent})

    def get_queryset(self, request):
        return people_kept_by(request.user).prefetch_related("memberships")

    def get_inlines(self, request, obj):
        return [MembershipInline] if obj else []

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["email", "name", "school", "roles"]
        return ["email", "name", "is_active", "last_login"] + ["is_superuser"] * request.user.is_superuser

    def get_readonly_fields(self, request, obj=None):
        """The e-mail of an account in use is its key, so an administrator may correct it only before."""
        fixed = ["last_login"]
        if obj and obj.has_usable_password() and not request.user.is_superuser:
            fixed += ["email"]
        if obj == request.user:
            fixed += ["is_active", "is_superuser"]
        return fixed

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewPersonForm
        form = super().get_form(request, obj, change=change, **kwargs)
        form.people = self.get_queryset(request)
        return form

    def save_model(self, request, obj, form, change):
        if change:
            return super().save_model(request, obj, form, change)
        chosen = form.cleaned_data
        site = request.build_absolute_uri("/")
        workflow.invite(obj, school=chosen["school"], roles=chosen["roles"], by=request.user, site=site)
        words = _("A letter with a link to choose a password is on its way to %(email)s.")
        self.message_user(request, words % {"email": obj.email})

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Membership)
class MembershipAdmin(SchoolScopedAdmin):
    """Who is what in a school: rows are added and ended, never rewritten."""

    open_to_superuser = True
    fields = ["school", "user", "role"]
    autocomplete_fields = ["user"]
    list_display = ["user", "role", "school"]
    list_filter = ["role", ("school", ScopedRelatedFilter)]
    list_select_related = ["user", "school"]
    search_fields = ["user__name", "user__email"]
    actions = None

    def has_change_permission(self, request, obj=None):
        return False

    def delete_model(self, request, obj):
        workflow.end_membership(obj, by=request.user)

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except NotAllowedNow as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:schools_membership_changelist"))


@admin.register(SchoolClass)
class SchoolClassAdmin(SchoolScopedAdmin):
    open_to_superuser = True
    fields = ["school", "name", "grade", "academic_year"]
    list_display = ["name", "grade", "academic_year", "school"]
    list_filter = ["academic_year", "grade", ("school", ScopedRelatedFilter)]
    list_select_related = ["school"]
    search_fields = ["name"]


class PhotoConsentFilter(admin.SimpleListFilter):
    """Pupils whose work may be photographed, and those whose guardians are still to be asked."""

    title = gettext_lazy("photos of work")
    parameter_name = "photos"

    def lookups(self, request, model_admin):
        return [("yes", _("allowed")), ("no", _("withdrawn")), ("unasked", _("nobody asked yet"))]

    def queryset(self, request, queryset):
        asked = Consent.objects.filter(use=Consent.Use.PHOTO)
        chosen = {
            "yes": Q(pk__in=asked.filter(withdrawn_on=None).values("student")),
            "no": Q(pk__in=asked.filter(withdrawn_on__isnull=False).values("student")),
            "unasked": ~Q(pk__in=asked.values("student")),
        }
        return queryset.filter(chosen.get(self.value(), Q()))


class EnrolmentInline(SchoolScopedInline):
    model = Enrolment
    open_to_superuser = True
    fields = ["school_class", "prior_attainment", "support_needs", "home_language"]
    autocomplete_fields = ["school_class"]


class ConsentInline(SchoolScopedInline):
    """What the guardian agreed to; a withdrawn consent keeps its row, with the day."""

    model = Consent
    form = ConsentForm
    open_to_superuser = True
    fields = ["use", "given_on", "withdrawn_on"]


@admin.register(Student)
class StudentAdmin(SchoolScopedAdmin):
    open_to_superuser = True
    fields = ["school", "code", "given_name", "family_name", "gender", "left_on"]
    list_display = ["code", "given_name", "family_name", "classes", "photos", "left_on", "school"]
    list_filter = [
        ("enrolments__school_class", ScopedRelatedFilter),
        PhotoConsentFilter,
        ("left_on", admin.EmptyFieldListFilter),
        ("school", ScopedRelatedFilter),
    ]
    list_select_related = ["school"]
    search_fields = ["code", "given_name", "family_name"]
    inlines = [EnrolmentInline, ConsentInline]
    actions = ["give_photo_consent", "withdraw_photo_consent"]

    @admin.display(description=gettext_lazy("classes"))
    def classes(self, pupil):
        return ", ".join(str(enrolment.school_class) for enrolment in pupil.enrolments.all())

    @admin.display(description=gettext_lazy("photos of work"), boolean=True)
    def photos(self, pupil):
        """Ticked, crossed, or asked for by a question mark where nobody has said anything yet."""
        said = {one.use: one.withdrawn_on is None for one in pupil.consents.all()}
        return said.get(Consent.Use.PHOTO)

    @admin.action(description=gettext_lazy("Consent to photos of work: given today"), permissions=["change"])
    def give_photo_consent(self, request, pupils):
        given = workflow.give_consent(pupils, use=Consent.Use.PHOTO, by=request.user)
        words = ngettext(
            "For %(given)d pupil photos of the work are allowed from today.",
            "For %(given)d pupils photos of the work are allowed from today.",
            given,
        )
        self.message_user(request, words % {"given": given})

    @admin.action(
        description=gettext_lazy("Consent to photos of work: withdrawn today"), permissions=["change"]
    )
    def withdraw_photo_consent(self, request, pupils):
        gone = workflow.withdraw_consent(pupils, use=Consent.Use.PHOTO, by=request.user)
        words = ngettext(
            "For %(gone)d pupil no photo is taken any more, and those there are are hidden.",
            "For %(gone)d pupils no photo is taken any more, and those there are are hidden.",
            gone,
        )
        self.message_user(request, words % {"gone": gone})

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("enrolments__school_class", "consents")


@admin.register(Enrolment)
class EnrolmentAdmin(SchoolScopedAdmin):
    open_to_superuser = True
    fields = ["school", "student", "school_class", "prior_attainment", "support_needs", "home_language"]
    autocomplete_fields = ["student", "school_class"]
    list_display = ["student", "pupil_name", "school_class", "prior_attainment", "school"]
    list_filter = [("school_class", ScopedRelatedFilter), ("school", ScopedRelatedFilter)]
    list_select_related = ["student", "school_class", "school"]
    search_fields = ["student__code", "student__given_name", "student__family_name"]

    @admin.display(description=gettext_lazy("name"))
    def pupil_name(self, enrolment):
        return f"{enrolment.student.given_name} {enrolment.student.family_name}".strip()
