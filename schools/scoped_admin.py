"""Admin pages that show and touch the rows of one's own schools only; every app's admin builds on them.

A narrowed queryset alone leaves six holes: filters, prefilled forms with autocomplete or with raw ids, posted
references, the school a row is put in, and the list of schools.
"""

from collections import Counter

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.utils import NestedObjects, flatten_fieldsets, get_fields_from_path
from django.core.checks import Error
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ValidationError
from django.db import router
from django.forms import ModelChoiceField

from schools.admin_forms import SchoolForm, SchoolInlineFormSet
from schools.admin_site import administered
from schools.models import School


class ScopedRelatedFilter(RelatedFieldListFilter):
    """Filters by the rows within reach."""

    def field_choices(self, field, request, model_admin):
        return [(row.pk, str(row)) for row in model_admin.choices(field.related_model, request)]


class Scoped:
    """What a model's pages and the rows edited inside them have in common."""

    school_path = "school"  # from a row to its school
    open_to_superuser = False  # schools and accounts are; cycles belong to the people in them
    form = SchoolForm

    def keeps_all(self, request):
        return self.open_to_superuser and request.user.is_superuser

    def schools(self, request):
        """Schools whose rows the person keeps here."""
        every = School.objects.all()
        return every if self.keeps_all(request) else every.filter(pk__in=administered(request))

    def get_queryset(self, request):
        return super().get_queryset(request).filter(**{f"{self.school_path}__in": self.schools(request)})

    def choices(self, model, request):
        """Which rows of another model may be chosen: those its own admin shows, or those of one's schools."""
        if self.admin_site.is_registered(model):
            return self.admin_site.get_model_admin(model).get_queryset(request)
        try:
            model._meta.get_field("school")
        except FieldDoesNotExist:
            raise ImproperlyConfigured(f"{self}: which rows of {model.__name__} may be chosen?") from None
        return model._default_manager.filter(school__in=self.schools(request))

    def get_field_queryset(self, db, db_field, request):
        return self.choices(db_field.related_model, request)

    def may(self, request):
        """Whether the person keeps any school here. Which rows of it is the queryset's question."""
        inside = self.admin_site.has_permission(request)
        return inside and (self.keeps_all(request) or bool(administered(request)))

    def has_module_permission(self, request):
        return self.may(request)

    def has_view_permission(self, request, obj=None):
        return self.may(request)

    def has_add_permission(self, request, obj=None):
        return self.may(request)

    def has_change_permission(self, request, obj=None):
        return self.may(request)

    def has_delete_permission(self, request, obj=None):
        return self.may(request)

    def check(self, **kwargs):
        """Refuse at start what would name rows of other schools."""
        wrong = [f"{name} as a raw id names any row; use autocomplete_fields." for name in self.raw_id_fields]
        for entry in getattr(self, "list_filter", ()):
            path, kind = entry if isinstance(entry, list | tuple) else (entry, None)
            if isinstance(path, str) and not _stays_within(self.model, path, kind):
                wrong.append(f"The filter {path} lists everybody's values; use ScopedRelatedFilter.")
        return super().check(**kwargs) + [Error(text, obj=self, id="schools.E001") for text in wrong]


def _stays_within(model, path, kind):
    """Whether a filter offers rows within reach, fixed choices, or values of the model's own rows."""
    field = get_fields_from_path(model, path)[-1]
    if field.is_relation:
        return isinstance(kind, type) and issubclass(kind, ScopedRelatedFilter)
    return bool(field.choices) or "__" not in path


class SchoolScopedInline(Scoped, admin.TabularInline):
    """Rows edited inside their parent; they are put in the parent's school."""

    formset = SchoolInlineFormSet
    extra = 0

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.schools = self.schools(request)
        return formset


class SchoolScopedAdmin(Scoped, admin.ModelAdmin):
    """The pages of one model."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.schools = self.schools(request)
        return form

    def get_changeform_initial_data(self, request):
        """What the address prefills of the form's own fields, without references to rows out of reach."""
        initial = super().get_changeform_initial_data(request)
        asked = flatten_fieldsets(self.get_fieldsets(request))
        return {
            name: value
            for name, value in initial.items()
            if name in asked and self._may_prefill(name, value, request)
        }

    def _may_prefill(self, name, value, request):
        try:
            model = self.opts.get_field(name).related_model
        except FieldDoesNotExist:
            return True
        if model is None:
            return True
        choice = ModelChoiceField(self.choices(model, request))
        try:
            return all(choice.clean(key) for key in (value if isinstance(value, list) else [value]))
        except ValidationError:
            return False

    def get_list_display(self, request):
        """The school has a column only for those who keep several."""
        columns = super().get_list_display(request)
        several = self.keeps_all(request) or len(administered(request)) > 1
        return columns if several else [column for column in columns if column != "school"]

    def get_deleted_objects(self, objs, request):
        """What a deletion takes along or breaks on, counted: the rows themselves are other people's words."""
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        along = {model: len(rows) for model, rows in collector.model_objs.items()}
        kept = Counter(type(row) for row in collector.protected)
        site = self.admin_site
        refused = {
            model._meta.verbose_name
            for model in along
            if site.is_registered(model) and not site.get_model_admin(model).has_delete_permission(request)
        }
        counted = {model._meta.verbose_name_plural: number for model, number in along.items()}
        protected = [f"{model._meta.verbose_name_plural}: {number}" for model, number in kept.items()]
        return [str(row) for row in objs], counted, refused, protected
