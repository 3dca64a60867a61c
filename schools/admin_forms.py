"""Forms of the administration: a row stays in its school, and a person comes with roles."""

from django import forms
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import Consent, Role, School, User

TAKEN_HERE = _("This person has an account here already. Open their page to add a role.")
TAKEN_ELSEWHERE = _(
    "Somebody who does not belong to your school alone signs in with this e-mail. "
    "Ask the people who run this site to add them to your school."
)


class SchoolForm(forms.ModelForm):
    """A row of one school, whose references lead nowhere else.

    Where there is one school to choose it is chosen; a row that exists keeps its school; a row edited inside
    its parent has the parent's. What is posted cannot change that.
    """

    schools = School.objects.none()  # those the person keeps; the admin sets it

    def __init__(self, *args, parent=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.parent = parent
        if "school" in self.fields:
            self._settle_school(self.fields["school"])

    def _settle_school(self, field):
        field.queryset = self.schools
        first_two = list(self.schools[:2])
        only_one = len(first_two) == 1
        field.disabled = only_one or self.instance.pk is not None
        if only_one:
            field.widget = forms.HiddenInput()
            self.initial["school"] = first_two[0].pk

    def clean(self):
        super().clean()
        if hasattr(self.parent, "school_id"):
            self.instance.school_id = self.parent.school_id
        chosen = self.cleaned_data.get("school")
        school_id = chosen.pk if chosen else getattr(self.instance, "school_id", None)
        for name, value in list(self.cleaned_data.items()):
            if school_id and getattr(value, "school_id", school_id) != school_id:
                self.add_error(name, _("This belongs to another school."))
        return self.cleaned_data


class ConsentForm(SchoolForm):
    """What a guardian agreed to: given on a day that has come, perhaps withdrawn on a later one."""

    class Meta:
        model = Consent
        fields = ["use", "given_on", "withdrawn_on"]

    def clean_given_on(self):
        return self._has_come(self.cleaned_data["given_on"])

    def clean_withdrawn_on(self):
        return self._has_come(self.cleaned_data["withdrawn_on"])

    def _has_come(self, day):
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self):
        cleaned = super().clean()
        given, withdrawn = cleaned.get("given_on"), cleaned.get("withdrawn_on")
        if given and withdrawn and withdrawn < given:
            self.add_error("withdrawn_on", _("This is before the day on which it was given."))
        return cleaned


class SchoolInlineFormSet(BaseInlineFormSet):
    """Rows inside their parent; each is told which."""

    def get_form_kwargs(self, index):
        return super().get_form_kwargs(index) | {"parent": self.instance}


class NewPersonForm(SchoolForm):
    """A new person with their roles in one school. They choose the password themselves, by letter."""

    people = User.objects.none()  # those the administrator keeps; the admin sets it

    school = forms.ModelChoiceField(School.objects.none(), label=_("School"))
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, initial=[Role.TEACHER], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ["email", "name"]

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if self.people.filter(email=email).exists():
            raise forms.ValidationError(TAKEN_HERE)
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(TAKEN_ELSEWHERE)
        return email
