"""What guardians agreed to: noted by administrators, for their own pupils, and asked in one query."""

from datetime import date

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from schools import workflow
from schools.models import Consent, Student
from schools.selectors import has_consent, photo_allowed, with_consent
from tests.factories.schools import ConsentFactory, StudentFactory
from tests.schools.administration import url

PHOTO, SHARING = Consent.Use.PHOTO, Consent.Use.SHARING
PUPILS = url(admin.site, Student, "changelist")


def press(client, action, *pupils):
    sent = {"action": action, "_selected_action": [pupil.pk for pupil in pupils]}
    return client.post(PUPILS, sent, follow=True)


def rows(**wanted):
    return list(Consent.objects.filter(**wanted).values_list("student", "given_on", "withdrawn_on"))


def test_who_may_be_photographed_is_asked_in_one_query(two_schools, django_assert_num_queries):
    given, withdrawn, other = two_schools.a.pupils
    ConsentFactory(student=given)
    ConsentFactory(student=withdrawn, withdrawn_on=date(2026, 8, 1))
    ConsentFactory(student=other, use=Consent.Use.AUDIO)

    with django_assert_num_queries(1):
        allowed = photo_allowed([given, withdrawn.pk, other])

    assert allowed == {given.pk}
    assert (has_consent(given, PHOTO), has_consent(withdrawn, PHOTO)) == (True, False)


def test_two_uses_need_two_words(two_schools):
    both, one, _none = two_schools.a.pupils
    for pupil, use in ((both, PHOTO), (both, SHARING), (one, PHOTO)):
        ConsentFactory(student=pupil, use=use)

    assert with_consent(two_schools.a.pupils, PHOTO, SHARING) == {both.pk}


def test_many_at_once_are_given_today_and_what_stood_keeps_its_day(chief, schools):
    old, gone, new = schools.a.pupils
    ConsentFactory(student=old)
    ConsentFactory(student=gone, withdrawn_on=date(2026, 8, 1))
    today = timezone.localdate(timezone=schools.a.school.zone)

    answer = press(chief, "give_photo_consent", old, gone, new)

    assert "For 2 pupils photos of the work are allowed from today." in answer.text
    assert sorted(rows()) == sorted(
        [(old.pk, date(2026, 7, 1), None), (gone.pk, today, None), (new.pk, today, None)]
    )


def test_many_at_once_are_withdrawn_today_and_the_rows_stay(chief, schools):
    given, never, _other = schools.a.pupils
    ConsentFactory(student=given)
    today = timezone.localdate(timezone=schools.a.school.zone)

    answer = press(chief, "withdraw_photo_consent", given, never)

    assert "For 1 pupil no photo is taken any more" in answer.text
    assert rows() == [(given.pk, date(2026, 7, 1), today)]


@pytest.mark.parametrize("action", ["give_photo_consent", "withdraw_photo_consent"])
def test_nobody_speaks_for_pupils_of_another_school(chief, schools, action):
    theirs = schools.b.pupils[0]
    ConsentFactory(student=schools.b.pupils[1])
    before = rows()

    press(chief, action, theirs, schools.b.pupils[1])

    assert rows() == before
    verb = {"give": workflow.give_consent, "withdraw": workflow.withdraw_consent}[action.split("_")[0]]
    with pytest.raises(PermissionDenied):
        verb(Student.objects.filter(pk=theirs.pk), use=PHOTO, by=schools.a.administrator)


@pytest.mark.parametrize("person", ["teacher", "principal"])
def test_teachers_and_principals_note_no_consent(schools, person):
    by = schools.a.principal if person == "principal" else schools.a.teachers[0]

    with pytest.raises(PermissionDenied):
        workflow.give_consent(Student.objects.filter(school=schools.a.school), use=PHOTO, by=by)
    assert rows() == []


def pupil_page(client, pupil, *consents):
    counts = {"TOTAL_FORMS": len(consents), "INITIAL_FORMS": 0}
    sent = {"code": pupil.code, "given_name": pupil.given_name, "enrolments-TOTAL_FORMS": 0}
    sent |= {"enrolments-INITIAL_FORMS": 0, **{f"consents-{key}": value for key, value in counts.items()}}
    for number, (use, given, withdrawn) in enumerate(consents):
        told = {"use": use, "given_on": given, "withdrawn_on": withdrawn, "student": pupil.pk}
        sent |= {f"consents-{number}-{key}": value for key, value in told.items()}
    return client.post(url(admin.site, Student, "change", pupil.pk), sent)


def test_a_consent_is_noted_on_the_pupils_page_in_the_pupils_school(chief, schools):
    pupil = schools.a.pupils[0]

    answer = pupil_page(chief, pupil, (PHOTO, "2026-07-01", ""), (SHARING, "2026-07-01", "2026-07-02"))

    assert answer.status_code == 302
    assert {one.school for one in pupil.consents.all()} == {schools.a.school}
    assert (has_consent(pupil, PHOTO), has_consent(pupil, SHARING)) == (True, False)


@pytest.mark.parametrize(
    ("given", "withdrawn", "sentence"),
    [
        ("2199-01-01", "", "This day has not come yet."),
        ("2026-07-01", "2199-01-01", "This day has not come yet."),
        ("2026-07-02", "2026-07-01", "This is before the day on which it was given."),
    ],
)
def test_days_that_cannot_be_are_refused_with_a_sentence(chief, schools, given, withdrawn, sentence):
    answer = pupil_page(chief, schools.a.pupils[0], (PHOTO, given, withdrawn))

    assert answer.status_code == 200
    assert sentence in answer.text
    assert rows() == []


def test_pupils_are_found_by_what_was_said_of_photos(chief, schools):
    yes, no, _unasked = schools.a.pupils
    ConsentFactory(student=yes)
    ConsentFactory(student=no, withdrawn_on=date(2026, 8, 1))
    ConsentFactory(student=StudentFactory())

    def found(photos):
        return [pupil.code for pupil in chief.get(PUPILS, {"photos": photos}).context["cl"].queryset]

    assert [found("yes"), found("no"), found("unasked")] == [["A001"], ["A002"], ["A003"]]
