"""Clashes go with the pupils they name; a photo that was taken away is looked at once."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

AWAY = "work/taken-away"  # no file's name


def name_pupils(apps, schema_editor):
    """Fill in whom each clash names. What names a pupil who was erased meanwhile goes, as it should have."""
    using = schema_editor.connection.alias
    clashes = apps.get_model("observations", "Clash").objects.using(using)
    students = apps.get_model("schools", "Student").objects.using(using)
    erased = apps.get_model("schools", "ErasedStudent").objects.using(using)
    for pk, school, sent in clashes.values_list("pk", "school", "sent").iterator(chunk_size=1000):
        named = {field: sent[field] for field in ("student", "target") if type(sent.get(field)) is int}
        if not named:
            continue
        if erased.filter(school=school, number__in=named.values()).exists():
            clashes.filter(pk=pk).delete()
            continue
        there = set(students.filter(school=school, pk__in=named.values()).values_list("pk", flat=True))
        kept = {f"{field}_id": pupil for field, pupil in named.items() if pupil in there}
        if kept:
            clashes.filter(pk=pk).update(**kept)


def name_pictures(apps, schema_editor):
    """Back again, a row may not be empty, were it taken away: those that were a photo alone name no file."""
    samples = apps.get_model("observations", "WorkSample").objects.using(schema_editor.connection.alias)
    samples.filter(removed_at__isnull=False, image="", what_it_shows="", level=None).update(image=AWAY)


class Migration(migrations.Migration):
    dependencies = [
        ("observations", "0005_every_watch_has_its_own_id"),
        ("schools", "0003_consent_and_erased_numbers"),
    ]
    operations = [
        migrations.AddField(
            model_name="clash",
            name="student",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="schools.student",
            ),
        ),
        migrations.AddField(
            model_name="clash",
            name="target",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="schools.student",
            ),
        ),
        migrations.RunPython(name_pupils, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="worksample", name="work_sample_says_something"),
        migrations.AddConstraint(
            model_name="worksample",
            constraint=models.CheckConstraint(
                condition=~Q(what_it_shows="")
                | ~Q(image="")
                | Q(level__isnull=False)
                | Q(removed_at__isnull=False),
                name="work_sample_says_something",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, name_pictures),
        migrations.AddIndex(
            model_name="worksample",
            index=models.Index(
                condition=Q(removed_at__isnull=True), fields=["school", "bytes"], name="work_sample_room"
            ),
        ),
        migrations.AddIndex(
            model_name="worksample",
            index=models.Index(
                condition=Q(removed_at__isnull=False) & ~Q(image=""),
                fields=["removed_at"],
                name="work_sample_to_delete",
            ),
        ),
    ]
