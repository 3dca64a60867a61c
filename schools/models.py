"""Who: schools, their people, classes and pupils."""

import zoneinfo
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be in a school; one person may be several."""

    TEACHER = "teacher", _("Teacher")
    PRINCIPAL = "principal", _("Principal")
    ADMINISTRATOR = "administrator", _("Administrator")


def check_timezone(value: str) -> None:
    """Raise ValidationError unless the system knows this time zone."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone. Write it like Asia/Jakarta."), params={"value": value}
        )


class SchoolQuerySet(models.QuerySet["School"]):
    def of(self, user: "User", *roles: str) -> "SchoolQuerySet":
        """Schools this person belongs to; with ``roles``, in one of these roles."""
        memberships = Membership.objects.filter(user=user)
        if roles:
            memberships = memberships.filter(role__in=roles)
        return self.filter(pk__in=memberships.values("school"))


class School(models.Model):
    name = models.CharField(_("name"), max_length=200)
    code = models.SlugField(
        _("code"),
        max_length=20,
        unique=True,
        help_text=_("Short and without spaces; commands name the school by it."),
    )
    timezone = models.CharField(
        _("time zone"), max_length=40, default="Asia/Jakarta", validators=[check_timezone]
    )
    language = models.CharField(
        _("language"),
        max_length=5,
        choices=[("en", _("English")), ("id", _("Indonesian"))],
        default="id",
        help_text=_("Reports and letters are written in it."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("school")
        verbose_name_plural = _("schools")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """By the address as it is kept, in small letters. The database's own idea of case is wider (ſ for s)
        than the lock's against guessing, and must not be asked.
        """
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail. What they may do follows from memberships and roles in cycles."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Switch off instead of deleting: the person can no longer sign in."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    @property
    def is_staff(self) -> bool:
        """Whether admin opens at all; what it shows is each school's own."""
        return self.is_superuser or Membership.objects.filter(user=self, role=Role.ADMINISTRATOR).exists()


class Membership(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    school = models.ForeignKey(School, models.PROTECT, related_name="memberships", verbose_name=_("school"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["school", "user", "role"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "school", "role"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class SchoolOwnedQuerySet(models.QuerySet[Any]):
    """Rows that belong to a school."""

    def of_schools(self, user: User, *roles: str) -> Any:
        """Rows of the schools this person belongs to; with ``roles``, in one of these roles."""
        return self.filter(school__in=School.objects.of(user, *roles))


class SchoolClass(models.Model):
    school = models.ForeignKey(School, models.PROTECT, related_name="classes", verbose_name=_("school"))
    name = models.CharField(_("name"), max_length=60, help_text=_("For example 4B."))
    grade = models.PositiveSmallIntegerField(
        _("grade"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(13)]
    )
    academic_year = models.CharField(
        _("school year"),
        max_length=9,
        validators=[RegexValidator(r"^\d{4}/\d{4}$", _("Write the school year like 2026/2027."))],
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SchoolOwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-academic_year", "name"]
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        constraints = [
            models.UniqueConstraint(fields=["school", "academic_year", "name"], name="class_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.academic_year}"


class StudentQuerySet(SchoolOwnedQuerySet):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Erase these pupils, remembering their numbers alone."""
        with transaction.atomic():
            ErasedStudent.objects.bulk_create(
                ErasedStudent(school_id=school, number=number)
                for number, school in self.values_list("pk", "school")
            )
            return super().delete()

    delete.queryset_only = True  # type: ignore[attr-defined]


class Student(models.Model):
    """A pupil. Pages show the code; the name only to those whose role needs it."""

    school = models.ForeignKey(School, models.PROTECT, related_name="students", verbose_name=_("school"))
    code = models.CharField(_("code"), max_length=20)
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    gender = models.CharField(
        _("gender"), max_length=1, blank=True, choices=[("f", _("girl")), ("m", _("boy"))]
    )
    left_on = models.DateField(_("left the school on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StudentQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        verbose_name = _("pupil")
        verbose_name_plural = _("pupils")
        constraints = [models.UniqueConstraint(fields=["school", "code"], name="student_code_once")]

    def __str__(self) -> str:
        return self.code

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Erase the pupil, remembering the number alone."""
        with transaction.atomic():
            ErasedStudent.objects.create(school_id=self.school_id, number=self.pk)
            return super().delete(*args, **kwargs)


class Enrolment(models.Model):
    """A pupil in a class for a school year, with what the grouping needs to know."""

    school = models.ForeignKey(School, models.PROTECT, related_name="enrolments", verbose_name=_("school"))
    student = models.ForeignKey(Student, models.CASCADE, related_name="enrolments", verbose_name=_("pupil"))
    school_class = models.ForeignKey(
        SchoolClass, models.CASCADE, related_name="enrolments", verbose_name=_("class")
    )
    prior_attainment = models.DecimalField(
        _("prior attainment"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("0 to 100, or empty."),
    )
    support_needs = models.CharField(_("support needs"), max_length=200, blank=True)
    home_language = models.CharField(_("home language"), max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SchoolOwnedQuerySet.as_manager()

    class Meta:
        ordering = ["student__code"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["student", "school_class"], name="enrolment_once"),
            models.CheckConstraint(
                condition=Q(prior_attainment__isnull=True) | Q(prior_attainment__range=(0, 100)),
                name="enrolment_attainment_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} · {self.school_class}"


class PairRule(models.Model):
    """Two pupils of a class who must not, or must, sit together. Why is for those who plan alone."""

    class Kind(models.TextChoices):
        APART = "apart", _("not in one group")
        TOGETHER = "together", _("in one group")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    school_class = models.ForeignKey(SchoolClass, models.CASCADE, related_name="pair_rules")
    first = models.ForeignKey(Student, models.CASCADE, related_name="+", verbose_name=_("pupil"))
    second = models.ForeignKey(Student, models.CASCADE, related_name="+", verbose_name=_("other pupil"))
    kind = models.CharField(_("rule"), max_length=10, choices=Kind.choices, default=Kind.APART)
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text=_("Only those who plan with this class see it.")
    )
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SchoolOwnedQuerySet.as_manager()

    class Meta:
        ordering = ["school_class", "kind", "first__code", "second__code"]
        constraints = [
            models.UniqueConstraint(fields=["school_class", "first", "second"], name="pair_rule_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="pair_rule_in_order"),
            models.CheckConstraint(condition=Q(kind__in=["apart", "together"]), name="pair_rule_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.kind} {self.second_id}"


class Consent(models.Model):
    """A guardian's word that something of a pupil may be kept or shown. Withdrawn, it hides what there is."""

    class Use(models.TextChoices):
        NAME = "name", _("the name, for guests of a lesson study")
        PHOTO = "photo", _("photos of the pupil's work")
        AUDIO = "audio", _("sound recordings")
        SHARING = "sharing", _("sharing outside the school")

    school = models.ForeignKey(School, models.PROTECT, related_name="+", verbose_name=_("school"))
    student = models.ForeignKey(Student, models.CASCADE, related_name="consents", verbose_name=_("pupil"))
    use = models.CharField(_("for"), max_length=10, choices=Use.choices)
    given_on = models.DateField(_("given on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SchoolOwnedQuerySet.as_manager()

    class Meta:
        ordering = ["student", "use"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(fields=["student", "use"], name="consent_once"),
            models.CheckConstraint(
                condition=Q(use__in=["name", "photo", "audio", "sharing"]), name="consent_use_known"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=models.F("given_on")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} · {self.use}"


class ErasedStudent(models.Model):
    """That a pupil was erased, nothing else of them: what a tablet still holds must not bring them back."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    number = models.BigIntegerField(unique=True)  # what the pupil's id was
    erased_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)
