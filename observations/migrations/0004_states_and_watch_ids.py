"""The two states of a time sample, and an id of its own for each watch there is."""

import uuid

from django.db import migrations
from django.db.models.functions import Coalesce, Now

STATES = [
    ("on_task", "at work", "Busy with the task, alone or with others, at the moment of looking."),
    ("off_task", "not at work", "Busy with something else, or with nothing, at the moment of looking."),
]


def add_states(apps, schema_editor):
    EventCode = apps.get_model("observations", "EventCode")
    for order, (slug, label, definition) in enumerate(STATES, start=101):
        EventCode.objects.using(schema_editor.connection.alias).get_or_create(
            slug=slug,
            defaults={"label": label, "definition": definition, "order": order, "is_state": True},
        )


def strike_out_states(apps, schema_editor):
    """Take the states away, which an older program would count among the acts.

    A time sample that ticked one says nothing without it. Its row is struck out and stays, since a finding
    may name it as evidence, and a tablet may send it again.
    """
    using = schema_editor.connection.alias
    states = apps.get_model("observations", "EventCode").objects.using(using)
    states = states.filter(school=None, is_state=True, slug__in=[slug for slug, *_words in STATES])
    ticked = apps.get_model("observations", "Observation").objects.using(using).filter(code__in=states)
    ticked.update(kind="sample", code=None, voided_at=Coalesce("voided_at", Now()))
    states.delete()


def number_watches(apps, schema_editor):
    Watch = apps.get_model("observations", "Watch")
    watches = Watch.objects.using(schema_editor.connection.alias)
    for watch in watches.filter(record=None).only("pk").iterator(chunk_size=1000):
        watches.filter(pk=watch.pk).update(record=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("observations", "0003_what_tablets_send")]
    operations = [
        migrations.RunPython(add_states, strike_out_states),
        migrations.RunPython(number_watches, migrations.RunPython.noop),
    ]
