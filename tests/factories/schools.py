"""Schools, people, classes and pupils for tests; ``build_campus`` makes a whole school."""

from dataclasses import dataclass, field
from datetime import date

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from schools.models import Consent, Enrolment, Membership, Role, School, SchoolClass, Student, User

PASSWORD = "a blackboard of slate"
CANARY = "CANARY_B_7f3a"


class SchoolFactory(DjangoModelFactory):
    class Meta:
        model = School

    name = Sequence("School {}".format)
    code = Sequence("S{}".format)
    language = "en"


class UserFactory(DjangoModelFactory):
    """A person who signs in with PASSWORD; ``password=None`` for somebody who is only invited."""

    class Meta:
        model = User

    name = Sequence("Person {}".format)
    email = Sequence("person{}@school.test".format)
    password = PASSWORD

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(**kwargs)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    school = SubFactory(SchoolFactory)
    role = Role.TEACHER


class SchoolClassFactory(DjangoModelFactory):
    class Meta:
        model = SchoolClass

    school = SubFactory(SchoolFactory)
    name = Sequence("4-{}".format)
    grade = 4
    academic_year = "2026/2027"


class StudentFactory(DjangoModelFactory):
    class Meta:
        model = Student

    school = SubFactory(SchoolFactory)
    code = Sequence("P{:03}".format)
    given_name = Sequence("Pupil {}".format)


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    school = SubFactory(SchoolFactory)
    student = SubFactory(StudentFactory, school=SelfAttribute("..school"))
    school_class = SubFactory(SchoolClassFactory, school=SelfAttribute("..school"))


class ConsentFactory(DjangoModelFactory):
    """A guardian's standing word that the pupil's work may be photographed."""

    class Meta:
        model = Consent

    student = SubFactory(StudentFactory)
    school = SelfAttribute("student.school")
    use = Consent.Use.PHOTO
    given_on = date(2026, 7, 1)


@dataclass
class Campus:
    """A school with its people and one class of pupils."""

    school: School
    school_class: SchoolClass
    principal: User
    administrator: User
    teachers: list[User]
    pupils: list[Student] = field(default_factory=list)


def build_campus(mark: str, *, pupils: int = 3) -> Campus:
    """A school in which every free text begins with ``mark``, to be found where it should not be."""
    school = SchoolFactory(name=f"{mark} school", code=mark)
    campus = Campus(
        school=school,
        school_class=SchoolClassFactory(school=school, name=f"{mark} 4"),
        principal=_person(school, mark, Role.PRINCIPAL),
        administrator=_person(school, mark, Role.ADMINISTRATOR),
        teachers=[_person(school, mark, Role.TEACHER, number) for number in (1, 2)],
    )
    for number in range(1, pupils + 1):
        campus.pupils.append(add_pupil(campus, mark, number))
    return campus


def add_pupil(campus: Campus, mark: str, number: int) -> Student:
    """One more pupil in the class."""
    pupil = StudentFactory(
        school=campus.school,
        code=f"{mark}{number:03}",
        given_name=f"{mark} given {number}",
        family_name=f"{mark} family",
    )
    EnrolmentFactory(
        school=campus.school,
        student=pupil,
        school_class=campus.school_class,
        prior_attainment=50 + number,
        support_needs=f"{mark} needs",
        home_language=f"{mark} language",
    )
    return pupil


def _person(school: School, mark: str, role: Role, number: int = 1) -> User:
    person = UserFactory(name=f"{mark} {role} {number}", email=f"{mark}.{role}{number}@school.test")
    MembershipFactory(user=person, school=school, role=role)
    return person
